/** Applies a batch of event records to the tables in one transaction. */
import { assert, decode, encode, fail, sha256Hex } from '../kernel/index.ts'
import { eventRecord, Fault, unpackRecords } from '../messages/index.ts'
import type { EventBatch, EventRecord } from '../messages/index.ts'
import { addRows, loadRows, replaceRows } from './bulk.ts'
import type { Change, Key, Rows } from './change.ts'
import type { Row, Table } from './columns.ts'
import type { AnyRow, Database, Session } from './database.ts'
import { changesOf } from './reduce.ts'
import type { KeyText, RowCache, TableRows } from './row-cache.ts'
import { tables, type Schema } from './tables.ts'

type Progress = Schema['progress']

/** The rows of one table that a batch may touch. */
interface Touched {
  readonly table: Table
  /** all that are known, by key: the most recently used last */
  readonly rows: TableRows
  /** what has to be there before the events are looked at */
  readonly wanted: Map<KeyText, Key>
  /** written by this batch: those that the tables have already, and new ones */
  readonly changed: Set<KeyText>
  readonly added: Set<KeyText>
}
type WorkingSet = Map<Table, Touched>

/**
 * 1. Collect what each event changes. 2. Load the rows it needs. 3. Change them in the order of the
 * events. 4. Write each row once, as it is at the end, and how far we came; all or nothing.
 * Records up to `afterSeq` are passed over. Throws Fault('READ_LAG') when the tables do not stand at
 * `afterSeq`: another process moved them.
 */
export async function applyBatch(
  database: Database,
  cache: RowCache,
  afterSeq: number,
  { firstSeq, records }: EventBatch,
): Promise<Progress> {
  assert(firstSeq <= afterSeq + 1, `event record ${firstSeq} after ${afterSeq}`)
  const wanted = unpackRecords(records).slice(afterSeq + 1 - firstSeq)
  const last = wanted.at(-1)
  if (last === undefined) return readProgress(database)
  const kept = cache.take(afterSeq)
  const progress = await database.transaction(async (session) => {
    const before = await begin(session)
    if (before.appliedSeq !== afterSeq) throw new Fault('READ_LAG', { facts: { seq: afterSeq } })
    let { ledgerLines } = before
    const nextLine = () => (ledgerLines += 1)
    const changes: Change[] = []
    let appliedTimeUs = 0
    for (const bytes of wanted) {
      const record = decode(eventRecord, bytes)
      appliedTimeUs = record.timeUs
      changesOf(record, nextLine, changes)
    }
    const set = await loadSet(session, changes, kept)
    const rows = rowsOf(set)
    for (const change of changes) step(set, change, rows)
    for (const touched of set.values()) await write(session, touched)
    const appliedSeq = afterSeq + wanted.length
    const appliedHash = sha256Hex(last)
    const after: Progress = { only: 1, appliedSeq, appliedTimeUs, appliedHash, ledgerLines }
    await replaceRows(session, tables.progress, [after])
    return after
  })
  cache.keep(progress.appliedSeq, kept)
  return progress
}

/** Hash by which a record of the log is known again. */
export function recordHash(record: EventRecord): string {
  return sha256Hex(encode(eventRecord, record))
}

/** How far the tables have come; the one row is there from the first. */
export function readProgress({ db }: Database): Promise<Progress> {
  return db.selectFrom('progress').selectAll().executeTakeFirstOrThrow()
}

/**
 * Takes the row of the progress for this transaction. Tables that grow fast have old statistics, by
 * which reading them whole looks cheap; every statement of a batch has an index.
 */
async function begin(session: Session): Promise<Progress> {
  await session.query(
    `select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
     set_config('enable_mergejoin', 'off', true) from progress for update`,
    [],
  )
  const [progress] = await loadRows(session, tables.progress, [[1]])
  assert(progress !== undefined, 'the row of the progress is there from the first')
  return progress as Progress
}

async function loadSet(
  session: Session,
  changes: readonly Change[],
  kept: Map<Table, TableRows>,
): Promise<WorkingSet> {
  const set: WorkingSet = new Map()
  for (const { table, key, load } of changes) {
    let touched = set.get(table)
    if (touched === undefined) {
      let rows = kept.get(table)
      if (rows === undefined) kept.set(table, (rows = new Map()))
      touched = { table, rows, wanted: new Map(), changed: new Set(), added: new Set() }
      set.set(table, touched)
    }
    if (load) want(touched, key)
  }
  for (const { table, rows, wanted } of set.values()) {
    if (wanted.size === 0) continue
    for (const row of await loadRows(session, table, [...wanted.values()])) {
      rows.set(keyText(table.key.map((name) => row[name] as string | number)), row)
    }
  }
  return set
}

/** A known row becomes the most recently used one; another one has to be loaded. */
function want({ rows, wanted }: Touched, key: Key): void {
  const text = keyText(key)
  const row = rows.get(text)
  if (row === undefined) return void wanted.set(text, key)
  rows.delete(text)
  rows.set(text, row)
}

function step(set: WorkingSet, change: Change, rows: Rows): void {
  const touched = set.get(change.table)
  assert(touched !== undefined, 'every changed table is in the working set')
  const key = keyText(change.key)
  const before = touched.rows.get(key) ?? null
  if (!change.load && before !== null) fail(`${change.table.name} ${key} is there already`)
  const after = change.next(before, rows)
  if (after === null) return
  if (after !== before) touched.rows.set(key, after)
  if (before === null) touched.added.add(key)
  else if (!touched.added.has(key)) touched.changed.add(key)
}

function rowsOf(set: WorkingSet): Rows {
  return {
    get: <T extends Table>(of: T, key: Key) =>
      (set.get(of)?.rows.get(keyText(key)) as Row<T> | undefined) ?? null,
  }
}

async function write(session: Session, { table, rows, added, changed }: Touched): Promise<void> {
  const rowOf = (key: KeyText): AnyRow => rows.get(key)!
  await addRows(session, table, Array.from(added, rowOf))
  await replaceRows(session, table, Array.from(changed, rowOf))
  // Nothing ever looks at these again.
  if (table.isAppended) rows.clear()
}

/** Most keys are one number; texts in keys hold no slash (assets, sides). */
function keyText(key: Key): KeyText {
  return key.length === 1 ? key[0]! : key.join('/')
}
