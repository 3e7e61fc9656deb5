/** Events of the trading desk. */
import { bool, nullable, struct, text, u32, u53 } from '../../kernel/index.ts'
import { tradingCommands as c } from '../commands/trading.ts'
import { orderEnd, orderStatus, side } from '../vocabulary.ts'

export const tradingEvents = {
  /** `offer` is true for the resting order that follows a standing offer. */
  OrderPlaced: struct({ order: u53, account: u32, key: u32, offer: bool, ...c.PlaceOrder.fields }),
  /** After an amend, or when a standing offer's order grows or shrinks. `units` is what rests now. */
  OrderAmended: struct({ order: u53, units: u32, priceTicks: u32, keptPriority: bool }),
  OrderFilled: struct({ order: u53, units: u32, remainingUnits: u32, status: orderStatus }),
  /** `detail` names the dimension that failed (cores, memoryMib, price, offer …), where one did. */
  OrderEnded: struct({
    order: u53,
    status: orderStatus,
    end: orderEnd,
    detail: nullable(text(32)),
    remainingUnits: u32,
  }),
  /**
   * The machine of the order did not start. `replacedBy` is the order placed for the next one; null
   * when there is none, and then the code says why.
   */
  OrderRetried: struct({
    order: u53,
    node: u32,
    replacedBy: nullable(u53),
    code: nullable(text(48)),
  }),
  TradeExecuted: struct({
    trade: u53,
    instrument: u32,
    priceTicks: u32,
    units: u32,
    takerSide: side,
    buyOrder: u53,
    sellOrder: u53,
    buyAccount: u32,
    sellAccount: u32,
    node: u32,
    lease: u53,
  }),
  OfferSet: struct({ account: u32, ...c.SetOffer.fields }),
  OfferWithdrawn: struct({ node: u32, sku: u32, reason: text(32) }),
  /** The account's dead-man switch was armed, or (null) disarmed: by the account, or as it fired. */
  CancelAfterSet: struct({ account: u32, firesAtUs: nullable(u53) }),
  /** A standing need was tried again and still does not fit; the failed dimension is named once. */
  NeedWaiting: struct({ order: u53, reason: text(32), instrument: nullable(u32) }),
}
