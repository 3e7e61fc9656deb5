import {
  LIMITS,
  capacityFlag,
  orderEnd,
  orderStatus,
  orderType,
  selfTrade,
  side,
  timeInForce,
} from '../../messages/index.ts'
import {
  ArrayOf,
  Bool,
  Closed,
  Count,
  Decimal,
  Id,
  Integer,
  Nullable,
  Optional,
  Shape,
  Text,
  Time,
  TimeInput,
  U32,
  Word,
  written,
  type Static,
} from '../schema.ts'
import { Currency } from './common.ts'
import { Problem } from './problem.ts'
import { WorkloadSpecBody } from './workload-spec.ts'

/** What absent fields mean is said beside each. Prices are per unit-hour. */
export const PlaceOrderBody = Closed({
  symbol: Text({ maxLength: 48 }),
  side: Word(side),
  /** limit */
  type: Optional(Word(orderType)),
  units: Integer({ minimum: 1, maximum: 1_000_000 }),
  /** needed for limit orders */
  price: Optional(Nullable(Decimal)),
  /** GTC; IOC for market_to_limit is the caller's choice */
  time_in_force: Optional(Word(timeInForce)),
  expire_at: Optional(Nullable(TimeInput)),
  post_only: Optional(Bool()),
  all_or_none: Optional(Bool()),
  colocate: Optional(Bool()),
  /** no minimum; with one the order never rests */
  min_units: Optional(U32),
  standing: Optional(Bool()),
  /** expire_maker */
  stp_mode: Optional(Word(selfTrade)),
  /** the instrument's horizon */
  horizon_seconds: Optional(U32),
  /** open-ended */
  duration_seconds: Optional(Nullable(U32)),
  /** all that this order may ever cost, fees included; no cap */
  cap: Optional(Nullable(Decimal)),
  client_order_id: Optional(Nullable(Text({ minLength: 1, maxLength: 64 }))),
  capacity: Optional(Word(capacityFlag)),
  on_behalf_of: Optional(Nullable(Id('account'))),
  /** sells name their node; a buy may pin one */
  node_id: Optional(Nullable(Id('node'))),
  workload: Optional(
    Nullable(Closed({ spec: WorkloadSpecBody, close_allocation: Optional(Bool()) })),
  ),
  /** up to which price another machine may be bought when this one does not start; none is */
  retry_price: Optional(Nullable(Decimal)),
})
export type PlaceOrderBody = Static<typeof PlaceOrderBody>

export const AmendOrderBody = Closed({
  /** the new total; fewer keeps priority */
  units: Optional(Integer({ minimum: 1, maximum: 1_000_000 })),
  price: Optional(Decimal),
})
export type AmendOrderBody = Static<typeof AmendOrderBody>

export const Order = Shape({
  id: Id('order'),
  account_id: Id('account'),
  symbol: Text(),
  side: Word(side),
  type: Word(orderType),
  time_in_force: Word(timeInForce),
  status: Word(orderStatus),
  /** why it left the book before it was filled */
  cancel_reason: Nullable(Word(orderEnd)),
  units: Count,
  filled_units: Count,
  remaining_units: Count,
  price: Nullable(Decimal),
  average_price: Nullable(Decimal),
  currency: Currency,
  /** money still held for it; null where only history knows the order */
  held: Nullable(Decimal),
  client_order_id: Nullable(Text()),
  /** true for the order that follows a standing offer */
  offer: Bool(),
  node_id: Nullable(Id('node')),
  placed_at: Time,
  expire_at: Nullable(Time),
  horizon_seconds: Count,
  duration_seconds: Nullable(Count),
  allocation_ids: ArrayOf(Id('allocation')),
  /** the order for the next machine, when this one's did not start */
  replaced_by: Nullable(Id('order')),
  /** code that says why there is no next machine although one was asked for */
  retry_refused: Nullable(Text()),
})
export type Order = Static<typeof Order>

export const Fill = Shape({
  trade_id: Id('trade'),
  order_id: Id('order'),
  symbol: Text(),
  side: Word(side),
  liquidity: Text({ description: 'maker or taker' }),
  price: Decimal,
  units: Count,
  currency: Currency,
  node_id: Id('node'),
  lease_id: Id('lease'),
  at: Time,
  seq: Count,
})
export type Fill = Static<typeof Fill>

/** What became of a new order, at once: state, fills and what was opened for it. */
export const PlacedOrder = Shape({
  ...written,
  order: Order,
  fills: ArrayOf(Fill),
  allocation_ids: ArrayOf(Id('allocation')),
  workload_ids: ArrayOf(Id('workload')),
})
export type PlacedOrder = Static<typeof PlacedOrder>

export const AmendedOrder = Shape({
  ...written,
  order_id: Id('order'),
  units: Count,
  price: Decimal,
  kept_priority: Bool(),
  fills: ArrayOf(Fill),
})
export const CancelledOrders = Shape({ ...written, order_ids: ArrayOf(Id('order')) })

export const CancelAfterBody = Closed({
  /** seconds until all own orders are cancelled unless this is sent again; 0 disarms */
  timeout_s: Integer({ minimum: 0, maximum: LIMITS.cancelAfterSeconds }),
})
export const CancelAfterSet = Shape({ ...written, fires_at: Nullable(Time) })

/** Dry run: what would be refused, or the money that would be held. Nothing is journaled. */
export const CheckedOrder = Shape({
  valid: Bool(),
  escrow: Nullable(Decimal),
  currency: Currency,
  problem: Nullable(Problem),
})

export const BatchBody = Closed({
  orders: ArrayOf(PlaceOrderBody, { minItems: 1, maxItems: 50 }),
})
/** One entry an order, in order: either `placed` or `problem` is set. */
export const BatchResult = Shape({
  results: ArrayOf(Shape({ placed: Nullable(PlacedOrder), problem: Nullable(Problem) })),
})
