/** Between trading and delivery: fills become allocations, returned capacity goes back on offer. */
import type { StepKind, StepRow } from '../backlog.ts'
import type { Context } from '../context.ts'
import { openAllocation } from '../delivery/open.ts'
import type { Fill } from '../trading/world.ts'
import type { Desks } from './world.ts'

/**
 * Fills are delivered: one allocation for each buy order among them. What was traded or given back
 * may serve standing needs, which trade again.
 */
export function filled(x: Desks, ctx: Context, fills: readonly Fill[]): void {
  if (fills.length === 0) return
  deliver(x, ctx, fills)
  for (const instrument of new Set(fills.map((fill) => fill.instrument.instrument))) {
    serveNeeds(x, ctx, instrument)
  }
}

/** Capacity or standing of these nodes changed: their offers follow in the same command. */
export function settleSupply(x: Desks, ctx: Context, nodes: Iterable<number>): void {
  inSteps(x, ctx, 'supply', new Set(nodes))
}

/**
 * Takes one step for each subject, in order, in this command; those for which it has no events any
 * more are left to the Ticks that follow at once.
 */
export function inSteps(x: Desks, ctx: Context, kind: StepKind, subjects: Iterable<number>): void {
  for (const subject of subjects) {
    const isDone = !ctx.isFull && takeStep(x, ctx, { kind, subject })
    if (!isDone) x.backlog.add(ctx, kind, subject)
  }
}

/** Takes the step; false when the command has no events for all of it. */
export function takeStep(
  x: Desks,
  ctx: Context,
  { kind, subject }: Pick<StepRow, 'kind' | 'subject'>,
): boolean {
  if (kind === 'delist') return x.trading.endDelisted(ctx, subject)
  if (kind === 'supply' || x.evaluation.gradeAll(ctx, x.catalog.mustNode(subject))) {
    supply(x, ctx, subject)
  }
  return true
}

/**
 * The node has room again, and nothing else of it changed: its sell orders fit as before, so only
 * standing offers can follow. Answers as `takeStep`.
 */
export function settleReturn(x: Desks, ctx: Context, nodes: Iterable<number>): void {
  const offering: number[] = []
  for (const node of nodes) if (x.trading.market.offersOn.count(node) > 0) offering.push(node)
  if (offering.length > 0) settleSupply(x, ctx, offering)
}

function supply(x: Desks, ctx: Context, node: number): void {
  deliver(x, ctx, x.trading.refreshNode(ctx, node))
  for (const instrument of instrumentsOf(x, node)) serveNeeds(x, ctx, instrument)
}

function serveNeeds(x: Desks, ctx: Context, instrument: number): void {
  for (const { fills } of x.trading.retryNeeds(ctx, instrument)) deliver(x, ctx, fills)
}

function deliver(x: Desks, ctx: Context, fills: readonly Fill[]): void {
  // Most takers meet one maker.
  const [one] = fills
  if (one === undefined) return
  if (fills.length === 1) {
    openAllocation(x, ctx, [one])
    return
  }
  const byOrder = new Map<number, [Fill, ...Fill[]]>()
  for (const fill of fills) {
    const group = byOrder.get(fill.buyOrder.order)
    if (group === undefined) byOrder.set(fill.buyOrder.order, [fill])
    else group.push(fill)
  }
  for (const group of byOrder.values()) openAllocation(x, ctx, group)
}

/** Where the node's standing offers are in the book now. */
function instrumentsOf(x: Desks, id: number): number[] {
  const node = x.catalog.mustNode(id)
  return x.trading.market.offersOfNode(id).flatMap(({ sku }) => {
    const row = x.catalog.instrumentFor(sku, x.catalog.gradeOf(node, sku), node.hub)
    return row === undefined ? [] : [row.instrument]
  })
}
