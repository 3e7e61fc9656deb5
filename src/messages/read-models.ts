/**
 * Port: history, search and charts out of the SQL read models. Everything is derived from events and
 * may lag behind the engine; `waitFor` closes the gap. Own open state is asked of the engine instead.
 * Lists are newest first. Errors: every query throws Fault('REBUILDING') while the models are rebuilt.
 */
import type { CapacityFlag, OrderEnd, OrderStatus, Side } from './vocabulary.ts'
import type { OrderType, TimeInForce } from './vocabulary.ts'
import type { FaultParty, LeaseEnd, LeaseStatus } from './vocabulary.ts'
import type { Exclusion } from './sla.ts'
import type { AssessedReport } from './views/evaluation.ts'
import type { ChallengeView } from './views/challenge.ts'
import type { TradeView } from './views/market.ts'

/**
 * A page of a list that is newest first: rows strictly older than `before` (the id or the position of
 * the last row seen, null begins at the newest) and, for those who follow a list, with seq > afterSeq.
 */
export interface PageArgs {
  readonly limit: number
  readonly before: number | null
  readonly afterSeq: number | null
}

/** One order as history remembers it; open orders are in it too, as of the applied seq. */
export interface OrderRow {
  readonly order: number
  readonly seq: number
  readonly account: number
  readonly instrument: number
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly status: OrderStatus
  readonly end: OrderEnd | null
  readonly units: number
  readonly filledUnits: number
  readonly remainingUnits: number
  /** null for a market_to_limit order that never had a limit */
  readonly priceTicks: number | null
  /** sum over fills of ticks x units */
  readonly filledTickUnits: number
  readonly clientOrderId: string | null
  readonly capacity: CapacityFlag
  readonly offer: boolean
  readonly node: number | null
  readonly placedAtUs: number
  readonly endedAtUs: number | null
  readonly expiresAtUs: number | null
  readonly horizonSeconds: number
  readonly durationSeconds: number | null
  readonly allocations: readonly number[]
  readonly replacedBy: number | null
  readonly retryRefused: string | null
}

/** One side of a trade as its owner sees it. `fee` is in ppm of the bill; it accrues with delivery. */
export interface FillRow {
  readonly trade: number
  readonly seq: number
  readonly timeUs: number
  readonly account: number
  readonly order: number
  readonly instrument: number
  readonly side: Side
  readonly maker: boolean
  readonly units: number
  readonly priceTicks: number
  readonly node: number
  readonly lease: number
}

/** A bar of trades over [openUs, openUs + interval). Prices in ticks; empty bars are left out. */
export interface CandleRow {
  readonly openUs: number
  readonly openTicks: number
  readonly highTicks: number
  readonly lowTicks: number
  readonly closeTicks: number
  readonly units: number
  readonly trades: number
}

/** Trades since a time: what a ticker shows. All null and 0 when there were none. */
export interface SummaryRow {
  readonly openTicks: number | null
  readonly highTicks: number | null
  readonly lowTicks: number | null
  readonly lastTicks: number | null
  readonly units: number
  /** sum of ticks x units; volume-weighted price = this / units */
  readonly tickUnits: bigint
}

/** One posting that touches an account's money or a lease of it (debit positive). */
export interface LedgerRow {
  /** position of the line in the whole ledger: pages go by it */
  readonly line: number
  readonly seq: number
  readonly timeUs: number
  readonly rule: string
  readonly subject: number
  readonly code: number
  /** the account, or the lease whose buyer is the account */
  readonly owner: number
  readonly asset: string
  readonly amountMicro: bigint
}

/** What one lease cost its buyer, or earned its seller, so far. */
export interface LeaseRow {
  readonly lease: number
  readonly allocation: number
  readonly order: number
  readonly instrument: number
  readonly node: number
  readonly buyAccount: number
  readonly sellAccount: number
  readonly status: LeaseStatus
  readonly end: LeaseEnd | null
  readonly fault: FaultParty | null
  readonly units: number
  readonly priceMicroPerHour: bigint
  readonly openedAtUs: number
  readonly readyAtUs: number | null
  readonly closedAtUs: number | null
  readonly settledAtUs: number | null
  readonly acceptedSeconds: number
  readonly billedMicro: bigint
  readonly buyerFeeMicro: bigint
  readonly sellerFeeMicro: bigint
  readonly cpuUs: number
  readonly memoryPeakMib: number
}

/** One provider's facility. */
export interface SiteRow {
  readonly site: number
  readonly account: number
  readonly hub: number
  readonly handle: string
}

/** Minutes [fromMinute, untilMinute) of a lease that two sources say were not delivered. */
export interface BreachRow {
  readonly lease: number
  readonly fromMinute: number
  readonly untilMinute: number
  readonly timeUs: number
  /** a bit for each source, in the order of MinuteSource */
  readonly sources: number
  readonly excused: Exclusion | null
  readonly charged: boolean
}

/** What a window of a lease gave its buyer. */
export interface SlaCreditRow {
  readonly lease: number
  readonly window: number
  readonly timeUs: number
  readonly windowMinutes: number
  readonly breachMinutes: number
  readonly availabilityPpm: number
  readonly creditPpm: number
  readonly chargeMicro: bigint
  readonly creditMicro: bigint
  readonly refundMicro: bigint
  readonly paidMicro: bigint
  readonly owedMicro: bigint
}

/** One verified report of a node. */
export interface AssessmentRow extends AssessedReport {
  readonly node: number
  readonly seq: number
}

/** One challenge of a node, as far as it has come. */
export interface ChallengeRow extends ChallengeView {
  /** of its last step */
  readonly seq: number
}

export interface ReadModels {
  /** seq of the last event record that every model has applied */
  appliedSeq(): number
  /** time of that record, 0 when nothing is applied */
  appliedTimeUs(): number
  /** Resolves true when seq is applied, false when `timeoutMs` passed first. */
  waitFor(seq: number, timeoutMs: number): Promise<boolean>
  /** is there nothing yet that answers? then the queries below throw Fault('REBUILDING') */
  rebuilding(): boolean
  /** how far the last `rebuild` of this process is */
  rebuildState(): 'none' | 'running' | 'done' | 'failed'
  /** Builds everything again from the event log; the old tables answer until the new ones are there. */
  rebuild(): Promise<void>

  /** pages by order id */
  orderHistory(
    args: PageArgs & {
      readonly account: number
      readonly instrument: number | null
      /** true: only open ones, false: only ended ones, null: all */
      readonly open: boolean | null
    },
  ): Promise<readonly OrderRow[]>
  order(args: { readonly order: number }): Promise<OrderRow | null>
  /** pages by trade id */
  trades(
    args: PageArgs & { readonly instrument: number },
  ): Promise<readonly (TradeView & { readonly seq: number })[]>
  /** pages by trade id; a trade with oneself shows as two rows */
  fills(
    args: PageArgs & {
      readonly account: number
      readonly instrument: number | null
      readonly order: number | null
    },
  ): Promise<readonly FillRow[]>
  /** oldest first; bars that open within [fromUs, untilUs), at most `limit`, the newest ones */
  candles(args: {
    readonly instrument: number
    /** 60, 300, 900, 3600 or 86400 */
    readonly intervalSeconds: number
    readonly fromUs: number
    readonly untilUs: number
    readonly limit: number
  }): Promise<readonly CandleRow[]>
  summary(args: { readonly instrument: number; readonly sinceUs: number }): Promise<SummaryRow>
  /** pages by line */
  ledgerLines(
    args: PageArgs & { readonly account: number; readonly asset: string | null },
  ): Promise<readonly LedgerRow[]>
  /** leases that the account bought; pages by lease id */
  usage(
    args: PageArgs & { readonly account: number; readonly allocation: number | null },
  ): Promise<readonly LeaseRow[]>
  /** leases that the account sold; pages by lease id */
  earnings(
    args: PageArgs & { readonly account: number; readonly node: number | null },
  ): Promise<readonly LeaseRow[]>
  sites(args: { readonly account: number }): Promise<readonly SiteRow[]>
  /** failed minutes of a lease, the newest first, at most 1,000 */
  breaches(args: { readonly lease: number }): Promise<readonly BreachRow[]>
  /** judged windows of a lease, the newest first, at most 1,000 */
  slaCredits(args: { readonly lease: number }): Promise<readonly SlaCreditRow[]>
  /** verified reports of a node; pages by seq */
  assessments(args: PageArgs & { readonly node: number }): Promise<readonly AssessmentRow[]>
  /** the report that has the digest, the newest time it was taken; null when none has */
  assessment(args: { readonly digest: string }): Promise<AssessmentRow | null>
  /** every challenge of a node, open or not; pages by challenge */
  challenges(args: PageArgs & { readonly node: number }): Promise<readonly ChallengeRow[]>
  challenge(args: { readonly challenge: number }): Promise<ChallengeRow | null>
}
