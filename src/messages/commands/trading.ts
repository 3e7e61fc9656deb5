/** Commands of the trading desk. */
import { bool, hex, i64, nullable, struct, text, u32, u53 } from '../../kernel/index.ts'
import { capacityFlag, orderType, selfTrade, side, timeInForce } from '../vocabulary.ts'

/** A workload named by the digest of its encrypted specification in the object store. */
export const workloadRef = struct({
  specDigest: hex(32),
  /** close the allocation when this workload ends, as `suan run` wants */
  closeAllocation: bool,
})

export const tradingCommands = {
  /**
   * Buys or sells units of an instrument. A sell names its `node`; a buy may pin one.
   * `priceTicks` null only for market_to_limit. `durationSeconds` null is open-ended.
   * `capMicro` caps all that this order may ever cost, fees included.
   * `retryTicks` is the limit up to which the exchange may buy on another machine when the one that
   * this order got does not start; null: it may not.
   */
  PlaceOrder: struct({
    instrument: u32,
    side,
    type: orderType,
    units: u32,
    priceTicks: nullable(u32),
    timeInForce,
    expiresAtUs: nullable(u53),
    postOnly: bool,
    allOrNone: bool,
    colocate: bool,
    minUnits: u32,
    /** all-or-none and colocate only: wait in the list of standing needs instead of cancelling */
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
  }),
  /** Fewer units keep priority; more units or another price lose it. `units` is the new total. */
  AmendOrder: struct({ order: u53, units: nullable(u32), priceTicks: nullable(u32) }),
  CancelOrder: struct({ order: u53 }),
  CancelAll: struct({ instrument: nullable(u32) }),
  /** Dead-man switch: cancels all when so many seconds pass without another; 0 disarms it. */
  CancelAfter: struct({ timeoutSeconds: u32 }),
  /** Creates or replaces the standing offer of {node, SKU}; one resting sell order follows it. */
  SetOffer: struct({
    node: u32,
    sku: u32,
    priceTicks: u32,
    maxUnits: u32,
    untilUs: nullable(u53),
  }),
  WithdrawOffer: struct({ node: u32, sku: u32 }),
}
