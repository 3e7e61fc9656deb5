/** What the trading desk sees of the others, and what it hands on. */
import type { Refusal, Role } from '../../messages/index.ts'
import type { CapacityDesk } from '../capacity/capacity.ts'
import type { CatalogDesk } from '../catalog/catalog.ts'
import type { InstrumentRow } from '../catalog/rows.ts'
import type { Context } from '../context.ts'
import type { Counters } from '../table.ts'
import type { Timers } from '../timers.ts'
import type { Market } from './market.ts'
import type { OrderRow } from './rows.ts'

interface Place {
  readonly code: number
  readonly owner: number
}
export interface TradingWorld {
  readonly counters: Counters
  readonly timers: Timers
  readonly catalog: CatalogDesk
  readonly capacity: CapacityDesk
  readonly members: {
    hasRole(account: number, role: Role): boolean
    ownerGroupOf(account: number): number
    account(id: number): unknown
  }
  readonly ledger: {
    available(account: number): bigint
    move(
      ctx: Context,
      move: { rule: string; subject: number; from: Place; to: Place; amountMicro: bigint },
    ): void
  }
  readonly budgets: {
    check(path: { account: number; key: number }, moreMicro: bigint, timeUs: number): Refusal | null
    commit(path: { account: number; key: number }, micro: bigint): void
    release(path: { account: number; key: number }, micro: bigint): void
  }
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
  readonly takenPrincipalMicro: bigint
  readonly takenFeeMicro: bigint
  readonly untilUs: number | null
}
