/** The register's table and its indexes by subject and by node. */
import type { Counters } from '../table.ts'
import { Table } from '../table.ts'
import { useRow, type UseKind, type UseRow } from './rows.ts'

export type NewUse = Pick<
  UseRow,
  'node' | 'kind' | 'subject' | 'sku' | 'units' | 'resources' | 'fromUs' | 'untilUs'
>

export class Uses {
  readonly table = new Table<UseRow>('uses', useRow, (r) => r.id)
  readonly #counters: Counters
  #bySubject = new Map<string, UseRow>()
  #byNode = new Map<number, Set<UseRow>>()

  constructor(counters: Counters) {
    this.#counters = counters
  }

  of(kind: UseKind, subject: number): UseRow | undefined {
    return this.#bySubject.get(`${kind} ${subject}`)
  }
  on(node: number): Iterable<UseRow> {
    return this.#byNode.get(node) ?? []
  }
  add(use: NewUse): UseRow {
    const extra = { reason: '', startTimer: 0, endTimer: 0 }
    const row = this.table.insert({ id: this.#counters.next('use'), ...use, ...extra })
    this.#index(row)
    return row
  }
  remove(row: UseRow): void {
    this.table.delete(row.id)
    this.#bySubject.delete(`${row.kind} ${row.subject}`)
    this.#byNode.get(row.node)?.delete(row)
  }
  rebuild(): void {
    this.#bySubject = new Map()
    this.#byNode = new Map()
    for (const row of this.table.values()) this.#index(row)
  }
  #index(row: UseRow): void {
    this.#bySubject.set(`${row.kind} ${row.subject}`, row)
    const own = this.#byNode.get(row.node)
    if (own === undefined) this.#byNode.set(row.node, new Set([row]))
    else own.add(row)
  }
}
