/** A built sandbox server in a process and a folder of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../test/tools/free-port.ts'
import { startProgram, type Running } from '../test/tools/running.ts'

const READY_MS = 120_000

export interface SandboxServer {
  readonly url: string
  readonly port: number
  readonly folder: string
  /** environment in which commands find it */
  readonly env: Readonly<Record<string, string>>
  readonly process: Running
  /** bearer token of a party that the sandbox made */
  readonly token: (party: 'buyer' | 'provider' | 'operator') => string
  readonly stop: () => Promise<void>
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'suan-bench-'))
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

/** Starts `./suan server --sandbox` on a folder; resolves at once, see `ready`. */
export async function startSandbox(
  folder: string,
  options: readonly string[],
): Promise<SandboxServer> {
  const port = await freePort()
  const { PATH = '', HOME = '/' } = process.env
  const env = { PATH, HOME, SUAN_DATA_DIR: folder, SUAN_PORT: String(port), LANG: 'C.UTF-8' }
  const running = startProgram(['./suan', 'server', '--sandbox', ...options], {
    cwd: process.cwd(),
    env,
  })
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    folder,
    env,
    process: running,
    token: (party) => readFileSync(join(folder, 'secrets', `${party}.token`), 'utf8').trim(),
    stop: async () => {
      running.signal('SIGINT')
      await running.ended(READY_MS)
    },
  }
}

/** Resolves when the server has told its address, which is when it takes orders. */
export async function ready({ process: running, url }: SandboxServer): Promise<void> {
  await running.printed(new RegExp(`${url}/sign-in`), READY_MS)
}

/** Resolves when the read models answer too: own closed orders come from them alone. */
export async function historyOf(server: SandboxServer): Promise<void> {
  await ready(server)
  const headers = { authorization: `Bearer ${server.token('buyer')}` }
  await answers(`${server.url}/v1/orders?status=all`, headers)
}

/** Asks until the answer is 200; for as long as nobody listens too. */
async function answers(url: string, headers: Record<string, string> = {}): Promise<void> {
  for (;;) {
    const status = await fetch(url, { headers }).then(
      async (response) => {
        await response.arrayBuffer()
        return response.status
      },
      () => 0,
    )
    if (status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
