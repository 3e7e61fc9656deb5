/** What queries return about goods, books and orders. */
import type {
  Grade,
  InstrumentStatus,
  Isolation,
  LocalText,
  NodeStatus,
  OrderEnd,
  OrderStatus,
  Resources,
  Side,
  SkuClass,
  SkuUnit,
  TimeInForce,
  OrderType,
} from '../vocabulary.ts'

export interface HubView {
  readonly hub: number
  readonly code: string
  readonly name: LocalText
}
/** A facility of a provider in a hub. */
export interface SiteView {
  readonly site: number
  readonly account: number
  readonly hub: number
  readonly handle: string
}
export interface SkuView {
  readonly sku: number
  readonly code: string
  readonly class: SkuClass
  readonly unit: SkuUnit
  readonly bundle: Resources
  readonly name: LocalText
}
export interface InstrumentView {
  readonly instrument: number
  readonly symbol: string
  readonly sku: SkuView
  readonly grade: Grade
  readonly hub: HubView
  readonly tickMicro: bigint
  readonly referenceTicks: number
  readonly bandPpm: number
  readonly makerFeePpm: number
  readonly takerFeePpm: number
  readonly sellerFeePpm: number
  readonly horizonSeconds: number
  readonly noticeSeconds: number
  readonly interruptible: boolean
  readonly status: InstrumentStatus
  /** null where the side is empty or nothing traded yet */
  readonly bestBidTicks: number | null
  readonly bestAskTicks: number | null
  readonly lastTicks: number | null
  readonly lastTradeAtUs: number | null
}
/** Levels best first: price in ticks, units, number of orders. */
export interface BookView {
  readonly instrument: number
  readonly seq: number
  readonly timeUs: number
  readonly bids: readonly (readonly [number, number, number])[]
  readonly asks: readonly (readonly [number, number, number])[]
}
export interface OrderView {
  readonly order: number
  readonly account: number
  readonly instrument: number
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly status: OrderStatus
  readonly end: OrderEnd | null
  /** dimension that failed at the end, or why a standing need still waits */
  readonly detail: string | null
  readonly units: number
  readonly filledUnits: number
  readonly remainingUnits: number
  readonly priceTicks: number
  /** sum over fills of ticks x units; average price = this / filledUnits */
  readonly filledTickUnits: number
  readonly heldMicro: bigint
  readonly clientOrderId: string | null
  readonly offer: boolean
  readonly node: number | null
  readonly placedAtUs: number
  readonly expiresAtUs: number | null
  readonly horizonSeconds: number
  readonly durationSeconds: number | null
  readonly allocations: readonly number[]
  /** the order for the next machine, after this one's did not start */
  readonly replacedBy: number | null
  /** code that says why there is no such order although one was allowed */
  readonly retryRefused: string | null
}
export interface NodeView {
  readonly node: number
  readonly account: number
  readonly site: number
  readonly hub: number
  readonly handle: string
  readonly publicKey: string
  readonly status: NodeStatus
  readonly connected: boolean
  readonly isolation: Isolation
  /** attested = reserve + free + held + leased + committed, now */
  readonly attested: Resources
  readonly reserve: Resources
  readonly free: Resources
  readonly held: Resources
  readonly leased: Resources
  readonly committed: Resources
  readonly inventoryDigest: string | null
  readonly meterPeriod: number
  readonly grades: readonly { readonly sku: number; readonly grade: Grade }[]
  readonly evaluation: EvaluationView | null
}
export interface EvaluationView {
  readonly node: number
  readonly suite: string
  readonly metrics: readonly {
    readonly metric: string
    readonly value: number
    readonly spreadPpm: number
  }[]
  readonly provisional: boolean
  readonly digest: string
  readonly signature: string
  readonly measuredAtUs: number
  readonly expiresAtUs: number | null
}
/** A standing offer with what can be bought of it now. */
export interface OfferView {
  readonly account: number
  readonly node: number
  readonly sku: number
  readonly hub: number
  readonly instrument: number | null
  readonly grade: Grade
  readonly isolation: Isolation
  readonly priceTicks: number
  readonly tickMicro: bigint
  readonly maxUnits: number
  readonly availableUnits: number
  readonly untilUs: number | null
  /** first instant at which a lease bought now would have to end; null is never */
  readonly nextCommitmentUs: number | null
  /** why nothing of it is in the book now, or null */
  readonly blocked: string | null
}
export interface TradeView {
  readonly trade: number
  readonly instrument: number
  readonly priceTicks: number
  readonly units: number
  readonly takerSide: Side
  readonly timeUs: number
}
/** One instrument that can serve a need now, cheapest first. */
export interface QuoteLeg {
  readonly instrument: number
  readonly symbol: string
  readonly units: number
  /** limit that fills it all now */
  readonly priceTicks: number
  readonly priceMicroPerHour: bigint
  readonly principalMicro: bigint
  readonly feeMicro: bigint
  readonly horizonSeconds: number
  readonly grade: Grade
  readonly hub: number
  readonly node: number | null
  readonly isolation: Isolation
  readonly interruptible: boolean
  readonly noticeSeconds: number
  readonly untilUs: number | null
  /** dimension that decided the number of units */
  readonly dimension: string
}
export interface QuoteView {
  readonly seq: number
  readonly timeUs: number
  readonly legs: readonly QuoteLeg[]
  /** when legs is empty: what did not fit, per instrument */
  readonly unavailable: readonly {
    readonly symbol: string
    readonly why: string
    readonly dimension: string | null
  }[]
}
