/**
 * The capacity desk: one register per node of who uses which resources when (BLUEPRINT section 4).
 * Intervals are half-open UTC microseconds. Promises (leases, commitments) never overlap beyond what
 * is attested when they are made; holds of resting sell orders yield to promises.
 */
import type { ResourceKind, Resources } from '../../messages/index.ts'
import type { CatalogDesk } from '../catalog/catalog.ts'
import type { AnyTable, Counters, Stateful } from '../table.ts'
import type { Occupancy } from './occupancy.ts'
import { isNothing, lacking, least, less, NOTHING, plus, times } from './resources.ts'
import type { UseKind, UseRow } from './rows.ts'
import { Uses } from './uses.ts'

const PROMISES: readonly UseKind[] = ['lease', 'commitment']
const EVERYTHING: readonly UseKind[] = [...PROMISES, 'order_hold', 'hold']

export class CapacityDesk implements Stateful {
  readonly uses: Uses
  readonly tables: readonly AnyTable[]
  readonly #catalog: CatalogDesk

  constructor(catalog: CatalogDesk, counters: Counters) {
    this.#catalog = catalog
    this.uses = new Uses(counters)
    this.tables = [this.uses.table]
  }

  /** Where every resource of the node is at the instant. Holds yield to promises. */
  occupancy(node: number, atUs: number): Occupancy {
    const row = this.#catalog.mustNode(node)
    const attested = row.attested ?? NOTHING
    const { reserve } = row
    const uses = this.uses.on(node)
    const leased = uses.sum('lease', atUs)
    const committed = uses.sum('commitment', atUs)
    const promised = plus(plus(reserve, leased), committed)
    const room = less(attested, promised)
    const held = least(plus(uses.sum('order_hold', atUs), uses.sum('hold', atUs)), room)
    const shortfall = less(promised, attested)
    return { attested, reserve, free: less(room, held), held, leased, committed, shortfall }
  }
  /** The first dimension in which so many units of a bundle do not fit into `free`, or null. */
  lackingFree(node: number, bundle: Resources, units: number, atUs: number): ResourceKind | null {
    const { sums } = this.uses
    if (sums.isSteady(node)) return sums.lackingFree(node, bundle, units)
    return lacking(times(bundle, units), this.free(node, atUs))
  }
  /** After an attestation: the register counts from it. */
  attested(node: number): void {
    this.uses.sums.setSellable(node, this.sellable(node))
  }
  /** What is attested less the machine's own reserve. */
  sellable(node: number): Resources {
    const { attested, reserve } = this.#catalog.mustNode(node)
    return less(attested ?? NOTHING, reserve)
  }
  /** What nothing uses or holds at the instant. */
  free(node: number, atUs: number): Resources {
    return this.occupancy(node, atUs).free
  }
  /** What promises leave at the instant: free and held together. */
  room(node: number, atUs: number): Resources {
    const uses = this.uses.on(node)
    const promised = plus(uses.sum('lease', atUs), uses.sum('commitment', atUs))
    return less(this.sellable(node), promised)
  }
  /** What promises and one-shot sell orders leave: all standing offers of the node share it. */
  roomForOffers(node: number, atUs: number): Resources {
    return less(this.room(node, atUs), this.uses.on(node).sum('order_hold', atUs))
  }
  /**
   * The first dimension in which the resources do not fit beside everything else, holds included,
   * at some instant of [fromUs, untilUs); null when they fit.
   */
  fits(
    node: number,
    wanted: Resources,
    fromUs: number,
    untilUs: number | null,
  ): ResourceKind | null {
    return this.#lacking(EVERYTHING, node, wanted, fromUs, untilUs)
  }
  /** As `fits`, but beside promises only: holds would yield. */
  fitsBesidePromises(
    node: number,
    wanted: Resources,
    fromUs: number,
    untilUs: number | null,
  ): ResourceKind | null {
    return this.#lacking(PROMISES, node, wanted, fromUs, untilUs)
  }
  /**
   * The first instant from `fromUs` on at which an open-ended use of these resources would not fit
   * beside the promises any more; null is never.
   */
  endOf(node: number, wanted: Resources, fromUs: number): number | null {
    const { sums } = this.uses
    if (sums.isSteady(node)) return sums.lackingRoom(node, wanted) === null ? null : fromUs
    const uses = this.uses.on(node)
    const sellable = this.sellable(node)
    return uses.find(
      PROMISES,
      fromUs,
      null,
      (used) => lacking(wanted, less(sellable, used)) !== null,
    )
  }

  /** Sets the one hold under all linked offers of a node; nothing removes it. */
  setHold(node: number, resources: Resources): void {
    const there = this.uses.of('hold', node)
    if (isNothing(resources)) {
      if (there !== undefined) this.uses.remove(there)
    } else if (there === undefined) {
      const free = { sku: 0, units: 0, fromUs: 0, untilUs: null }
      this.uses.add({ node, kind: 'hold', subject: node, resources, ...free })
    } else {
      this.uses.change(there, { resources, fromUs: there.fromUs, untilUs: there.untilUs })
    }
  }
  /** One-shot sell orders hold so many units of a bundle more, or fewer where it is below zero. */
  addOrderHold(node: number, bundle: Resources, units: number): void {
    this.uses.sums.addOrderHold(node, bundle, units)
  }
  /** So many units of a bundle were sold for good. */
  giveAway(node: number, bundle: Resources, units: number): void {
    this.uses.sell(node, bundle, units)
  }
  /**
   * Enters a lease, or moves its interval when it is there. `units` of `sku` count against the
   * offer that it was sold from.
   */
  addLease(
    lease: number,
    node: number,
    resources: Resources,
    fromUs: number,
    untilUs: number | null,
    sold: { readonly sku: number; readonly units: number } = { sku: 0, units: 0 },
  ): void {
    const there = this.uses.of('lease', lease)
    if (there !== undefined) return this.uses.change(there, { resources, fromUs, untilUs })
    const { sku, units } = sold
    this.uses.addLease({
      node,
      kind: 'lease',
      subject: lease,
      sku,
      units,
      resources,
      fromUs,
      untilUs,
    })
  }
  /** The lease's resources are free again. An unknown lease is ignored. */
  removeLease(lease: number): void {
    const row = this.uses.of('lease', lease)
    if (row !== undefined) this.uses.remove(row)
  }
  /** Units of a SKU that leases have on the node. */
  leasedUnits(node: number, sku: number): number {
    return this.uses.on(node).leasedUnits(sku)
  }
  commitment(id: number): UseRow | undefined {
    return this.uses.of('commitment', id)
  }
  commitmentsOn(node: number): UseRow[] {
    return [...this.uses.on(node).commitments]
  }

  rebuild(): void {
    this.uses.rebuild()
    for (const { node } of this.#catalog.nodes.values()) this.attested(node)
  }

  #lacking(
    kinds: readonly UseKind[],
    node: number,
    wanted: Resources,
    fromUs: number,
    untilUs: number | null,
  ): ResourceKind | null {
    const sellable = this.sellable(node)
    let kind: ResourceKind | null = null
    this.uses.on(node).find(kinds, fromUs, untilUs, (used) => {
      kind = lacking(wanted, less(sellable, used))
      return kind !== null
    })
    return kind
  }
}
