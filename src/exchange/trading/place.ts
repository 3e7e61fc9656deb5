/** An order enters: hold, match, and then rest, wait or end. */
import { assert } from '../../kernel/index.ts'
import { LIMITS, type CommandOf, type OrderEnd } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import { closeFilled, endOrder, holdCapacity, statusOf } from './end.ts'
import { emitAmended } from './fill.ts'
import { adjustHold } from './hold.ts'
import { planOf } from './plan.ts'
import { failedDimension, probe } from './probe.ts'
import { writeOrder } from './order-row.ts'
import type { OrderRow } from './rows.ts'
import { sweep } from './sweep.ts'
import { tellFilled, tellPlaced } from './tell.ts'
import type { Fill, MarketWorld } from './world.ts'

/** What a taker did, and which nodes' offers lost their order to their own group. */
export interface Taken {
  readonly fills: readonly Fill[]
  readonly expired: readonly number[]
}

/** The row of a checked PlaceOrder; nothing is entered yet. */
export function newOrder(
  x: MarketWorld,
  ctx: Context,
  c: CommandOf<'PlaceOrder'>,
  failedNodes: readonly number[],
): OrderRow {
  const plan = planOf(x, ctx.account, c)
  assert(plan.priceTicks !== null, 'a checked order has a price')
  const head = {
    order: x.market.orderIds.next(),
    account: ctx.account,
    key: ctx.key,
    priceTicks: plan.priceTicks,
    horizonSeconds: plan.horizonSeconds,
    feePpm: plan.feePpm,
    offer: null,
    failedNodes,
    placedAtUs: ctx.timeUs,
  }
  return writeOrder(x.market.orders.blank(), head, c)
}

/** (1) says so, (2) holds money or capacity, (3) trades what it can, (4) rests, waits or ends. */
export function enter(x: MarketWorld, ctx: Context, row: OrderRow): Taken {
  // (1)
  x.market.open(row)
  tellPlaced(ctx, row)
  // (2)
  adjustHold(x, ctx, row)
  holdCapacity(x, row)
  if (row.expiresAtUs !== null && row.offer === null) {
    row.expiryTimer = x.timers.schedule(row.expiresAtUs, 'order_expiry', row.order)
  }
  // (3) and (4)
  return attempt(x, ctx, row)
}

/** Trades what the order may, then gives the remainder its place. */
export function attempt(x: MarketWorld, ctx: Context, row: OrderRow): Taken {
  const short = shortfall(x, ctx, row)
  if (short !== null) {
    if (row.standing) wait(x, ctx, row, short)
    else endOrder(x, ctx, row, endOfShort(row, short), short)
    return { fills: [], expired: [] }
  }
  const wanted = row.units
  const { fills, stopped, expired } = sweep(x, ctx, row)
  let units = 0
  for (const each of fills) units += each.units
  row.status = statusOf(row)
  if (units > 0) tellFilled(ctx, row, units)
  // Self-trade prevention took units off it: after its fills, so that the two add up to its size.
  if (row.units < wanted) emitAmended(ctx, row)
  finish(x, ctx, row, stopped)
  return { fills, expired }
}

/** The remainder of a taker: done, stopped, not allowed to rest, or into the book. */
function finish(x: MarketWorld, ctx: Context, row: OrderRow, stopped: OrderEnd | null): void {
  if (row.remainingUnits === 0 && row.filledUnits === row.units && row.units > 0) {
    closeFilled(x, ctx, row)
  } else if (stopped !== null) endOrder(x, ctx, row, stopped)
  else if (row.timeInForce === 'IOC' || row.timeInForce === 'FOK') {
    endOrder(x, ctx, row, row.filledUnits === 0 ? 'NO_LIQUIDITY' : 'IOC_REMAINDER')
  } else if (row.standing) wait(x, ctx, row, 'units')
  else x.market.rest(row)
}

/** The dimension in which an order that wants all (or a minimum) at once falls short, or null. */
function shortfall(x: MarketWorld, ctx: Context, row: OrderRow): string | null {
  const all = row.allOrNone || row.colocate || row.timeInForce === 'FOK'
  const wanted = all ? row.remainingUnits : row.minUnits - row.filledUnits
  if (wanted <= 1 && !all) return null
  const { units, fills, events } = probe(x, row, wanted, row.priceTicks)
  if (units < wanted) return failedDimension(x, row, wanted, ctx.timeUs)
  return fills <= LIMITS.fillsPerTaker && ctx.mayHave(events) ? null : TOO_MANY_FILLS
}

/** It is all there, and more than one command can trade (rule TRD-026). */
const TOO_MANY_FILLS = 'fills'

function endOfShort(row: OrderRow, short: string): OrderEnd {
  if (short === TOO_MANY_FILLS) return 'FILL_LIMIT'
  if (row.colocate) return 'NO_SINGLE_NODE'
  if (row.allOrNone) return 'AON_UNFILLED'
  return row.timeInForce === 'FOK' ? 'FOK_UNFILLED' : 'NO_LIQUIDITY'
}

/** Into the list of standing needs; the failed dimension is named when it changes. */
function wait(x: MarketWorld, ctx: Context, row: OrderRow, dimension: string): void {
  if (!x.market.needsOf.has(row.instrument, row.order)) x.market.rest(row)
  if (row.detail === dimension) return
  row.detail = dimension
  const { order, instrument } = row
  ctx.emit({ kind: 'NeedWaiting', order, reason: dimension, instrument })
}
