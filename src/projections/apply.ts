/** Applies a batch of event records to the tables in one transaction. */
import { assert, decode, encode, sha256Hex } from '../kernel/index.ts'
import { eventRecord, Fault, unpackRecords } from '../messages/index.ts'
import type { EventBatch, EventRecord } from '../messages/index.ts'
import { addRows, loadRows, replaceRows } from './bulk.ts'
import { keyText, type Change, type Key, type KeyText, type Rows } from './change.ts'
import { snake, type Row, type Table } from './columns.ts'
import type { AnyRow, Database, Session } from './database.ts'
import { changesOf } from './reduce.ts'
import type { RowCache, TableRows } from './row-cache.ts'
import { tables, type Schema } from './tables.ts'

type Progress = Schema['progress']

/** The rows of one table that a batch may touch. */
interface Touched {
  readonly table: Table
  /** all that are known, by key: the most recently used last */
  readonly rows: TableRows
  /** what has to be there before the events are looked at */
  readonly wanted: Map<KeyText, Key>
  /** keys that this batch adds: nothing is to be loaded for what it does to them */
  readonly coming: Set<KeyText>
  /** written by this batch: those that the tables have already, and new ones */
  readonly changed: Set<KeyText>
  readonly added: Set<KeyText>
  /** of a table whose rows nothing looks at again */
  readonly appended: AnyRow[]
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
  const wanted = Object.keys(tables.progress.columns).map((name) => `"${snake(name)}" as "${name}"`)
  const [progress] = await session.query(
    `select ${wanted.join(', ')}, set_config('enable_seqscan', 'off', true),
     set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
     from progress for update`,
    [],
  )
  assert(progress !== undefined, 'the row of the progress is there from the first')
  return progress as Progress
}

async function loadSet(
  session: Session,
  changes: readonly Change[],
  kept: Map<Table, TableRows>,
): Promise<WorkingSet> {
  const set: WorkingSet = new Map()
  for (const change of changes) {
    const { table } = change
    let touched = set.get(table)
    if (touched === undefined) {
      let rows = kept.get(table)
      if (rows === undefined) kept.set(table, (rows = new Map()))
      touched = touchedOf(table, rows)
      set.set(table, touched)
    }
    if (change.load) want(touched, change)
    else if (!table.isAppended) touched.coming.add(change.text)
  }
  for (const { table, rows, wanted } of set.values()) {
    if (wanted.size === 0) continue
    for (const row of await loadRows(session, table, [...wanted.values()])) {
      rows.set(keyText(table.key.map((name) => row[name] as string | number)), row)
    }
  }
  return set
}

function touchedOf(table: Table, rows: TableRows): Touched {
  const [coming, changed, added] = [new Set<KeyText>(), new Set<KeyText>(), new Set<KeyText>()]
  return { table, rows, wanted: new Map(), coming, changed, added, appended: [] }
}

/** What is neither known nor added by this batch has to be loaded. */
function want({ rows, wanted, coming }: Touched, { key, text }: Change): void {
  if (!rows.has(text) && !coming.has(text)) wanted.set(text, key)
}

function step(set: WorkingSet, change: Change, rows: Rows): void {
  const touched = set.get(change.table)!
  if (change.table.isAppended) return void touched.appended.push(change.next(null, rows)!)
  const before = touched.rows.get(change.text) ?? null
  const after = change.next(before, rows)
  if (after === null) return
  if (after !== before) touched.rows.set(change.text, after)
  if (before === null) touched.added.add(change.text)
  else if (!touched.added.has(change.text)) touched.changed.add(change.text)
}

function rowsOf(set: WorkingSet): Rows {
  return {
    get: <T extends Table>(of: T, key: Key) =>
      (set.get(of)?.rows.get(keyText(key)) as Row<T> | undefined) ?? null,
  }
}

async function write(session: Session, touched: Touched): Promise<void> {
  const { table, rows, added, changed, appended } = touched
  const rowOf = (text: KeyText): AnyRow => rows.get(text)!
  // What is new is the most recently used; what was changed becomes so too.
  for (const text of changed) {
    const row = rowOf(text)
    rows.delete(text)
    rows.set(text, row)
  }
  await addRows(session, table, table.isAppended ? appended : Array.from(added, rowOf))
  await replaceRows(session, table, Array.from(changed, rowOf))
}
