/** Programs beside a workload in a container of an OCI runtime: the runtime itself starts them there. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Allocation } from '../drivers/driver.ts'
import { leasePaths, readState } from '../lease-folder.ts'
import { descendants, isRunning, processTable } from '../proc/table.ts'
import { nsenter, programOf } from './inside.ts'
import { noTunnel, type ExecSession, type Terminal } from './session.ts'
import { spawnSession } from './spawn-session.ts'

/** `handle.json` of a bundle: how its runtime is asked about the container. */
export interface RuntimeHandle {
  /** the runtime with its own options, to which a command and its options are added */
  readonly runtime: readonly string[]
  readonly name: string
  /** it has a kernel of its own: its programs are no processes of this machine */
  readonly ownKernel: boolean
}

const run = promisify(execFile)
/** runc's own code for a program that it could not start, which a program may give too. */
const NOT_STARTED = 255
const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }

export function bundleOf(workloadFolder: string): string {
  return join(workloadFolder, 'bundle')
}

export function writeHandle(bundle: string, handle: RuntimeHandle): void {
  writeFileSync(join(bundle, 'handle.json'), JSON.stringify(handle), { mode: 0o600 })
}

/**
 * Starts a program in the container of a workload: with the user, environment, limits, filter of system
 * calls and rights of the container's own description. Throws Fault TUNNEL_REFUSED.
 */
export async function execInContainer(
  allocation: Allocation,
  workload: number,
  command: readonly string[],
  terminal: Terminal | null,
  joinFiles: readonly string[],
): Promise<ExecSession> {
  const bundle = bundleOf(leasePaths(allocation.folder).workload(workload))
  const handle = handleOf(bundle)
  const enter = await entering(allocation, workload, handle)
  const mark = randomBytes(6).toString('hex')
  const file = (kind: string): string => join(bundle, `exec-${mark}.${kind}`)
  const [description, number, log] = [file('json'), file('pid'), file('log')]
  writeFileSync(description, JSON.stringify(processOf(bundle, command, terminal)), { mode: 0o600 })
  const numbered = handle.ownKernel ? ['--internal-pid-file', number] : []
  const logged = handle.ownKernel ? [] : ['--log', log]
  const asking = ['exec', '--process', description, ...numbered, handle.name]
  const argv = [...enter, ...handle.runtime, ...logged, ...asking]
  const started = await spawnSession({ argv, directory: bundle, environment, joinFiles }, terminal)
  const ended = started.ended.then((code) => {
    const own = code === NOT_STARTED ? codeOf(log) : null
    for (const path of [description, number, log]) rmSync(path, { force: true })
    return own ?? code
  })
  const session = { ...started, ended }
  if (!handle.ownKernel) return session
  return {
    ...session,
    close: () => {
      // What runs in a kernel of its own does not end with the program that asked for it.
      void killInside(handle, number).finally(() => session.close())
    },
  }
}

/** As a shell ends that cannot start a program; null where the runtime does not say why it did not. */
function codeOf(log: string): number | null {
  const why = existsSync(log) ? readFileSync(log, 'utf8') : ''
  if (/not found|no such file/i.test(why)) return 127
  return /permission denied/i.test(why) ? 126 : null
}

function handleOf(bundle: string): RuntimeHandle {
  const path = join(bundle, 'handle.json')
  if (!existsSync(path)) throw noTunnel('it does not run on this machine')
  return JSON.parse(readFileSync(path, 'utf8')) as RuntimeHandle
}

/** The container's own process, with another command. */
export function processOf(
  bundle: string,
  args: readonly string[],
  terminal: Terminal | null,
): Record<string, unknown> {
  const config = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')) as {
    readonly process: { readonly env: readonly string[] } & Record<string, unknown>
  }
  const env = [...(terminal === null ? [] : ['TERM=xterm-256color']), ...config.process.env]
  return { ...config.process, args, env, terminal: terminal !== null }
}

/** The command that enters the namespaces in which the runtime knows its container. */
async function entering(
  allocation: Allocation,
  workload: number,
  handle: RuntimeHandle,
): Promise<string[]> {
  const root = readState(leasePaths(allocation.folder).workload(workload))?.root ?? null
  if (root === null || !isRunning(root)) throw noTunnel('it does not run on this machine')
  if (handle.ownKernel) {
    await mustRunInside(handle)
    return [nsenter(), '--target', String(root.pid), '--mount', '--']
  }
  // Only once the program itself is locked in is the container made.
  programOf(allocation, workload)
  const runtime = descendants(root.pid, processTable()).find(({ depth }) => depth === 1)
  if (runtime === undefined) throw noTunnel('it does not run on this machine')
  return [nsenter(), '--target', String(runtime.row.pid), '--mount', '--pid', '--']
}

async function mustRunInside({ runtime, name }: RuntimeHandle): Promise<void> {
  const [program = '', ...words] = runtime
  try {
    const { stdout } = await run(program, [...words, 'state', name], { env: environment })
    if ((JSON.parse(stdout) as { status?: string }).status === 'running') return
  } catch (cause) {
    throw noTunnel('it does not run on this machine', cause)
  }
  throw noTunnel('it does not run on this machine')
}

async function killInside({ runtime, name }: RuntimeHandle, number: string): Promise<void> {
  if (!existsSync(number)) return
  const [program = '', ...words] = runtime
  const kill = ['kill', '-pid', readFileSync(number, 'utf8').trim(), name, 'KILL']
  // It may have ended meanwhile, and its container with it.
  await run(program, [...words, ...kill], { env: environment }).catch(() => undefined)
}
