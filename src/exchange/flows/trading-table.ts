/** Trading commands: the trading desk checks, the flows do. */
import { tradingChecks as check } from '../trading/checks.ts'
import type { Rule } from '../rule.ts'
import {
  amendOrder,
  cancelAll,
  cancelOrder,
  placeOrder,
  setOffer,
  withdrawOffer,
} from './orders.ts'
import type { Desks } from './world.ts'

type Kinds =
  | 'PlaceOrder'
  | 'AmendOrder'
  | 'CancelOrder'
  | 'CancelAll'
  | 'SetOffer'
  | 'WithdrawOffer'

export const tradingTable: { readonly [K in Kinds]: Rule<K, Desks> } = {
  PlaceOrder: { scope: 'trade', checks: check.PlaceOrder, apply: placeOrder },
  AmendOrder: { scope: 'trade', checks: check.AmendOrder, apply: amendOrder },
  CancelOrder: { scope: 'trade', checks: check.CancelOrder, apply: cancelOrder },
  CancelAll: { scope: 'trade', checks: check.CancelAll, apply: cancelAll },
  SetOffer: { scope: 'provide', checks: check.SetOffer, apply: setOffer },
  WithdrawOffer: { scope: 'provide', checks: check.WithdrawOffer, apply: withdrawOffer },
}
