/** What of each node may be sold, and what uses without an end take of it, in one column. */
import { RESOURCE_KINDS, type ResourceKind, type Resources } from '../../messages/index.ts'
import { Column } from '../column.ts'
import type { UseKind } from './rows.ts'

/** Numbers of a node: four kinds of use and what may be sold, each of four resources; and `TIMED`. */
const STRIDE = 24
const LEASED = 0
const ORDER_HOLD = 8
const AT: Readonly<Record<UseKind | 'sellable', number>> = {
  lease: LEASED,
  // counted with the leases: what is sold is used for ever
  sold: LEASED,
  commitment: 4,
  order_hold: ORDER_HOLD,
  hold: 12,
  sellable: 16,
}
/** Number of uses with a begin or an end to come. */
const TIMED = 20

export class NodeSums {
  readonly #column = new Column()

  of(node: number, kind: UseKind | 'sellable'): Resources {
    const at = node * STRIDE + AT[kind]
    const column = this.#column
    return {
      cores: column.get(at),
      memoryMib: column.get(at + 1),
      diskMib: column.get(at + 2),
      cards: column.get(at + 3),
    }
  }
  /** So many times the resources more, or less where `times` is below zero. */
  add(node: number, kind: UseKind, resources: Resources, times: number): void {
    this.#add(node * STRIDE + AT[kind], resources, times)
  }
  /** The same of what one-shot sell orders hold: every such order comes here, so no word is looked up. */
  addOrderHold(node: number, resources: Resources, times: number): void {
    this.#add(node * STRIDE + ORDER_HOLD, resources, times)
  }
  /** The same of what was sold for good, at every trade. */
  addSold(node: number, resources: Resources, times: number): void {
    this.#add(node * STRIDE + LEASED, resources, times)
  }
  #add(at: number, resources: Resources, times: number): void {
    const column = this.#column
    column.add(at, resources.cores * times)
    column.add(at + 1, resources.memoryMib * times)
    column.add(at + 2, resources.diskMib * times)
    column.add(at + 3, resources.cards * times)
  }
  /** One use more, or less, that has a begin or an end to come. */
  addTimed(node: number, by: 1 | -1): void {
    const at = node * STRIDE + TIMED
    this.#column.add(at, by)
  }
  /** Has no use a begin or an end to come? Then sums are the same at every instant from now on. */
  isSteady(node: number): boolean {
    return this.#column.get(node * STRIDE + TIMED) === 0
  }
  setSellable(node: number, resources: Resources): void {
    const at = node * STRIDE + AT.sellable
    RESOURCE_KINDS.forEach((kind, index) => this.#column.set(at + index, resources[kind]))
  }
  /** Whether so many units of a bundle fit beside all these uses; the first dimension that does not. */
  lackingFree(node: number, bundle: Resources, units: number): ResourceKind | null {
    const at = node * STRIDE
    if (bundle.cores * units > this.#free(at)) return 'cores'
    if (bundle.memoryMib * units > this.#free(at + 1)) return 'memoryMib'
    if (bundle.diskMib * units > this.#free(at + 2)) return 'diskMib'
    return bundle.cards * units > this.#free(at + 3) ? 'cards' : null
  }
  /** The same beside promises only: holds yield. */
  lackingRoom(node: number, wanted: Resources): ResourceKind | null {
    const at = node * STRIDE
    if (wanted.cores > this.#room(at)) return 'cores'
    if (wanted.memoryMib > this.#room(at + 1)) return 'memoryMib'
    if (wanted.diskMib > this.#room(at + 2)) return 'diskMib'
    return wanted.cards > this.#room(at + 3) ? 'cards' : null
  }
  clear(): void {
    this.#column.clear()
  }

  #room(at: number): number {
    const column = this.#column
    const promised = column.get(at + AT.lease) + column.get(at + AT.commitment)
    return Math.max(0, column.get(at + AT.sellable) - promised)
  }
  #free(at: number): number {
    const room = this.#room(at)
    const held = this.#column.get(at + AT.order_hold) + this.#column.get(at + AT.hold)
    return room - Math.min(held, room)
  }
}
