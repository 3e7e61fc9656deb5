/**
 * Stands for PGlite: rows in memory, and a file that says how far they have come. A transaction is the
 * write of that file, so a process that dies leaves the rows as they were or as they are after it; a
 * power cut may take the file back to what it once was, and the rows with it to anything.
 */
import { open, mkdir, readFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { decode, sha256Hex } from '../../../src/kernel/index.ts'
import { eventRecord, Fault, unpackRecords, type EventBatch } from '../../../src/messages/index.ts'
import {
  changesOf,
  keyText,
  type Change,
  type Opener,
  type Progress,
  type Row,
  type Rows,
  type Store,
  type Table,
} from '../../../src/projections/index.ts'
import { Violation } from '../violation.ts'

type AnyRow = Record<string, unknown>
const FILE = 'pages'

/** What a folder holds. */
class Contents {
  readonly tables = new Map<Table, Map<string | number, AnyRow>>()
  progress: Progress = { appliedSeq: 0, appliedTimeUs: 0, appliedHash: '' }
  /** rows added to tables that are only ever added to */
  readonly added = new Map<string, number>()
  #lines = 0
  /** a transaction whose write is under way */
  #pending: EventBatch | null = null

  prepare(batch: EventBatch): void {
    this.#pending = batch
  }
  /** The file says `seq`: is that what the rows are, or become when the last write is done? */
  settle(seq: number): boolean {
    const pending = this.#pending
    this.#pending = null
    if (seq === this.progress.appliedSeq) return true
    if (pending === null || lastSeqOf(pending) !== seq) return false
    this.#apply(pending)
    return true
  }
  commit(): void {
    this.settle(this.#pending === null ? this.progress.appliedSeq : lastSeqOf(this.#pending))
  }

  #apply({ firstSeq, records }: EventBatch): void {
    const left = unpackRecords(records).slice(this.progress.appliedSeq + 1 - firstSeq)
    for (const bytes of left) {
      const record = decode(eventRecord, bytes)
      const changes: Change[] = []
      changesOf(record, () => (this.#lines += 1), changes)
      for (const change of changes) this.#change(change)
      const appliedHash = bytes === left.at(-1) ? sha256Hex(bytes) : ''
      this.progress = { appliedSeq: record.seq, appliedTimeUs: record.timeUs, appliedHash }
    }
  }
  #change(change: Change): void {
    const { table, text } = change
    const rows = this.#rowsOf(table)
    const before = rows.get(text) ?? null
    const after = change.next(before, this.#rows)
    if (after === null) return
    if (table.isAppended) this.added.set(table.name, (this.added.get(table.name) ?? 0) + 1)
    else rows.set(text, after)
  }
  readonly #rows: Rows = {
    get: <T extends Table>(of: T, key: readonly (string | number)[]) =>
      (this.#rowsOf(of).get(keyText(key)) as Row<T> | undefined) ?? null,
  }
  #rowsOf(table: Table): Map<string | number, AnyRow> {
    let rows = this.tables.get(table)
    if (rows === undefined) this.tables.set(table, (rows = new Map()))
    return rows
  }
}

export class MemoryStore implements Store {
  /** the fault injector sets it: whoever answered is gone */
  broken = false
  readonly #contents: Contents
  readonly #file: FileHandle
  #last: Promise<unknown> = Promise.resolve()

  constructor(contents: Contents, file: FileHandle) {
    this.#contents = contents
    this.#file = file
  }

  /** All rows of a table, as they are now. */
  rows<T extends Table>(of: T): Row<T>[] {
    return [...(this.#contents.tables.get(of)?.values() ?? [])] as Row<T>[]
  }
  added(of: Table): number {
    return this.#contents.added.get(of.name) ?? 0
  }

  progress(): Promise<Progress> {
    return this.#turn(async () => this.#contents.progress)
  }
  apply(afterSeq: number, batch: EventBatch): Promise<Progress> {
    return this.#turn(async () => {
      const contents = this.#contents
      if (contents.progress.appliedSeq !== afterSeq) throw new Fault('READ_LAG')
      contents.prepare(batch)
      const page = Buffer.from(String(lastSeqOf(batch)).padStart(16))
      await this.#file.write(page, 0, page.length, 0)
      contents.commit()
      return contents.progress
    })
  }
  read(): Promise<never> {
    return this.#turn(() => Promise.reject(new Error('nobody asks here')))
  }
  compare(): Promise<readonly never[]> {
    return this.#turn(async () => [])
  }
  async close(): Promise<void> {
    await this.#file.close()
  }

  #turn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => {
      if (this.broken) throw new Fault('REBUILDING')
      return work()
    })
    this.#last = result.catch(() => undefined)
    return result
  }
}

/** Databases of one machine's disk. `opened` is told of each that a process uses. */
export function memoryOpener(
  databases: Map<string, Contents>,
  opened: (store: MemoryStore) => void,
  violated: (why: Error) => void,
): Opener {
  return {
    async create(folder) {
      await mkdir(folder)
      const file = await open(join(folder, FILE), 'w+')
      const name = `${databases.size}`.padStart(16)
      await file.write(Buffer.from(`${'0'.padStart(16)}${name}`), 0, 32, 0)
      // The kernel writes back in time what nobody syncs: names last, what is written later may not.
      await file.sync()
      await file.close()
      const names = await open(folder, 'r')
      await names.sync()
      await names.close()
      databases.set(name, new Contents())
    },
    async open(folder) {
      const page = await readFile(join(folder, FILE), 'latin1')
      const contents = databases.get(page.slice(16))
      const isWhole = contents?.settle(Number(page.slice(0, 16))) ?? false
      // Told at once: who opens it takes an error for a folder that is to be made anew.
      if (!isWhole) violated(new Violation('read-models', `${folder} is trusted and holds ${page}`))
      const store = new MemoryStore(contents!, await open(join(folder, FILE), 'r+'))
      opened(store)
      return store
    },
  }
}
export type Databases = Map<string, Contents>

function lastSeqOf({ firstSeq, records }: EventBatch): number {
  return firstSeq + records.count - 1
}
