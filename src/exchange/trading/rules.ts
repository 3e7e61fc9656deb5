/** What each trading command needs, and what it does. */
import { refuse, type CommandOf, type Refusal, type Role } from '../../messages/index.ts'
import { ownNode } from '../catalog/checks.ts'
import type { Actor, Context } from '../context.ts'
import type { Rule } from '../rule.ts'
import { checkCancelAfter } from './cancel-after.ts'
import { checkFields } from './field-checks.ts'
import { exactNeedOf, needOf } from './hold.ts'
import { checkLabel, checkListed, checkOrderPrice, checkRoom } from './market-checks.ts'
import { checkMoney } from './money-checks.ts'
import { checkNode, checkNodeKnown } from './node-checks.ts'
import { checkAmend, checkOffer, checkOwnOpen } from './order-checks.ts'
import { planOf } from './plan.ts'
import type { TradingDesk } from './trading.ts'
import type { Fill, MarketWorld } from './world.ts'

/** What the rules of trading see. */
export interface TradingRuleWorld {
  readonly trading: TradingDesk
  /** The delivery desk opens what was traded. */
  readonly filled: (ctx: Context, fills: readonly Fill[]) => void
  /** These nodes have room again: their offers follow, and needs may want what they offer. */
  readonly supplied: (ctx: Context, nodes: Iterable<number>) => void
}
type Place = CommandOf<'PlaceOrder'>

const placeOrder: Rule<'PlaceOrder', TradingRuleWorld> = {
  scope: 'trade',
  checks: [
    // One function and not ten: this is the ladder of most commands.
    on((x, actor, c) => {
      return (
        checkNodeKnown(x, actor, c) ??
        checkKnown(x, actor, c) ??
        checkRoom(x, actor, c) ??
        checkFields(x, actor, c) ??
        checkRole(x, actor, c) ??
        checkListed(x.catalog.mustInstrument(c.instrument)) ??
        checkLabel(x, actor, c) ??
        checkOrderPrice(x, actor, c) ??
        checkNode(x, actor, c) ??
        checkHold(x, actor, c)
      )
    }),
  ],
  apply: (x, ctx, c) => {
    const { fills } = x.trading.place(ctx, c)
    traded(x, ctx, fills, c.side === 'sell' ? [c.instrument] : [])
  },
}

const amendOrder: Rule<'AmendOrder', TradingRuleWorld> = {
  scope: 'trade',
  checks: [on(checkOwnOpen), on(checkAmend)],
  apply: (x, ctx, c) => {
    const { side, instrument, node } = x.trading.market.orders.must(c.order)
    traded(x, ctx, x.trading.amend(ctx, c), side === 'sell' ? [instrument] : [])
    if (side === 'sell' && node !== null) x.supplied(ctx, [node])
  },
}

const cancelOrder: Rule<'CancelOrder', TradingRuleWorld> = {
  scope: 'trade',
  checks: [on(checkOwnOpen)],
  apply: (x, ctx, c) => {
    const { side, node } = x.trading.market.orders.must(c.order)
    x.trading.cancel(ctx, c.order, 'BY_OWNER')
    // what a sell order held may now be offered otherwise
    if (side === 'sell' && node !== null) x.supplied(ctx, [node])
  },
}

const cancelAll: Rule<'CancelAll', TradingRuleWorld> = {
  scope: 'trade',
  checks: [
    (x, _actor, c) => {
      if (c.instrument === null) return null
      const known = x.trading.world.catalog.instrument(c.instrument) !== undefined
      return known ? null : refuse('NOT_FOUND', { what: 'instrument', id: c.instrument })
    },
  ],
  apply: (x, ctx, c) => {
    x.supplied(ctx, x.trading.cancelAll(ctx, ctx.account, c.instrument, 'BY_OWNER'))
  },
}

const cancelAfter: Rule<'CancelAfter', TradingRuleWorld> = {
  scope: 'trade',
  checks: [on(checkCancelAfter)],
  apply: (x, ctx, c) => x.trading.cancelAfter(ctx, ctx.account, c.timeoutSeconds),
}

const setOffer: Rule<'SetOffer', TradingRuleWorld> = {
  scope: 'provide',
  checks: [on(checkOffer)],
  apply: (x, ctx, c) => traded(x, ctx, x.trading.setOffer(ctx, c), offeredOn(x, c.node)),
}

const withdrawOffer: Rule<'WithdrawOffer', TradingRuleWorld> = {
  scope: 'provide',
  checks: [
    on((x, actor, c) => ownNode(x.catalog, actor, c.node)),
    on((x, _actor, c) =>
      x.market.offer(c.node, c.sku) === undefined
        ? refuse('NOT_FOUND', { what: 'offer', id: `${c.node}/${c.sku}` })
        : null,
    ),
  ],
  apply: (x, ctx, c) => x.trading.withdrawOffer(ctx, c.node, c.sku, 'BY_OWNER'),
}

/** Delivers fills; where supply came and found no bid, standing needs may want it. */
function traded(
  x: TradingRuleWorld,
  ctx: Context,
  fills: readonly Fill[],
  instruments: readonly number[],
): void {
  x.filled(ctx, fills)
  if (fills.length > 0) return
  for (const instrument of instruments) {
    for (const served of x.trading.retryNeeds(ctx, instrument)) x.filled(ctx, served.fills)
  }
}

/** Instruments in which the node's offers rest. */
function offeredOn(x: TradingRuleWorld, node: number): number[] {
  const { market } = x.trading
  return market.offersOfNode(node).flatMap(({ order }) => {
    return order === null ? [] : [market.orders.must(order).instrument]
  })
}

/** A check of the desk's own world as a check of the table. */
function on<C>(
  check: (x: MarketWorld, actor: Actor, command: C) => Refusal | null,
): (x: TradingRuleWorld, actor: Actor, command: C) => Refusal | null {
  return (x, actor, command) => check(x.trading.world, actor, command)
}

function checkKnown(x: MarketWorld, _actor: Actor, c: Place): Refusal | null {
  if (x.catalog.instrument(c.instrument) === undefined) {
    return refuse('NOT_FOUND', { what: 'instrument', id: c.instrument })
  }
  const client = c.onBehalfOf
  return client !== null && x.members.account(client) === undefined
    ? refuse('NOT_FOUND', { what: 'account', id: client })
    : null
}

const BUYERS: readonly Role[] = ['buyer', 'broker', 'dealer']
const SELLERS: readonly Role[] = ['provider']
function checkRole(x: MarketWorld, actor: Actor, c: Place): Refusal | null {
  const isBuy = c.side === 'buy'
  const may = isBuy ? BUYERS : SELLERS
  for (const role of may) if (x.members.hasRole(actor.account, role)) return null
  return refuse('ROLE_MISSING', { role: isBuy ? 'buyer' : 'provider' })
}

function checkHold(x: MarketWorld, actor: Actor, c: Place): Refusal | null {
  const plan = planOf(x, actor.account, c)
  if (c.side === 'sell' || plan.priceTicks === null) return null
  const { instrument, priceTicks, horizonSeconds, feePpm } = plan
  const terms = { priceTicks, horizonSeconds, feePpm }
  const need = needOf(instrument, terms, c.units)
  const { account, key } = actor
  // Most orders are without any cap and can be paid: nothing else is to be looked at.
  const { capMicro } = c
  const isUncapped = capMicro === null && x.budgets.isUncapped(actor)
  if (isUncapped && x.ledger.availableMicro(account) >= need) return null
  const exactMicro = () => exactNeedOf(instrument, terms, c.units)
  const claim = { account, key, moreMicro: need, totalMicro: need, capMicro, exactMicro }
  return checkMoney(x, actor, claim)
}

export const tradingRules = {
  PlaceOrder: placeOrder,
  AmendOrder: amendOrder,
  CancelOrder: cancelOrder,
  CancelAll: cancelAll,
  CancelAfter: cancelAfter,
  SetOffer: setOffer,
  WithdrawOffer: withdrawOffer,
} as const
