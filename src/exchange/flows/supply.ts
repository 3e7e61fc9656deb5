/** Between trading and delivery: fills become allocations, returned capacity goes back on offer. */
import type { Context } from '../context.ts'
import { openAllocation } from '../delivery/open.ts'
import type { Fill } from '../trading/fill.ts'
import type { Desks } from './world.ts'

/** Opens one allocation for each buy order among the fills; returns the nodes that were sold from. */
export function deliver(x: Desks, ctx: Context, fills: readonly Fill[]): Set<number> {
  const byOrder = new Map<number, [Fill, ...Fill[]]>()
  for (const fill of fills) {
    const group = byOrder.get(fill.buyOrder.order)
    if (group === undefined) byOrder.set(fill.buyOrder.order, [fill])
    else group.push(fill)
  }
  for (const group of byOrder.values()) openAllocation(x, ctx, group)
  return new Set(fills.map((fill) => fill.node))
}

/**
 * Capacity of these nodes changed: their standing offers grow or shrink in the same command, which
 * may trade with resting bids, and standing needs get another try. Every round sells capacity or
 * ends, so it ends.
 */
export function settleSupply(x: Desks, ctx: Context, nodes: Iterable<number>): void {
  const waiting = new Set(nodes)
  for (const node of waiting) {
    // 1. The offers follow the register.
    waiting.delete(node)
    const sold = deliver(x, ctx, x.trading.refreshNode(ctx, node))
    // 2. What they sold changes the linked offers of the same node.
    for (const other of sold) waiting.add(other)
    // 3. New supply may serve a standing need.
    for (const instrument of x.trading.instrumentsOf(node)) {
      for (const other of deliver(x, ctx, x.trading.retryNeeds(ctx, instrument))) waiting.add(other)
    }
  }
}
