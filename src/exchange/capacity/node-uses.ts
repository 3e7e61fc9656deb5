import type { Resources } from '../../messages/index.ts'
import { covers } from './occupancy.ts'
import type { NodeSums } from './node-sums.ts'
import { less, plus } from './resources.ts'
import type { UseKind, UseRow } from './rows.ts'

interface Step {
  readonly atUs: number
  /** 0 ends, 1 begins */
  readonly order: 0 | 1
  readonly resources: Resources
}

/**
 * The uses of one node. Those without an end are only sums, so that a node with thousands of leases
 * is as quick as one with few; those with a begin or an end to come are looked at one by one.
 * Instants asked about are now or later: every use without an end began before.
 */
export class NodeUses {
  // Most nodes never have any of these, and there may be a hundred thousand nodes.
  #timed: Set<UseRow> | null = null
  #leasedUnits: Map<number, number> | null = null
  #commitments: Set<UseRow> | null = null
  readonly #sums: NodeSums
  readonly #node: number

  constructor(sums: NodeSums, node: number) {
    this.#sums = sums
    this.#node = node
  }

  get commitments(): ReadonlySet<UseRow> {
    return this.#commitments ?? NONE
  }
  /** Units of a SKU that leases have. */
  leasedUnits(sku: number): number {
    return this.#leasedUnits?.get(sku) ?? 0
  }
  add(row: UseRow): void {
    if (row.untilUs !== null) {
      this.#timed ??= new Set()
      this.#timed.add(row)
      this.#sums.addTimed(this.#node, 1)
    } else this.#sums.add(this.#node, row.kind, row.resources, 1)
    if (row.sku !== 0) this.#count(row.sku, row.units)
    if (row.kind !== 'commitment') return
    this.#commitments ??= new Set()
    this.#commitments.add(row)
  }
  /** One use more, or less, that has begun and has no end. */
  addOpen(use: Pick<UseRow, 'kind' | 'resources' | 'sku' | 'units'>, by: 1 | -1): void {
    this.#sums.add(this.#node, use.kind, use.resources, by)
    if (use.sku !== 0) this.#count(use.sku, by * use.units)
  }
  remove(row: UseRow): void {
    if (this.#timed?.delete(row) === true) this.#sums.addTimed(this.#node, -1)
    else this.#sums.add(this.#node, row.kind, row.resources, -1)
    if (row.sku !== 0) this.#count(row.sku, -row.units)
    this.#commitments?.delete(row)
  }
  /** What one kind of use takes at the instant. */
  sum(kind: UseKind, atUs: number): Resources {
    let sum = this.#sums.of(this.#node, kind)
    for (const row of this.#timed ?? NONE) {
      if (row.kind === kind && covers(row, atUs)) sum = plus(sum, row.resources)
    }
    return sum
  }
  /**
   * The first instant of [fromUs, untilUs) at which `fails` says so of the sum of these kinds; null
   * when none does. Only begins of uses are asked about: between them sums only fall.
   */
  find(
    kinds: readonly UseKind[],
    fromUs: number,
    untilUs: number | null,
    fails: (used: Resources) => boolean,
  ): number | null {
    let used = kinds.map((kind) => this.sum(kind, fromUs)).reduce(plus)
    if (fails(used)) return fromUs
    if (this.#timed === null || this.#timed.size === 0) return null
    const steps: Step[] = []
    for (const { kind, fromUs: begin, untilUs: end, resources } of this.#timed) {
      if (!kinds.includes(kind) || end === null || end <= fromUs) continue
      if (begin > fromUs) steps.push({ atUs: begin, order: 1, resources })
      steps.push({ atUs: end, order: 0, resources })
    }
    // what ends at an instant makes room for what begins there: intervals are half-open
    steps.sort((a, b) => a.atUs - b.atUs || a.order - b.order)
    for (const [index, { atUs, order, resources }] of steps.entries()) {
      if (untilUs !== null && atUs >= untilUs) return null
      used = order === 1 ? plus(used, resources) : less(used, resources)
      if (steps[index + 1]?.atUs !== atUs && fails(used)) return atUs
    }
    return null
  }
  #count(sku: number, units: number): void {
    this.#leasedUnits ??= new Map()
    this.#leasedUnits.set(sku, this.leasedUnits(sku) + units)
  }
}

const NONE: ReadonlySet<UseRow> = new Set()
