/** A machine that did not start: the purchase is tried on the next one where its order allows it. */
import type { Refusal } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { AllocationRow } from '../delivery/rows.ts'
import { endWorkloads } from '../delivery/workloads.ts'
import { firstRefusal } from '../rule.ts'
import { orderForNext } from '../trading/next-machine.ts'
import type { OrderRow } from '../trading/rows.ts'
import { tradingRules } from '../trading/rules.ts'
import type { Desks } from './world.ts'

/**
 * Rule DLV-027. The allocation was just closed and its money is back: the order is placed again,
 * with its own key and against the same checks and budgets as if the buyer had sent it. Does nothing
 * where the order did not ask for it, or where the machine did start.
 */
export function retryStart(x: Desks, ctx: Context, allocation: AllocationRow): void {
  // The order is colocate: its allocation has one lease.
  const [lease] = x.delivery.leasesOf(allocation)
  if (lease === undefined || lease.readyAtUs !== null || lease.fault !== 'provider') return
  const order = x.trading.market.find(allocation.order)
  if (order === undefined || order.retryTicks === null || isStopped(x, allocation)) return
  const { node, units, isolation } = lease
  const nodes = [...order.failedNodes, node]
  const next = orderForNext(x.trading.world, order, {
    nodes,
    units,
    isolation,
    durationSeconds: allocation.durationSeconds,
  })
  if ('code' in next) return refused(ctx, order, node, next)
  const { account, key } = order
  const actor = { seq: ctx.seq, timeUs: ctx.timeUs, account, key }
  const refusal = firstRefusal(x, actor, tradingRules.PlaceOrder, next)
  if (refusal !== null) return refused(ctx, order, node, refusal)
  // What was to run there runs on the next machine.
  endWorkloads(x, ctx, lease)
  const as = ctx.as(account, key)
  const { order: placed, fills } = x.trading.place(as, next, nodes)
  // Its record may be another's by now: whatever closed meanwhile made the oldest be forgotten.
  const remembered = x.trading.market.find(allocation.order)
  if (remembered !== undefined) remembered.replacedBy = placed.order
  const replacedBy = placed.order
  ctx.emit({ kind: 'OrderRetried', order: allocation.order, node, replacedBy, code: null })
  x.filled(as, fills)
}

function refused(ctx: Context, row: OrderRow, node: number, { code }: Refusal): void {
  row.retryRefused = code
  const { order } = row
  ctx.emit({ kind: 'OrderRetried', order, node, replacedBy: null, code })
}

/** The buyer does not want the workload any more. */
function isStopped(x: Desks, { workloads }: AllocationRow): boolean {
  return workloads.some((id) => x.delivery.workloads.must(id).stopRequested !== null)
}
