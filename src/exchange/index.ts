/** Door of `exchange`: the deterministic state machine, and its book for those who need one alone. */
export { Exchange } from './exchange.ts'
export type { Settlement } from './build.ts'
export { OrderBook, type SideBit, type TradeListener } from './trading/order-book.ts'
export { NONE, OrderPool } from './trading/order-pool.ts'
export type { Audit } from './audit.ts'
