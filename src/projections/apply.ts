/** Applies a batch of event records to the tables in one transaction. */
import { assert, decode, encode, fail, sha256Hex } from '../kernel/index.ts'
import { eventRecord, Fault, unpackRecords } from '../messages/index.ts'
import type { EventBatch, EventRecord } from '../messages/index.ts'
import { addRows, loadRows, replaceRows } from './bulk.ts'
import type { Change, Key, Rows } from './change.ts'
import type { Row, Table } from './columns.ts'
import type { AnyRow, Database, Session } from './database.ts'
import { changesOf } from './reduce.ts'
import { tables, type Schema } from './tables.ts'

type Progress = Schema['progress']

/** The rows of one table that a batch touches, by key. */
interface Touched {
  readonly table: Table
  readonly rows: Map<KeyText, AnyRow>
  readonly loaded: Set<KeyText>
  readonly dirty: Set<KeyText>
}
type KeyText = string | number
type WorkingSet = Map<Table, Touched>

/**
 * 1. Collect what each event changes. 2. Load the rows it needs. 3. Change them in the order of the
 * events. 4. Write each row once, as it is at the end, and how far we came; all or nothing.
 * Records up to `afterSeq` are passed over. Throws Fault('READ_LAG') when the tables do not stand at
 * `afterSeq`: another process moved them.
 */
export async function applyBatch(
  database: Database,
  afterSeq: number,
  { firstSeq, records }: EventBatch,
): Promise<Progress> {
  assert(firstSeq <= afterSeq + 1, `event record ${firstSeq} after ${afterSeq}`)
  const wanted = unpackRecords(records).slice(afterSeq + 1 - firstSeq)
  const last = wanted.at(-1)
  return database.transaction(async (session) => {
    const before = await lockProgress(session)
    if (before.appliedSeq !== afterSeq) throw new Fault('READ_LAG', { facts: { seq: afterSeq } })
    if (last === undefined) return before
    let { ledgerLines } = before
    const nextLine = () => (ledgerLines += 1)
    const changes: Change[] = []
    let appliedTimeUs = 0
    for (const bytes of wanted) {
      const record = decode(eventRecord, bytes)
      appliedTimeUs = record.timeUs
      changesOf(record, nextLine, changes)
    }
    const set = await loadSet(session, changes)
    const rows = rowsOf(set)
    for (const change of changes) step(set, change, rows)
    for (const touched of set.values()) await writeTouched(session, touched)
    const appliedSeq = afterSeq + wanted.length
    const appliedHash = sha256Hex(last)
    const after: Progress = { only: 1, appliedSeq, appliedTimeUs, appliedHash, ledgerLines }
    await replaceRows(session, tables.progress, [after])
    return after
  })
}

/** Hash by which a record of the log is known again. */
export function recordHash(record: EventRecord): string {
  return sha256Hex(encode(eventRecord, record))
}

/** How far the tables have come; the one row is there from the first. */
export function readProgress({ db }: Database): Promise<Progress> {
  return db.selectFrom('progress').selectAll().executeTakeFirstOrThrow()
}

async function lockProgress(session: Session): Promise<Progress> {
  await session.query('select from progress for update', [])
  const [progress] = await loadRows(session, tables.progress, [[1]])
  assert(progress !== undefined, 'the row of the progress is there from the first')
  return progress as Progress
}

async function loadSet(session: Session, changes: readonly Change[]): Promise<WorkingSet> {
  const set: WorkingSet = new Map()
  const wanted = new Map<Table, Map<KeyText, Key>>()
  for (const { table, key, load } of changes) {
    let keys = wanted.get(table)
    if (keys === undefined) {
      keys = new Map()
      wanted.set(table, keys)
      set.set(table, { table, rows: new Map(), loaded: new Set(), dirty: new Set() })
    }
    if (load) keys.set(keyText(key), key)
  }
  for (const touched of set.values()) {
    const keys = [...(wanted.get(touched.table)?.values() ?? [])]
    if (keys.length === 0) continue
    for (const row of await loadRows(session, touched.table, keys)) {
      const key = keyText(touched.table.key.map((name) => row[name] as string | number))
      touched.rows.set(key, row)
      touched.loaded.add(key)
    }
  }
  return set
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
  touched.dirty.add(key)
}

function rowsOf(set: WorkingSet): Rows {
  return {
    get: <T extends Table>(of: T, key: Key) =>
      (set.get(of)?.rows.get(keyText(key)) as Row<T> | undefined) ?? null,
  }
}

async function writeTouched(session: Session, touched: Touched): Promise<void> {
  const added: AnyRow[] = []
  const changed: AnyRow[] = []
  for (const key of touched.dirty) {
    const row = touched.rows.get(key)
    if (row !== undefined) (touched.loaded.has(key) ? changed : added).push(row)
  }
  await addRows(session, touched.table, added)
  await replaceRows(session, touched.table, changed)
}

/** Most keys are one number; texts in keys hold no slash (assets, sides). */
function keyText(key: Key): KeyText {
  return key.length === 1 ? key[0]! : key.join('/')
}
