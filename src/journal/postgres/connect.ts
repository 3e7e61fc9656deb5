import type pg from 'pg'
import { Fault } from '../../messages/index.ts'
import { hostsOf } from './address.ts'

const CONNECT_MS = 3_000
const ASK_MS = 5_000

/**
 * Settings of a session. Warnings must arrive, since one tells that a commit was not replicated; a
 * session whose machine has vanished must end soon, since it holds the leader's lock.
 */
const SESSION = Object.entries({
  client_min_messages: 'warning',
  statement_timeout: '0',
  lock_timeout: '0',
  tcp_keepalives_idle: '5',
  tcp_keepalives_interval: '2',
  tcp_keepalives_count: '3',
})
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ')

export interface Primary {
  readonly client: pg.Client
  /** connection string of the one host */
  readonly url: string
}

/** A session on one host. `patient` ones wait without limit for an answer. Rejects as `pg` does. */
export async function openSession(url: string, patient: boolean): Promise<pg.Client> {
  // Loaded by those who have a journal there, and not by every program that opens one in files.
  const { default: driver } = await import('pg')
  const client = new driver.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'suan journal',
    keepAlive: true,
    options: SESSION,
    ...(patient ? {} : { query_timeout: ASK_MS }),
  })
  // Without a listener the loss of an idle connection would end the process.
  client.on('error', () => {})
  await client.connect()
  return client
}

/**
 * A session on the host that takes writes. Of two that do, the one promoted last: the other is an old
 * primary that has not noticed. Throws Fault JOURNAL_UNREACHABLE.
 */
export async function openPrimary(address: string, patient: boolean): Promise<Primary> {
  const hosts = hostsOf(address)
  const tries = await Promise.allSettled(hosts.map((url) => probe(url, patient)))
  const found = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const [best] = found
    .filter(({ timeline }) => timeline !== null)
    .toSorted((a, b) => (b.timeline ?? '').localeCompare(a.timeline ?? ''))
  for (const one of found) if (one !== best) endSession(one.client)
  if (best !== undefined) return best
  const failed = tries.find((one) => one.status === 'rejected')
  throw new Fault('JOURNAL_UNREACHABLE', {
    cause: failed?.reason,
    facts: { hosts: hosts.length, standbys: found.length, why: String(failed?.reason ?? '') },
  })
}

/** Ends a session without waiting: the other side may be gone. */
export function endSession(client: pg.Client): void {
  client.end().catch(() => {})
}

/** `timeline` grows with each promotion; null on a host that only follows. */
async function probe(
  url: string,
  patient: boolean,
): Promise<Primary & { readonly timeline: string | null }> {
  const client = await openSession(url, patient)
  try {
    const { rows } = await client.query<{ timeline: string | null }>({
      text: `select case when not pg_is_in_recovery()
        then left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) end as timeline`,
      query_timeout: ASK_MS,
    } as pg.QueryConfig)
    return { client, url, timeline: rows[0]?.timeline ?? null }
  } catch (error) {
    endSession(client)
    throw error
  }
}

/** A question that the database did not answer; a Fault stays what it is. */
export function unreachable(error: unknown, address: string): unknown {
  if (error instanceof Fault) return error
  const facts = { hosts: hostsOf(address).length, why: String(error) }
  return new Fault('JOURNAL_UNREACHABLE', { cause: error, facts })
}
