/** The floor under HTTP and WebSocket: a server in another process that does nothing with orders. */
import { fileURLToPath } from 'node:url'
import { startProgram } from '../test/tools/running.ts'

export const BARE_SERVER = 'bare node:http and ws server (parse, answer, broadcast)'

export interface BareServer {
  readonly pid: number
  readonly port: number
  readonly stop: () => void
}

export function startBare(): Promise<BareServer> {
  return start('bare-server')
}

/** The door over an engine that answers at once (`door-alone.ts`). */
export function startDoorAlone(): Promise<BareServer> {
  return start('door-alone')
}

async function start(name: string): Promise<BareServer> {
  const program = fileURLToPath(new URL(`./${name}.js`, import.meta.url))
  const running = startProgram([process.execPath, program], { cwd: process.cwd(), env: {} })
  const port = Number((await running.printed(/port (\d+)/, 10_000))[1])
  return { pid: running.pid, port, stop: () => running.signal('SIGKILL') }
}
