import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** A PostgreSQL server of a test's own. */
export interface TestPostgres {
  /** connection string of an empty database, over a Unix socket */
  readonly url: string
  /** ends the server and removes its files */
  readonly stop: () => Promise<void>
}

const versions = '/usr/lib/postgresql'
const asRoot = userInfo().uid === 0

/**
 * Starts an empty PostgreSQL in a folder of its own, from Debian's package `postgresql` (the newest
 * version installed). PostgreSQL refuses to run as root, so root lends it to the user `postgres`.
 * Throws when the package is missing or the server is not up within two minutes.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = makeFolder()
  const data = join(folder, 'data')
  initialise(data)
  const url = `postgresql://suan@/postgres?host=${encodeURIComponent(folder)}`
  const { server, ended, answered } = serve(data, folder, url)
  const stop = async (): Promise<void> => {
    server.kill('SIGINT')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await answered
    return { url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** An empty folder that PostgreSQL's user may use, below one that everybody may enter. */
export function makeFolder(below = tmpdir()): string {
  const folder = mkdtempSync(join(below, 'suan-postgres-'))
  if (asRoot) chownSync(folder, idOf('-u'), idOf('-g'))
  return folder
}

/** Makes the files of an empty server at `data`, with a superuser `suan` without a password. */
export function initialise(data: string): void {
  const options = ['-D', data, '-U', 'suan', '-A', 'trust', '-E', 'UTF8', '-N', '--no-locale']
  runPostgres('initdb', options, dirname(data))
}

/** Runs a program of the package as PostgreSQL's user and waits for it. Throws with its messages. */
export function runPostgres(name: string, options: readonly string[], cwd: string): void {
  execFileSync('env', [...postgresProgram(name), ...options], { stdio: 'pipe', cwd })
}

/** Command line of a program of the package, for `env`. */
function postgresProgram(name: string): string[] {
  const prefix = asRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : []
  return [...prefix, join(binaries(), name)]
}

export interface Serving {
  readonly server: ChildProcess
  readonly ended: Promise<void>
  /**
   * Resolves when the server takes connections; rejects when it ended instead, with what it said, and
   * after two minutes: after a crash it first syncs every file that it has.
   */
  readonly answered: Promise<void>
}

/** Starts a server over the files at `data`, with its socket in `folder`. */
export function serve(data: string, folder: string, url: string): Serving {
  const command = [...postgresProgram('postgres'), '-D', data, '-k', folder]
  const server = spawn('env', [...command, '-c', 'listen_addresses='], {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: folder,
  })
  let said = ''
  server.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-2_000)))
  const ended = new Promise<void>((done) => server.once('exit', () => done()))
  const over = ended.then(() => {
    throw new Error(`PostgreSQL ended: ${said}`)
  })
  return { server, ended, answered: Promise.race([untilAnswers(url), over]) }
}

async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 1_200; tries += 1) {
    if (await answers(url)) return
    await sleep(100)
  }
  throw new Error('PostgreSQL did not answer within 120 s')
}

function binaries(): string {
  const newest = existsSync(versions)
    ? readdirSync(versions).toSorted((a, b) => Number(b) - Number(a))[0]
    : undefined
  if (newest === undefined) throw new Error('this test needs Debian’s package postgresql')
  return join(versions, newest, 'bin')
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end()
  }
}
