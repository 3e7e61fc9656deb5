/** Applies a batch of event records to the tables in one transaction. */
import type { Kysely } from 'kysely'
import { assert, encode, sha256Hex } from '../kernel/index.ts'
import { eventRecord, Fault, type EventRecord } from '../messages/index.ts'
import { loadRows, writeRows, type AnyRow } from './bulk.ts'
import type { Change, Key, Rows } from './change.ts'
import type { Row, Table } from './columns.ts'
import { changesOf } from './reduce.ts'
import { tables, type Schema } from './tables.ts'

/** The rows of one table that a batch touches. */
interface Touched {
  readonly table: Table
  readonly rows: Map<string, AnyRow>
  readonly loaded: Set<string>
  readonly dirty: Set<string>
}

/**
 * 1. Collect what each event changes. 2. Load the rows it needs. 3. Change them in the order of the
 * events. 4. Write them and how far we came; all or nothing.
 * Throws Fault('READ_LAG') when the tables do not stand at `afterSeq`: another process moved them.
 */
export async function applyBatch(
  db: Kysely<Schema>,
  afterSeq: number,
  records: readonly EventRecord[],
): Promise<Schema['progress']> {
  const last = records.at(-1)
  if (last === undefined) return readProgress(db)
  return db.transaction().execute(async (transaction) => {
    const before = await lockProgress(transaction)
    if (before.appliedSeq !== afterSeq) throw new Fault('READ_LAG', { facts: { seq: afterSeq } })
    let ledgerLines = before.ledgerLines
    const changes = records.flatMap((record) => changesOf(record, () => (ledgerLines += 1)))
    const set = await loadSet(transaction, changes)
    for (const change of changes) step(set, change)
    for (const touched of set.values()) await writeTouched(transaction, touched)
    const progress: Schema['progress'] = {
      only: 1,
      appliedSeq: last.seq,
      appliedHash: recordHash(last),
      ledgerLines,
    }
    await writeRows(transaction, tables.progress, [progress], true)
    return progress
  })
}

/** Hash by which a record of the log is known again. */
export function recordHash(record: EventRecord): string {
  return sha256Hex(encode(eventRecord, record))
}

/** How far the tables have come; the one row is there from the first. */
export function readProgress(db: Kysely<Schema>): Promise<Schema['progress']> {
  return db.selectFrom('progress').selectAll().executeTakeFirstOrThrow()
}

function lockProgress(db: Kysely<Schema>): Promise<Schema['progress']> {
  return db.selectFrom('progress').selectAll().forUpdate().executeTakeFirstOrThrow()
}

type WorkingSet = Map<string, Touched>

async function loadSet(db: Kysely<Schema>, changes: readonly Change[]): Promise<WorkingSet> {
  const set: WorkingSet = new Map()
  const wanted = new Map<string, Map<string, Key>>()
  for (const { table, key, load } of changes) {
    if (!set.has(table.name)) {
      set.set(table.name, { table, rows: new Map(), loaded: new Set(), dirty: new Set() })
      wanted.set(table.name, new Map())
    }
    if (load) wanted.get(table.name)?.set(keyText(key), key)
  }
  for (const touched of set.values()) {
    const keys = [...(wanted.get(touched.table.name)?.values() ?? [])]
    if (keys.length === 0) continue
    for (const row of await loadRows(db, touched.table, keys)) {
      const key = keyText(touched.table.key.map((name) => row[name] as string | number))
      touched.rows.set(key, row)
      touched.loaded.add(key)
    }
  }
  return set
}

function step(set: WorkingSet, change: Change): void {
  const touched = set.get(change.table.name)
  assert(touched !== undefined, 'every changed table is in the working set')
  const key = keyText(change.key)
  const before = touched.rows.get(key) ?? null
  assert(change.load || before === null, `${change.table.name} ${key} is there already`)
  const after = change.next(before, rowsOf(set))
  if (after === null) return
  touched.rows.set(key, after)
  touched.dirty.add(key)
}

function rowsOf(set: WorkingSet): Rows {
  return {
    get: <T extends Table>(of: T, key: Key) =>
      (set.get(of.name)?.rows.get(keyText(key)) as Row<T> | undefined) ?? null,
  }
}

async function writeTouched(db: Kysely<Schema>, touched: Touched): Promise<void> {
  const added: AnyRow[] = []
  const changed: AnyRow[] = []
  for (const key of touched.dirty) {
    const row = touched.rows.get(key)
    if (row !== undefined) (touched.loaded.has(key) ? changed : added).push(row)
  }
  await writeRows(db, touched.table, added, false)
  await writeRows(db, touched.table, changed, true)
}

function keyText(key: Key): string {
  return JSON.stringify(key)
}
