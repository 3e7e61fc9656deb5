/** Two servers of one exchange over one journal, and members' commands at whichever leads. */
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, type Client } from '../../src/client/index.ts'
import { AckList } from '../crash/acks.ts'
import { journalFaults, parseExport } from '../crash/journal-faults.ts'
import { Sender } from '../crash/sender.ts'
import { freePort } from '../tools/free-port.ts'
import { startProgram, type Running } from '../tools/running.ts'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const START_MS = 120_000
const END_MS = 60_000
/** a stopped process takes connections and answers nothing */
const ANSWER_MS = 2_000
const CLIENTS = 12

/** One machine: a data folder, a port, and the server on it while there is one. */
export class Machine {
  readonly folder: string
  readonly port: number
  readonly #journal: string
  #running: Running | null = null

  constructor(folder: string, port: number, journal: string) {
    mkdirSync(folder)
    this.folder = folder
    this.port = port
    this.#journal = journal
  }

  /** A server on this machine; `flags` after `server`. */
  start(...flags: string[]): Running {
    this.#running = this.suan('server', ...flags)
    return this.#running
  }
  async lead(): Promise<void> {
    await this.start().printed(/Ctrl-C stops it/, START_MS)
  }
  async follow(): Promise<void> {
    await this.start('--standby').printed(/following the journal/, START_MS)
  }
  /** Resolves when the server here, which followed, leads. */
  async leads(): Promise<void> {
    await this.server.printed(/Ctrl-C stops it/, START_MS)
  }
  get server(): Running {
    if (this.#running === null) throw new Error('no server was started here')
    return this.#running
  }

  /** A command of the command line on this machine. */
  suan(...args: string[]): Running {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: this.folder,
      SUAN_DATA_DIR: this.folder,
      SUAN_PORT: `${this.port}`,
      SUAN_JOURNAL: this.#journal,
      LANG: 'C.UTF-8',
    }
    return startProgram([execPath, MAIN, ...args], { cwd: this.folder, env })
  }
  async kill(): Promise<void> {
    this.#running?.signal('SIGKILL')
    await this.#running?.ended(END_MS)
  }
}

export class TwoServers {
  readonly machines: readonly [Machine, Machine]
  readonly #acks: AckList
  readonly #client: Client
  readonly #times: { readonly sent: number; readonly told: number }[] = []
  #at = 0
  #isOver = false
  #work: Promise<void>[] = []

  private constructor(root: string, machines: readonly [Machine, Machine]) {
    this.machines = machines
    this.#acks = new AckList(join(root, 'acks'))
    const token = readFileSync(join(machines[0].folder, 'secrets/operator.token'), 'utf8').trim()
    this.#client = createClient({
      baseUrl: '',
      token,
      retries: 0,
      fetch: (path, init) => this.#fetch(path, init),
    })
  }

  /** Starts both, the first as leader. The second has a copy of its secrets and follows. */
  static async start(root: string, journal: string): Promise<TwoServers> {
    const make = async (name: string) => new Machine(join(root, name), await freePort(), journal)
    const first = await make('first')
    const second = await make('second')
    await first.lead()
    for (const name of ['secrets', 'token.key']) {
      cpSync(join(first.folder, name), join(second.folder, name), { recursive: true })
    }
    await second.follow()
    return new TwoServers(root, [first, second])
  }

  /** Clients that open members, each its next when the one before is acknowledged. */
  load(): void {
    this.#isOver = false
    this.#work = Array.from({ length: CLIENTS }, () => this.#send())
  }

  /** Waits for so many acknowledgements from now on. */
  async acknowledged(count: number): Promise<void> {
    const wanted = this.#times.length + count
    while (this.#times.length < wanted) await sleep(20)
  }

  /** Seconds from `fault` (Unix milliseconds) to the first answer to a command sent after it. */
  async secondsUntilNext(fault: number): Promise<string> {
    const isLater = ({ sent }: { sent: number }) => sent > fault
    while (!this.#times.some(isLater)) await sleep(20)
    const next = Math.min(...this.#times.filter(isLater).map(({ told }) => told))
    return ((next - fault) / 1_000).toFixed(2)
  }

  async rest(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#work.splice(0))
  }

  /** What the journal lacks or has twice of what was acknowledged; and how much that was. */
  async faults(machine: Machine): Promise<{ readonly count: number; readonly faults: string[] }> {
    const exported = machine.suan('journal', 'export')
    await exported.ended(END_MS)
    const faults = journalFaults(this.#acks, parseExport(exported.output()))
    return { count: this.#acks.read().acks.length, faults }
  }

  /** What `suan fsck` says of the journal and of a machine's folder; throws when it is not well. */
  async fsck(machine: Machine): Promise<unknown> {
    const fsck = machine.suan('fsck')
    const status = await fsck.ended(END_MS)
    if (status !== 0) throw new Error(`suan fsck ended with ${status}:\n${fsck.output()}`)
    return JSON.parse(fsck.output())
  }

  async destroy(): Promise<void> {
    this.#isOver = true
    for (const machine of this.machines) await machine.kill()
    this.#acks.close()
  }

  async #send(): Promise<void> {
    const sender = new Sender(this.#client, this.#acks)
    while (!this.#isOver) {
      const sent = Date.now()
      await sender.send('OpenMember', (idempotencyKey) => {
        const handle = `m-${idempotencyKey}`
        return this.#client.openMember({ body: { handle, roles: ['buyer'] }, idempotencyKey })
      })
      this.#times.push({ sent, told: Date.now() })
    }
  }

  /** Asks one server, and the other one the next time when it gives no answer or does not lead. */
  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const at = this.#at
    const { port } = this.machines[at % 2] ?? this.machines[0]
    const signal = AbortSignal.timeout(ANSWER_MS)
    try {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, signal })
      if (response.status === 503 && this.#at === at) this.#at++
      return response
    } catch (error) {
      if (this.#at === at) this.#at++
      throw error
    }
  }
}
