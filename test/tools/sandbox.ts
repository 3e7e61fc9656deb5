/** The built server with a sandbox in a folder of its own, as its users meet it, and commands to it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureBuilt } from './built.ts'
import { freePort } from './free-port.ts'
import { startProgram, type Running } from './running.ts'

const main = join(fileURLToPath(new URL('../..', import.meta.url)), 'dist/cli/main.js')
export const READY_MS = 120_000
export const END_MS = 60_000

export interface SandboxOptions {
  /** how programs are run; what the caller's SUAN_DRIVER says when absent */
  readonly driver?: string
}

export class Sandbox {
  readonly folder: string
  readonly url: string
  readonly #env: Readonly<Record<string, string>>
  readonly #running: Running[] = []

  private constructor(folder: string, port: number, driver: string) {
    this.folder = folder
    this.url = `http://127.0.0.1:${port}`
    this.#env = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      SUAN_DATA_DIR: folder,
      SUAN_PORT: `${port}`,
      SUAN_DRIVER: driver,
      LANG: 'C.UTF-8',
    }
  }

  /** Resolves when it takes orders. */
  static async start({ driver }: SandboxOptions = {}): Promise<Sandbox> {
    ensureBuilt()
    const folder = mkdtempSync(join(tmpdir(), 'suan-sandbox-'))
    const how = driver ?? process.env['SUAN_DRIVER'] ?? ''
    const sandbox = new Sandbox(folder, await freePort(), how)
    await sandbox.suan(['server', '--sandbox']).printed(/Ctrl-C stops it/, READY_MS)
    return sandbox
  }

  /** Starts a command, as the sandbox's buyer where no token is given. */
  suan(args: readonly string[], token?: string): Running {
    const env = token === undefined ? this.#env : { ...this.#env, SUAN_API_KEY: token }
    const program = startProgram([process.execPath, main, ...args], { cwd: this.folder, env })
    this.#running.push(program)
    return program
  }
  /** What a command printed, which must end with this code. */
  async said(code: number, args: readonly string[], token?: string): Promise<string> {
    const program = this.suan(args, token)
    const ended = await program.ended(END_MS)
    if (ended !== code) throw new Error(`${args.join(' ')}: ${ended}: ${program.output()}`)
    return program.output()
  }
  /** What a command printed for programs. */
  async asked<T>(args: readonly string[], token?: string): Promise<T> {
    return JSON.parse(await this.said(0, [...args, '--json'], token)) as T
  }

  /** The key of buyer, provider, operator or prober. */
  token(who: string): string {
    return readFileSync(join(this.folder, 'secrets', `${who}.token`), 'utf8').trim()
  }
  /** A request to its API, as the buyer where no token is given. */
  async call<T>(
    path: string,
    { method = 'GET', token = this.token('buyer'), body }: CallOptions = {},
  ): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return (await answer.json()) as T
  }

  /** Ends all of its programs, and drops the folder. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    for (const program of this.#running) {
      program.signal(signal)
      await program.ended(END_MS)
    }
    rmSync(this.folder, { recursive: true, force: true })
  }
}

interface CallOptions {
  readonly method?: string
  readonly token?: string
  readonly body?: object
}
