/** PostgreSQL servers that follow each other, each of a test's own. */
import type { ChildProcess } from 'node:child_process'
import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { initialise, makeFolder, runPostgres, serve } from './postgres.ts'

/** One server, reached by a Unix socket in its folder. */
export class PostgresServer {
  readonly folder = makeFolder()
  readonly #data: string
  #child: ChildProcess | null = null
  #ended: Promise<void> = Promise.resolve()

  /** Its files lie below `disk`, or in its folder. */
  private constructor(disk?: string) {
    this.#data = join(disk === undefined ? this.folder : makeFolder(disk), 'data')
  }

  /** A server that commits when `standby` has the record on its disk too. */
  static async primary(standby: string, disk?: string): Promise<PostgresServer> {
    const server = new PostgresServer(disk)
    initialise(server.#data)
    server.#write({ synchronous_standby_names: standby })
    await server.start()
    return server
  }

  /** A copy of `of` that follows it under this name, and waits for `standby` once it is promoted. */
  static async standby(
    of: PostgresServer,
    name: string,
    standby: string,
    disk?: string,
  ): Promise<PostgresServer> {
    const server = new PostgresServer(disk)
    const from = `host=${of.folder} user=suan application_name=${name}`
    const options = ['-D', server.#data, '-d', from, '-R', '-c', 'fast']
    runPostgres('pg_basebackup', options, server.folder)
    server.#write({ synchronous_standby_names: standby })
    await server.start()
    return server
  }

  get url(): string {
    return addressOf([this])
  }

  async query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url })
    await client.connect()
    try {
      return (await client.query<Row>(text)).rows
    } finally {
      await client.end()
    }
  }

  /** Resolves when a standby of this server is counted on for every commit. */
  async untilSynchronous(): Promise<void> {
    const text = `select 1 from pg_stat_replication where sync_state in ('sync', 'quorum')`
    while ((await this.query(text)).length === 0) await sleep(50)
  }

  /** Makes a standby the primary; resolves when it takes writes. */
  promote(): void {
    runPostgres('pg_ctl', ['promote', '-w', '-D', this.#data], this.folder)
  }

  /** Changes a setting of the running server. */
  async set(name: string, value: string): Promise<void> {
    await this.query(`alter system set ${name} = '${value}'`)
    await this.query('select pg_reload_conf()')
  }

  /**
   * kill -9 of every process of the server at once, as when its machine goes. Resolves when the last
   * has ended: while one still has the shared memory no server starts over these files.
   */
  async kill(): Promise<void> {
    const pid = this.#child?.pid ?? 0
    send(pid, 'SIGSTOP')
    const children = childrenOf(pid)
    for (const child of children) send(child.pid, 'SIGKILL')
    send(pid, 'SIGKILL')
    await this.#ended
    while (children.some((child) => isRunning(child.pid))) await sleep(10)
  }

  /** SIGSTOP, or SIGCONT, of every process of the server: it takes connections and answers nothing. */
  signalAll(name: NodeJS.Signals): void {
    const pid = this.#child?.pid ?? 0
    send(pid, name)
    for (const child of childrenOf(pid)) send(child.pid, name)
  }

  /** Signals the process that receives the log of the primary. */
  signalReceiver(signal: NodeJS.Signals): void {
    const receiver = childrenOf(this.#child?.pid ?? 0).find(({ name }) => /walreceiver/.test(name))
    if (receiver === undefined) throw new Error('this server receives nothing')
    process.kill(receiver.pid, signal)
  }

  async stop(): Promise<void> {
    this.#child?.kill('SIGQUIT')
    await this.#ended
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Starts the server over its files, as they are; resolves when it answers. */
  async start(): Promise<void> {
    const { server, ended, answered } = serve(this.#data, this.folder, this.url)
    this.#child = server
    this.#ended = ended
    await answered
  }

  #write(settings: Readonly<Record<string, string>>): void {
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`)
    appendFileSync(join(this.#data, 'postgresql.conf'), lines.join(''))
  }
}

/** Connection string of one database on several servers, of which one takes writes. */
export function addressOf(
  servers: readonly Pick<PostgresServer, 'folder'>[],
  database = 'postgres',
): string {
  const hosts = servers.map(({ folder }) => encodeURIComponent(folder)).join(',')
  return `postgresql://suan@/${database}?host=${hosts}`
}

/** A process that has ended by itself meanwhile is no error. */
function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ESRCH') throw error
  }
}

function isRunning(pid: number): boolean {
  try {
    // The state comes after the name; a zombie has given everything back.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

function childrenOf(parent: number): { readonly pid: number; readonly name: string }[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      if (ppid !== parent) return []
      return [{ pid: Number(pid), name: readFileSync(`/proc/${pid}/cmdline`, 'utf8') }]
    } catch {
      return []
    }
  })
}
