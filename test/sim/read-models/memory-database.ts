/**
 * Stands for PGlite: rows in memory, and a file that says how far they have come. A transaction is the
 * write of that file, so a process that dies leaves the rows as they were or as they are after it; a
 * power cut may take the file back to what it once was, and the rows with it to anything.
 */
import { open, mkdir, readFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { decode, sha256Hex } from '../../../src/kernel/index.ts'
import { eventRecord, Fault, unpackRecords, type EventBatch } from '../../../src/messages/index.ts'
import type { Opener, Progress, Row, Store, Table } from '../../../src/projections/index.ts'
import { must, Violation } from '../violation.ts'
import { TablesSoFar } from './tables-so-far.ts'

const FILE = 'pages'

/** What a folder holds. */
class Contents {
  readonly tables: TablesSoFar
  progress: Progress = { appliedSeq: 0, appliedTimeUs: 0, appliedHash: '' }
  /** a transaction whose write is under way */
  #pending: EventBatch | null = null

  constructor(tables: TablesSoFar) {
    this.tables = tables
  }

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
    const { appliedSeq } = this.progress
    must(firstSeq <= appliedSeq + 1, 'read-models', () => `${firstSeq} applied at ${appliedSeq}`)
    const left = unpackRecords(records).slice(appliedSeq + 1 - firstSeq)
    for (const [index, bytes] of left.entries()) this.tables.take(appliedSeq + 1 + index, bytes)
    const last = left.at(-1)
    if (last === undefined) return
    const { seq, timeUs } = decode(eventRecord, last)
    must(seq === appliedSeq + left.length, 'read-models', () => `record ${seq} at another's place`)
    this.progress = { appliedSeq: seq, appliedTimeUs: timeUs, appliedHash: sha256Hex(last) }
  }
}

/** All databases that there ever were on the disk of one machine. */
export class Databases {
  readonly byName = new Map<string, Contents>()
  readonly #tables = new TablesSoFar()

  make(): string {
    const name = `${this.byName.size}`.padStart(16)
    this.byName.set(name, new Contents(this.#tables))
    return name
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

  /** No other database has come further: the rows are its own. */
  get isFurthest(): boolean {
    return this.#contents.progress.appliedSeq === this.#contents.tables.seq
  }
  /** All rows of a table, as they are now in the database that has come furthest. */
  rows<T extends Table>(of: T): Row<T>[] {
    return this.#contents.tables.rows(of)
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

/** `opened` is told of each database that a process uses. */
export function memoryOpener(
  databases: Databases,
  opened: (store: MemoryStore) => void,
  violated: (why: Error) => void,
): Opener {
  return {
    async create(folder) {
      await mkdir(folder)
      const file = await open(join(folder, FILE), 'w+')
      const name = databases.make()
      await file.write(Buffer.from(`${'0'.padStart(16)}${name}`), 0, 32, 0)
      // The kernel writes back in time what nobody syncs: names last, what is written later may not.
      await file.sync()
      await file.close()
      const names = await open(folder, 'r')
      await names.sync()
      await names.close()
    },
    async open(folder) {
      const page = await readFile(join(folder, FILE), 'latin1')
      const contents = databases.byName.get(page.slice(16))
      const isWhole = contents?.settle(Number(page.slice(0, 16))) ?? false
      // Told at once: who opens it takes an error for a folder that is to be made anew.
      if (!isWhole) violated(new Violation('read-models', `${folder} is trusted and holds ${page}`))
      const store = new MemoryStore(contents!, await open(join(folder, FILE), 'r+'))
      opened(store)
      return store
    },
  }
}
function lastSeqOf({ firstSeq, records }: EventBatch): number {
  return firstSeq + records.count - 1
}
