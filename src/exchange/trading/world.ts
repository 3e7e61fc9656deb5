/** What the trading desk sees of the others, and what it hands on. */
import type { CapacityDesk } from '../capacity/capacity.ts'
import type { CatalogDesk } from '../catalog/catalog.ts'
import type { InstrumentRow } from '../catalog/rows.ts'
import type { BudgetDesk } from '../ledger/budgets.ts'
import type { LedgerDesk } from '../ledger/ledger.ts'
import type { MembersDesk } from '../members/members.ts'
import type { Counters } from '../table.ts'
import type { Timers } from '../timers.ts'
import type { Market } from './market.ts'
import type { OrderRow } from './rows.ts'

export interface TradingWorld {
  readonly counters: Counters
  readonly timers: Timers
  readonly members: MembersDesk
  readonly ledger: LedgerDesk
  readonly budgets: BudgetDesk
  readonly catalog: CatalogDesk
  readonly capacity: CapacityDesk
  /** does a trade become a lease? else it is paid at once */
  readonly delivers: boolean
}
/** The same with the desk's own state, as its own functions see it. */
export interface MarketWorld extends TradingWorld {
  readonly market: Market
}

/**
 * One trade. `taken` is hold(before) - hold(after) of the buy order: the delivery desk moves it from
 * the hold into escrow and gives back what it does not need. The lease (id = trade) is in the
 * register already, until `untilUs` (null is open-ended).
 */
export interface Fill {
  readonly trade: number
  readonly instrument: InstrumentRow
  readonly node: number
  readonly units: number
  readonly priceTicks: number
  readonly buyOrder: OrderRow
  readonly sellOrder: OrderRow
  readonly buyerFeePpm: number
  readonly sellerFeePpm: number
  readonly takenPrincipalMicro: number
  readonly takenFeeMicro: number
  readonly untilUs: number | null
}
