/**
 * The rows that the event records of one exchange make, worked out once. A database that is built again
 * gets the same records again, and the same rows: of those only the bytes are compared.
 */
import { crc32 } from 'node:zlib'
import { decode } from '../../../src/kernel/index.ts'
import { eventRecord } from '../../../src/messages/index.ts'
import {
  changesOf,
  keyText,
  type Change,
  type Row,
  type Rows,
  type Table,
} from '../../../src/projections/index.ts'
import { must } from '../violation.ts'

type AnyRow = Record<string, unknown>

export class TablesSoFar {
  /** seq of the last record that the rows know */
  seq = 0
  readonly #tables = new Map<Table, Map<string | number, AnyRow>>()
  /** of each record, by seq */
  readonly #checksums: number[] = [0]
  #lines = 0

  /** Takes the record of that seq in, or finds that it is as it was. Throws a Violation else. */
  take(seq: number, bytes: Uint8Array): void {
    const checksum = crc32(bytes)
    if (seq <= this.seq) {
      must(checksum === this.#checksums[seq], 'read-models', () => `record ${seq} is another now`)
      return
    }
    must(seq === this.seq + 1, 'read-models', () => `record ${seq} comes after ${this.seq}`)
    const changes: Change[] = []
    changesOf(decode(eventRecord, bytes), () => (this.#lines += 1), changes)
    for (const change of changes) this.#change(change)
    this.#checksums.push(checksum)
    this.seq = seq
  }

  rows<T extends Table>(of: T): Row<T>[] {
    return [...(this.#tables.get(of)?.values() ?? [])] as Row<T>[]
  }

  #change(change: Change): void {
    const { table, text } = change
    const rows = this.#rowsOf(table)
    const before = rows.get(text) ?? null
    const after = change.next(before, this.#rows)
    // Nobody here looks at what is only ever added.
    if (after !== null && !table.isAppended) rows.set(text, after)
  }
  readonly #rows: Rows = {
    get: <T extends Table>(of: T, key: readonly (string | number)[]) =>
      (this.#rowsOf(of).get(keyText(key)) as Row<T> | undefined) ?? null,
  }
  #rowsOf(table: Table): Map<string | number, AnyRow> {
    let rows = this.#tables.get(table)
    if (rows === undefined) this.#tables.set(table, (rows = new Map()))
    return rows
  }
}
