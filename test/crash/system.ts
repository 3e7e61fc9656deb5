/** A sandbox exchange with its own provider daemon, and a second daemon of another "machine". */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { createClient, type Client } from '../../src/client/index.ts'
import { freePort } from '../tools/free-port.ts'
import { startProgram, type Running } from '../tools/running.ts'
import { kill, processesWith, supervisorsBelow } from './processes.ts'
import { removeGroups } from './groups.ts'

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).href
const START_MS = 240_000
const END_MS = 120_000
const LOOK_MS = 50
const REBOOTED = 'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"'

export interface SystemOptions {
  /** folder of the exchange; `data` below the root when left out */
  readonly data?: string
  /** does the exchange sell this machine? yes when left out */
  readonly provider?: boolean
  /** where clients and daemons find the exchange; its own address when left out */
  readonly url?: string
  /** a file whose content the exchange takes for the boot id of the machine (as root only) */
  readonly bootId?: string
  /** address of the program; the built one when left out */
  readonly main?: string
  readonly env?: Readonly<Record<string, string>>
}

export class System {
  readonly root: string
  readonly url: string
  readonly data: string
  readonly #options: SystemOptions
  readonly #program: string
  readonly #sellerFolder: string
  /** that the exchange listens at */
  readonly port: number
  #server: Running | null = null
  #seller: Running | null = null

  private constructor(root: string, port: number, options: SystemOptions) {
    this.root = root
    this.port = port
    this.#options = options
    this.url = options.url ?? `http://127.0.0.1:${port}`
    this.data = options.data ?? join(root, 'data')
    this.#sellerFolder = join(root, 'seller')
    this.#program = join(root, 'suan.mjs')
  }

  static async at(root: string, options: SystemOptions = {}): Promise<System> {
    const system = new System(root, await freePort(), options)
    mkdirSync(system.#sellerFolder, { recursive: true })
    // The built program under a name of its own: every process of this run carries the root's path.
    const main = options.main ?? MAIN
    writeFileSync(system.#program, `await import(${JSON.stringify(main)})\n`)
    return system
  }

  /** Starts the exchange; it has its own daemon. Not ready when this returns. */
  startServer(...flags: readonly string[]): void {
    const { provider = true } = this.#options
    const own = provider ? [] : ['--no-provider']
    this.#server = this.#start(['server', '--sandbox', ...own, ...flags])
  }
  /** Starts it as a standby of another one; resolves when it follows. */
  async follow(): Promise<void> {
    this.startServer('--standby')
    await this.#server?.printed(/following the journal/, START_MS)
  }
  /** Resolves when the exchange has said that it is ready and its machine is listed. */
  async serverReady(): Promise<void> {
    await this.#server?.printed(/Ready in/, START_MS)
  }
  /** Everything that the exchange has printed since it was started. */
  printed(): string {
    return this.#server?.output() ?? ''
  }
  /** Resolves with the exit status when the exchange has ended by itself. */
  async serverEnded(): Promise<number | string | undefined> {
    return this.#server?.ended(END_MS)
  }
  /** Starts the second daemon, which no server looks after, and waits until it is connected. */
  async startSeller(...flags: readonly string[]): Promise<void> {
    const folder = this.#sellerFolder
    const words = ['provider', 'run', '--data', folder, '--name', 'second', ...flags]
    this.#seller = this.#start(words, { SUAN_API_KEY: this.token('provider') })
    await this.#seller.printed(/"what":"connected"/, START_MS)
  }

  /** Everything that the second daemon has printed since it was started. */
  sellerPrinted(): string {
    return this.#seller?.output() ?? ''
  }
  /** Ctrl-C of the second daemon; answers its exit status. */
  async stopSeller(): Promise<number | string | undefined> {
    this.#seller?.signal('SIGINT')
    return this.#seller?.ended(END_MS)
  }

  async killServer(): Promise<void> {
    await killProgram(this.#server)
    // Its daemon notices and ends by itself; its workloads do not.
    await until('the daemon ends with its server', () => this.#children().length === 0)
  }
  async killSeller(): Promise<void> {
    await killProgram(this.#seller)
  }
  /** kill -9 of the exchange's own daemon; the exchange starts it again by itself. */
  async killChild(): Promise<void> {
    const before = this.#children()
    for (const { pid } of before) kill(pid)
    const old = new Set(before.map(({ pid }) => pid))
    await until('the daemon is started again', () =>
      this.#children().some(({ pid }) => !old.has(pid)),
    )
  }
  /** The last moment at which everything is killed at once. */
  async killAll(): Promise<void> {
    for (const { pid } of this.#children()) kill(pid)
    await Promise.all([this.killServer(), this.killSeller()])
  }

  /** Ctrl-C, as in a terminal: leases close, the last bills are written. Answers what was printed. */
  async stop(): Promise<string> {
    this.#seller?.signal('SIGINT')
    await this.#seller?.ended(END_MS)
    this.#server?.signal('SIGINT')
    const status = await this.#server?.ended(END_MS)
    if (status !== 0) throw new Error(`the server ended with ${status}`)
    return this.#server?.output() ?? ''
  }

  /** Runs a command of the built program to its end; answers its output. */
  async cli(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<string> {
    const { status, output } = await this.tryCli(args, more)
    if (status !== 0) throw new Error(`suan ${args.join(' ')} ended with ${status}:\n${output}`)
    return output
  }
  /** The same, whatever its exit status. */
  async tryCli(
    args: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly status: number | string; readonly output: string }> {
    const program = this.#start(args, more)
    const status = await program.ended(END_MS)
    return { status, output: program.output() }
  }

  client(who: 'buyer' | 'provider' | 'operator'): Client {
    const openSocket = (url: string): WebSocket => new WebSocket(url)
    return createClient({ baseUrl: this.url, token: this.token(who), retries: 0, openSocket })
  }
  token(who: 'buyer' | 'provider' | 'operator'): string {
    return readFileSync(join(this.data, 'secrets', `${who}.token`), 'utf8').trim()
  }

  /** Ends everything that was ever started below the root, whatever state it is in. */
  async destroy(): Promise<void> {
    await Promise.allSettled([killProgram(this.#server), killProgram(this.#seller)])
    for (let sweep = 0; sweep < 100; sweep++) {
      const left = processesWith(this.root).filter(({ pid }) => pid !== process.pid)
      if (left.length === 0) break
      for (const { pid } of left) kill(pid)
      await sleep(LOOK_MS)
    }
    for (const folder of this.leaseFolders()) await removeGroups(folder)
  }

  /** Where each daemon keeps one folder a lease. */
  leaseFolders(): string[] {
    const folders = [join(this.data, 'provider'), this.#sellerFolder]
    return folders.map((folder) => join(folder, 'leases')).filter((folder) => existsSync(folder))
  }
  supervisors() {
    return supervisorsBelow(this.root)
  }

  #children() {
    const folder = join(this.data, 'provider')
    return processesWith(folder).filter(
      ({ argv }) => argv.includes('provider') && argv.includes('run') && argv.includes(folder),
    )
  }

  #start(args: readonly string[], more: Readonly<Record<string, string>> = {}): Running {
    const { bootId } = this.#options
    // In a mount namespace of its own, which is gone with the program.
    const rebooted = bootId === undefined ? [] : ['unshare', '-m', 'sh', '-c', REBOOTED, bootId]
    return startProgram([...rebooted, execPath, this.#program, ...args] as [string, ...string[]], {
      cwd: this.root,
      env: {
        PATH: env['PATH'] ?? '',
        HOME: this.root,
        LANG: 'C.UTF-8',
        SUAN_DATA_DIR: this.data,
        SUAN_PORT: String(this.port),
        SUAN_URL: this.url,
        // One driver for every machine that the test runs on: processes that it can see and end.
        SUAN_DRIVER: env['SUAN_DRIVER'] ?? 'oci',
        ...this.#options.env,
        ...more,
      },
    })
  }
}

async function killProgram(program: Running | null): Promise<void> {
  if (program === null) return
  program.signal('SIGKILL')
  await program.ended(END_MS)
}

/** Looks until it holds. Throws, naming it, when it does not within two minutes. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + END_MS
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${END_MS / 1000} s until ${what}`)
    await sleep(LOOK_MS)
  }
}
