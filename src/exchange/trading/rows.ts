/** Rows of the trading desk. Books are derived from them. */
import {
  bool,
  i64,
  list,
  nullable,
  struct,
  text,
  u32,
  u53,
  type Infer,
} from '../../kernel/index.ts'
import {
  LIMITS,
  capacityFlag,
  orderEnd,
  orderStatus,
  orderType,
  selfTrade,
  side,
  timeInForce,
  workloadRef,
} from '../../messages/index.ts'

export const orderRow = struct({
  order: u53,
  account: u32,
  key: u32,
  instrument: u32,
  side,
  type: orderType,
  /** filled and remaining together */
  units: u32,
  filledUnits: u32,
  remainingUnits: u32,
  priceTicks: u32,
  timeInForce,
  expiresAtUs: nullable(u53),
  postOnly: bool,
  allOrNone: bool,
  colocate: bool,
  minUnits: u32,
  /** waits in the list of standing needs, never in the book */
  standing: bool,
  selfTrade,
  horizonSeconds: u32,
  durationSeconds: nullable(u32),
  capMicro: nullable(i64),
  clientOrderId: nullable(text(64)),
  capacity: capacityFlag,
  onBehalfOf: nullable(u32),
  node: nullable(u32),
  workload: nullable(workloadRef),
  retryTicks: nullable(u32),
  /** machines that did not start for the orders that this one replaces (rule DLV-027) */
  failedNodes: list(u32, LIMITS.startTries),
  replacedBy: nullable(u53),
  /** why no order replaces this one, although it allowed that */
  retryRefused: nullable(text(48)),
  /** the standing offer that this order follows */
  offer: nullable(u53),
  status: orderStatus,
  end: nullable(orderEnd),
  /** the dimension that failed, where the end or the wait has one */
  detail: nullable(text(32)),
  /** sum over fills of ticks x units */
  filledTickUnits: u53,
  /** the greater of the instrument's two buyer fees when the order came */
  feePpm: u32,
  heldPrincipalMicro: u53,
  heldFeeMicro: u53,
  /** what fills took out of the hold so far */
  takenMicro: u53,
  placedAtUs: u53,
  /** place in the queue of its level or of the standing needs: lower comes first */
  priority: u53,
  expiryTimer: u53,
  closedAtUs: nullable(u53),
  /** place among the closed orders, oldest first; 0 while open */
  closedRank: u53,
})

export type OrderFields = Infer<typeof orderRow>
export type { OrderRow } from './order-record.ts'

/** A standing offer: one resting sell order follows it while it is not blocked. */
export const offerRow = struct({
  offer: u53,
  account: u32,
  node: u32,
  sku: u32,
  priceTicks: u32,
  maxUnits: u32,
  untilUs: nullable(u53),
  expiryTimer: u53,
  /** the resting order, null while there is none */
  order: nullable(u53),
  /** why nothing of it is in the book now */
  blocked: nullable(text(48)),
})
export type OfferRow = Infer<typeof offerRow>

/** An account's armed dead-man switch. */
export const switchRow = struct({ account: u32, timer: u53 })
export type SwitchRow = Infer<typeof switchRow>

/** One of the last trades of an instrument, for views. */
export const tradeRow = struct({
  trade: u53,
  instrument: u32,
  priceTicks: u32,
  units: u32,
  takerSide: side,
  timeUs: u53,
})
export type TradeRow = Infer<typeof tradeRow>
