/** The register's table, its index by subject, and the sums of each node. */
import type { Resources } from '../../messages/index.ts'
import { Paged } from '../paged.ts'
import { Table, type Counters, type Sequence } from '../table.ts'
import { NodeSums } from './node-sums.ts'
import { NodeUses } from './node-uses.ts'
import { NOTHING } from './resources.ts'
import { useRow, type RowKind, type UseRow } from './rows.ts'

export type NewUse = Pick<
  UseRow,
  'node' | 'kind' | 'subject' | 'sku' | 'units' | 'resources' | 'fromUs' | 'untilUs'
>

export class Uses {
  readonly table = new Table<UseRow>('uses', useRow, (r) => r.id)
  readonly #ids: Sequence
  #bySubject = newIndex()
  readonly sums = new NodeSums()
  #byNode: (NodeUses | undefined)[] = []

  constructor(counters: Counters) {
    this.#ids = counters.sequence('use')
  }

  of(kind: RowKind, subject: number): UseRow | undefined {
    return this.#bySubject[kind].get(subject)
  }
  on(node: number): NodeUses {
    let uses = this.#byNode[node]
    if (uses === undefined) {
      uses = new NodeUses(this.sums, node)
      this.#byNode[node] = uses
    }
    return uses
  }
  add(use: NewUse): UseRow {
    // Field by field: a spread is slow, and every trade comes here.
    const { node, kind, subject, sku, units, resources, fromUs, untilUs } = use
    const id = this.#ids.next()
    const row = this.table.insert({
      id,
      node,
      kind,
      subject,
      sku,
      units,
      resources,
      fromUs,
      untilUs,
      reason: '',
      startTimer: 0,
      endTimer: 0,
    })
    this.#index(row)
    return row
  }
  /** So many units of a bundle more were sold of the node. */
  sell(node: number, bundle: Resources, units: number): void {
    const row = this.of('sold', node) ?? this.#newSold(node)
    // The row's own object, which nobody else has: trades are many.
    const sold = row.resources as { -readonly [K in keyof Resources]: Resources[K] }
    sold.cores += bundle.cores * units
    sold.memoryMib += bundle.memoryMib * units
    sold.diskMib += bundle.diskMib * units
    sold.cards += bundle.cards * units
    this.sums.add(node, 'sold', bundle, units)
  }
  /** Changes what is used, or when: rows in the register change only here. */
  change(
    row: UseRow,
    to: { readonly resources: Resources; readonly fromUs: number; readonly untilUs: number | null },
  ): void {
    const uses = this.on(row.node)
    uses.remove(row)
    Object.assign(row, to)
    uses.add(row)
  }
  remove(row: UseRow): void {
    this.table.delete(row.id)
    this.#bySubject[row.kind].delete(row.subject)
    this.on(row.node).remove(row)
  }
  rebuild(): void {
    this.#bySubject = newIndex()
    this.#byNode = []
    this.sums.clear()
    for (const row of this.table.values()) this.#index(row)
  }
  #newSold(node: number): UseRow {
    const resources = { ...NOTHING }
    const free = { sku: 0, units: 0, fromUs: 0, untilUs: null }
    return this.add({ node, kind: 'sold', subject: node, resources, ...free })
  }
  #index(row: UseRow): void {
    this.#bySubject[row.kind].set(row.subject, row)
    this.on(row.node).add(row)
  }
}

function newIndex(): Record<RowKind, Paged<UseRow>> {
  return {
    hold: new Paged('holds'),
    lease: new Paged('leases'),
    commitment: new Paged('commitments'),
    sold: new Paged('sold'),
  }
}
