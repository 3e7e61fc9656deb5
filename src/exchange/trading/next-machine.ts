/** A purchase again, for the next machine: the first failed it (rules DLV-027 and DLV-030). */
import {
  LIMITS,
  refuse,
  type CommandOf,
  type Isolation,
  type Refusal,
} from '../../messages/index.ts'
import { NONE } from './order-pool.ts'
import { isSelf } from './probe.ts'
import { STRENGTH } from './quote.ts'
import type { OrderRow } from './rows.ts'
import type { MarketWorld } from './world.ts'

/** The terms of a purchase that hold for the next machine too. */
export type Terms = Pick<
  OrderRow,
  | 'account'
  | 'instrument'
  | 'side'
  | 'allOrNone'
  | 'colocate'
  | 'minUnits'
  | 'selfTrade'
  | 'horizonSeconds'
  | 'capMicro'
  | 'capacity'
  | 'onBehalfOf'
  | 'workload'
  | 'retryTicks'
>

/** What was bought and is not there. */
export interface Failed {
  readonly units: number
  readonly isolation: Isolation
  /** as the buyer wants it now */
  readonly durationSeconds: number | null
  /** all machines that failed this purchase, the last one included */
  readonly nodes: readonly number[]
}

/**
 * The order that takes the first offer in price-time order which is large enough, within the
 * buyer's limit for it, isolated at least as well, and of a machine that has not failed this purchase
 * yet; or why there is none. The label stays with the order that the buyer named.
 */
export function orderForNext(
  x: MarketWorld,
  order: Terms,
  failed: Failed,
): CommandOf<'PlaceOrder'> | Refusal {
  const limit = LIMITS.startTries
  if (failed.nodes.length >= limit)
    return refuse('LIMIT_REACHED', { limit, what: 'machines tried' })
  const maker = nextMachine(x, order, failed)
  if (maker === null) return refuse('NO_OFFER', { why: 'no other machine within the limit' })
  const { instrument, side, allOrNone, colocate, minUnits, selfTrade, retryTicks } = order
  const { node, priceTicks } = maker
  const { horizonSeconds, capMicro, capacity, onBehalfOf, workload } = order
  return {
    kind: 'PlaceOrder',
    instrument,
    side,
    type: 'limit',
    units: failed.units,
    priceTicks,
    timeInForce: 'FOK',
    expiresAtUs: null,
    postOnly: false,
    allOrNone,
    colocate,
    minUnits,
    standing: false,
    selfTrade,
    horizonSeconds,
    durationSeconds: failed.durationSeconds,
    capMicro,
    clientOrderId: null,
    capacity,
    onBehalfOf,
    node,
    workload,
    retryTicks,
  }
}

function nextMachine(x: MarketWorld, order: Terms, failed: Failed): OrderRow | null {
  const book = x.market.book(order.instrument)
  for (let slot = book.first('sell'); slot !== NONE; slot = book.next(slot)) {
    if (book.price(slot) > (order.retryTicks ?? 0)) return null
    const maker = x.market.orders.byHandle(book.handle(slot))
    const { node } = maker
    if (node === null || failed.nodes.includes(node)) continue
    if (maker.remainingUnits < failed.units || isSelf(x, order, maker)) continue
    const { isolation } = x.catalog.mustNode(node)
    if (STRENGTH.indexOf(isolation) >= STRENGTH.indexOf(failed.isolation)) return maker
  }
  return null
}
