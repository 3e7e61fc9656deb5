import type { Resources } from '../../messages/index.ts'
import { covers } from './occupancy.ts'
import { less, NOTHING, plus } from './resources.ts'
import type { UseKind, UseRow } from './rows.ts'

/**
 * The uses of one node. Those without an end are only sums, so that a node with thousands of leases
 * is as quick as one with few; those with a begin or an end to come are looked at one by one.
 * Instants asked about are now or later: every use without an end began before.
 */
export class NodeUses {
  readonly #timed = new Set<UseRow>()
  readonly #sums: Record<UseKind, Resources> = {
    hold: NOTHING,
    order_hold: NOTHING,
    lease: NOTHING,
    commitment: NOTHING,
  }
  readonly #leasedUnits = new Map<number, number>()
  readonly #commitments = new Set<UseRow>()

  get commitments(): ReadonlySet<UseRow> {
    return this.#commitments
  }
  /** Units of a SKU that leases have. */
  leasedUnits(sku: number): number {
    return this.#leasedUnits.get(sku) ?? 0
  }
  add(row: UseRow): void {
    if (row.untilUs !== null) this.#timed.add(row)
    else this.#sums[row.kind] = plus(this.#sums[row.kind], row.resources)
    if (row.kind === 'lease') this.#count(row.sku, row.units)
    if (row.kind === 'commitment') this.#commitments.add(row)
  }
  remove(row: UseRow): void {
    if (!this.#timed.delete(row)) this.#sums[row.kind] = less(this.#sums[row.kind], row.resources)
    if (row.kind === 'lease') this.#count(row.sku, -row.units)
    this.#commitments.delete(row)
  }
  /** What one kind of use takes at the instant. */
  sum(kind: UseKind, atUs: number): Resources {
    let sum = this.#sums[kind]
    for (const row of this.#timed) {
      if (row.kind === kind && covers(row, atUs)) sum = plus(sum, row.resources)
    }
    return sum
  }
  /** The instant and every later one, before `untilUs` (null is for ever), at which a use begins. */
  begins(fromUs: number, untilUs: number | null): number[] {
    const begins = new Set([fromUs])
    for (const { fromUs: at } of this.#timed) {
      if (at > fromUs && (untilUs === null || at < untilUs)) begins.add(at)
    }
    return [...begins].sort((a, b) => a - b)
  }
  #count(sku: number, units: number): void {
    this.#leasedUnits.set(sku, this.leasedUnits(sku) + units)
  }
}
