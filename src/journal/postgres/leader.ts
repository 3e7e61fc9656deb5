import type pg from 'pg'
import { Fault } from '../../messages/index.ts'
import { LEADER_LOCK } from './tables.ts'

/** A leader asks the database every 2 s; one silent for this long hangs or has lost its machine. */
const SILENT_SECONDS = 10
const TRIES = 20
const TRY_MS = 100

/** Who holds the leader's lock: server process and how long it has asked nothing; null is nobody. */
export interface Holder {
  readonly pid: number
  readonly isSilent: boolean
}

export async function leaderOf(client: pg.Client): Promise<Holder | null> {
  const { rows } = await client.query<{ pid: number; silent: number }>(
    `select a.pid, extract(epoch from clock_timestamp() - a.state_change)::float8 as silent
      from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = ${LEADER_LOCK}
      and l.objsubid = 1 and a.datname = current_database()`,
  )
  const [row] = rows
  return row === undefined ? null : { pid: row.pid, isSilent: row.silent >= SILENT_SECONDS }
}

/**
 * Takes the leader's lock for this session; from a silent holder by ending its session. Throws Fault
 * JOURNAL_LED while a leader is at work.
 */
export async function takeLead(client: pg.Client): Promise<void> {
  for (let tries = 0; ; tries++) {
    const text = `select pg_try_advisory_lock(${LEADER_LOCK}) as taken`
    const { rows } = await client.query<{ taken: boolean }>(text)
    if (rows[0]?.taken === true) return
    const holder = await leaderOf(client)
    if (holder?.isSilent === true)
      await client.query('select pg_terminate_backend($1)', [holder.pid])
    else if (holder !== null || tries >= TRIES) {
      throw new Fault('JOURNAL_LED', { facts: { pid: holder?.pid ?? 0 } })
    }
    await new Promise((resolve) => setTimeout(resolve, TRY_MS))
  }
}

/** Throws Fault JOURNAL_UNSAFE with the setting under which an acknowledged record could be lost. */
export async function assertSafe(client: pg.Client, alone: boolean): Promise<void> {
  const { rows } = await client.query<{ setting: string; value: string }>(
    `select setting, current_setting(setting) as value
      from suan_journal.weakness($1) as setting where setting is not null`,
    [alone],
  )
  const [weak] = rows
  if (weak !== undefined) throw unsafe(weak.setting, weak.value)
}

/** A setting under which an acknowledged record could be lost. */
export function unsafe(setting: string, value: string): Fault {
  return new Fault('JOURNAL_UNSAFE', { retryable: false, facts: { setting, value } })
}
