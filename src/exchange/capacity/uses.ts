/** The register's table, its index by subject, and the sums of each node. */
import type { Resources } from '../../messages/index.ts'
import { Paged } from '../paged.ts'
import { RecordStore, tableOf } from '../record-store.ts'
import { Table, type AnyTable, type Counters, type Sequence } from '../table.ts'
import { LEASE_USE_WORDS, LeaseUse } from './lease-use.ts'
import { NodeSums } from './node-sums.ts'
import { NodeUses } from './node-uses.ts'
import { NOTHING } from './resources.ts'
import { useRow, type RowKind, type UseRow } from './rows.ts'

export type NewUse = Pick<
  UseRow,
  'node' | 'kind' | 'subject' | 'sku' | 'units' | 'resources' | 'fromUs' | 'untilUs'
>

type Sold = { -readonly [K in keyof Resources]: Resources[K] }

export class Uses {
  /** all but the leases without an end */
  readonly #table = new Table<UseRow>('uses', useRow, (r) => r.id)
  /** by lease */
  readonly #leases = new RecordStore(
    'lease uses',
    LEASE_USE_WORDS,
    (cells, record) => new LeaseUse(cells, record),
  )
  readonly table: AnyTable = tableOf<UseRow>(
    'uses',
    useRow,
    (row) => row.id,
    () => [...this.#table.values(), ...this.#leases.rows()].toSorted((a, b) => a.id - b.id),
    (row) => {
      if (isOpenLease(row)) this.#leases.add(row.subject).set(row.id, row)
      else this.#table.insert(row)
    },
  )
  readonly #ids: Sequence
  #bySubject = newIndex()
  /** by node: the object of its row, which nobody else has; every trade adds to it */
  readonly #soldOn = new Paged<Sold>('sold')
  readonly sums = new NodeSums()
  #byNode: (NodeUses | undefined)[] = []

  constructor(counters: Counters) {
    this.#ids = counters.sequence('use')
  }

  of(kind: RowKind, subject: number): UseRow | undefined {
    const lease = kind === 'lease' ? this.#leases.get(subject) : undefined
    return lease ?? this.#bySubject[kind].get(subject)
  }
  on(node: number): NodeUses {
    let uses = this.#byNode[node]
    if (uses === undefined) {
      uses = new NodeUses(this.sums, node)
      this.#byNode[node] = uses
    }
    return uses
  }
  /** Every trade comes here, with a lease. */
  addLease(use: NewUse): void {
    if (isOpenLease(use)) this.#addOpen(this.#ids.next(), use)
    else this.add(use)
  }
  add(use: NewUse): UseRow {
    const row = { ...use, id: this.#ids.next(), reason: '', startTimer: 0, endTimer: 0 }
    this.#index(this.#table.insert(row))
    return row
  }
  /** So many units of a bundle more were sold of the node. */
  sell(node: number, bundle: Resources, units: number): void {
    const sold = this.#soldOn.get(node) ?? this.#newSold(node)
    sold.cores += bundle.cores * units
    sold.memoryMib += bundle.memoryMib * units
    sold.diskMib += bundle.diskMib * units
    sold.cards += bundle.cards * units
    this.sums.addSold(node, bundle, units)
  }
  /** Changes what is used, or when: rows in the register change only here. */
  change(
    row: UseRow,
    to: { readonly resources: Resources; readonly fromUs: number; readonly untilUs: number | null },
  ): void {
    if (row instanceof LeaseUse) {
      const { id, node, kind, subject, sku, units } = row
      this.remove(row)
      const changed = { node, kind, subject, sku, units, ...to }
      if (isOpenLease(changed)) return this.#addOpen(id, changed)
      const timed = { ...changed, id, reason: '', startTimer: 0, endTimer: 0 }
      return this.#index(this.#table.insert(timed))
    }
    const uses = this.on(row.node)
    uses.remove(row)
    Object.assign(row, to)
    uses.add(row)
  }
  remove(row: UseRow): void {
    const uses = this.on(row.node)
    if (row instanceof LeaseUse) {
      uses.addOpen(row, -1)
      this.#leases.delete(row.subject)
      return
    }
    this.#table.delete(row.id)
    this.#bySubject[row.kind].delete(row.subject)
    uses.remove(row)
  }
  rebuild(): void {
    this.#bySubject = newIndex()
    this.#soldOn.clear()
    this.#byNode = []
    this.sums.clear()
    for (const row of this.#table.values()) this.#index(row)
    for (const row of this.#leases.rows()) this.on(row.node).addOpen(row, 1)
  }
  #addOpen(id: number, use: NewUse): void {
    this.#leases.add(use.subject).set(id, use)
    this.on(use.node).addOpen(use, 1)
  }
  #newSold(node: number): Sold {
    const resources = { ...NOTHING }
    const free = { sku: 0, units: 0, fromUs: 0, untilUs: null }
    this.add({ node, kind: 'sold', subject: node, resources, ...free })
    return resources
  }
  #index(row: UseRow): void {
    this.#bySubject[row.kind].set(row.subject, row)
    if (row.kind === 'sold') this.#soldOn.set(row.subject, row.resources)
    this.on(row.node).add(row)
  }
}

function isOpenLease({ kind, untilUs }: Pick<UseRow, 'kind' | 'untilUs'>): boolean {
  return kind === 'lease' && untilUs === null
}

function newIndex(): Record<RowKind, Paged<UseRow>> {
  return {
    hold: new Paged('holds'),
    lease: new Paged('leases'),
    commitment: new Paged('commitments'),
    sold: new Paged('sold'),
  }
}
