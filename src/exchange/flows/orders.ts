/** What trading commands do beyond the trading desk. */
import type { CommandOf } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import { deliver, settleSupply } from './supply.ts'
import type { Desks } from './world.ts'

export function placeOrder(x: Desks, ctx: Context, command: CommandOf<'PlaceOrder'>): void {
  const { fills } = x.trading.place(ctx, command)
  const nodes = deliver(x, ctx, fills)
  if (command.node !== null && command.side === 'sell') nodes.add(command.node)
  settleSupply(x, ctx, nodes)
}

export function amendOrder(x: Desks, ctx: Context, command: CommandOf<'AmendOrder'>): void {
  settleSupply(x, ctx, deliver(x, ctx, x.trading.amend(ctx, command)))
}

export function cancelOrder(x: Desks, ctx: Context, command: CommandOf<'CancelOrder'>): void {
  settleSupply(x, ctx, x.trading.cancel(ctx, command.order, 'BY_OWNER'))
}

export function cancelAll(x: Desks, ctx: Context, command: CommandOf<'CancelAll'>): void {
  settleSupply(x, ctx, x.trading.cancelAll(ctx, ctx.account, command.instrument))
}

export function setOffer(x: Desks, ctx: Context, command: CommandOf<'SetOffer'>): void {
  x.trading.setOffer(ctx, command)
  settleSupply(x, ctx, [command.node])
}

export function withdrawOffer(x: Desks, ctx: Context, command: CommandOf<'WithdrawOffer'>): void {
  x.trading.withdrawOffer(ctx, command.node, command.sku, 'BY_OWNER')
  settleSupply(x, ctx, [command.node])
}
