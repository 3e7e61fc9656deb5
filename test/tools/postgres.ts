import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
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

/**
 * Starts an empty PostgreSQL in a folder of its own, from Debian's package `postgresql` (the newest
 * version installed). PostgreSQL refuses to run as root, so root lends it to the user `postgres`.
 * Throws when the package is missing or the server is not up within 30 s.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const bin = binaries()
  const folder = mkdtempSync(join(tmpdir(), 'suan-postgres-'))
  const asRoot = userInfo().uid === 0
  const prefix = asRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : []
  if (asRoot) chownSync(folder, idOf('-u'), idOf('-g'))
  const data = join(folder, 'data')
  const initdb = [join(bin, 'initdb'), '-D', data, '-U', 'suan', '-A', 'trust', '-E', 'UTF8', '-N']
  const postgres = [join(bin, 'postgres'), '-D', data, '-k', folder, '-c', 'listen_addresses=']
  execFileSync('env', [...prefix, ...initdb, '--no-locale'], { stdio: 'pipe', cwd: folder })
  const server = spawn('env', [...prefix, ...postgres], { stdio: 'ignore', cwd: folder })
  const ended = new Promise<void>((done) => server.once('exit', () => done()))
  const url = `postgresql://suan@/postgres?host=${encodeURIComponent(folder)}`
  const stop = async (): Promise<void> => {
    server.kill('SIGINT')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  for (let tries = 0; tries < 300; tries += 1) {
    if (await answers(url)) return { url, stop }
    await sleep(100)
  }
  await stop()
  throw new Error('PostgreSQL did not answer within 30 s')
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
