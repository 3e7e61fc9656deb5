/** A machine that was lost while it delivered: another one takes its place where the buyer asked. */
import { refuse, type CommandOf, type Refusal, type WorkloadEnd } from '../../messages/index.ts'
import { assert } from '../../kernel/index.ts'
import type { Actor, Context } from '../context.ts'
import type { ReplacementRow } from '../delivery/replacement-rows.ts'
import { WORKLOAD_ENDED, type AllocationRow, type WorkloadRow } from '../delivery/rows.ts'
import { endWorkloads } from '../delivery/workloads.ts'
import { firstRefusal } from '../rule.ts'
import { orderForNext } from '../trading/next-machine.ts'
import { tradingRules } from '../trading/rules.ts'
import type { Desks } from './world.ts'

type Ask = CommandOf<'AskReplacement'>

/** One machine can be replaced by one: rule DLV-030. The terms are those of its order. */
export function replaceable(x: Desks, _actor: Actor, { allocation, ticks }: Ask): Refusal | null {
  if (ticks === null) return null
  const row = x.delivery.allocations.must(allocation)
  if (ticks < 1) return refuse('FIELD_INVALID', { field: 'max_price', why: 'not a price' })
  if (x.delivery.leasesOf(row).length !== 1) {
    return refuse('FIELD_INVALID', { field: 'allocation_id', why: 'it is on several machines' })
  }
  const order = x.trading.market.find(row.order)
  return order === undefined ? refuse('NOT_FOUND', { what: 'order', id: row.order }) : null
}

/** Remembers the wish, or forgets it. */
export function askReplacement(x: Desks, ctx: Context, { allocation, ticks }: Ask): void {
  const { replacements } = x.delivery
  replacements.delete(allocation)
  ctx.emit({ kind: 'ReplacementAsked', allocation, ticks })
  if (ticks === null) return
  const order = x.trading.market.find(x.delivery.allocations.must(allocation).order)
  assert(order !== undefined, 'the order is known')
  const { account, instrument, side, allOrNone, colocate, minUnits, selfTrade } = order
  const { horizonSeconds, capMicro, capacity, onBehalfOf, failedNodes } = order
  replacements.insert({
    allocation,
    key: ctx.key,
    ticks,
    priceMicro: BigInt(ticks) * BigInt(x.catalog.mustInstrument(instrument).tickMicro),
    failedNodes: [...failedNodes],
    account,
    instrument,
    side,
    allOrNone,
    colocate,
    minUnits,
    selfTrade,
    horizonSeconds,
    capMicro,
    capacity,
    onBehalfOf,
    workload: null,
  })
}

/**
 * Rule DLV-030. The allocation was just closed. By the provider's fault, and with a program that had
 * not ended: it is bought again under the terms of its order and what is left of its time, and the
 * wish goes on to the next machine. Does nothing where the buyer did not ask.
 */
export function replaceLost(x: Desks, ctx: Context, allocation: AllocationRow): void {
  const wish = x.delivery.replacements.get(allocation.allocation)
  if (wish === undefined) return
  x.delivery.replacements.delete(allocation.allocation)
  const [lease] = x.delivery.leasesOf(allocation)
  if (lease === undefined || lease.fault !== 'provider') return
  if (lease.readyAtUs === null) return followRetry(x, wish, allocation)
  const left = allocation.durationSeconds
  const durationSeconds = left === null ? null : left - lease.clockSeconds
  const workload = interrupted(x, allocation)
  if (workload === null || (durationSeconds !== null && durationSeconds <= 0)) return
  const { node, units, isolation } = lease
  const { specDigest, closeAllocation } = workload
  const terms = { ...wish, retryTicks: wish.ticks, workload: { specDigest, closeAllocation } }
  const nodes = [...wish.failedNodes, node]
  const next = orderForNext(x.trading.world, terms, { nodes, units, isolation, durationSeconds })
  const tell = (replacedBy: number | null, code: string | null): void => {
    const order = x.trading.market.find(allocation.order)
    if (order !== undefined) {
      order.replacedBy = replacedBy
      order.retryRefused = code
    }
    ctx.emit({ kind: 'OrderRetried', order: allocation.order, node, replacedBy, code })
  }
  if ('code' in next) return tell(null, next.code)
  const { account, key } = wish
  const actor = { seq: ctx.seq, timeUs: ctx.timeUs, account, key }
  const refusal = firstRefusal(x, actor, tradingRules.PlaceOrder, next)
  if (refusal !== null) return tell(null, refusal.code)
  // Whatever may still run on a machine that is out of reach, its word is not waited for.
  endWorkloads(x, ctx, lease)
  const as = ctx.as(account, key)
  const { order: placed, fills } = x.trading.place(as, next, nodes)
  const { order } = placed
  tell(order, null)
  x.filled(as, fills)
  passOn(x, { ...wish, failedNodes: nodes }, order)
}

/** It never started, and another one was bought for that (rule DLV-027). */
function followRetry(x: Desks, wish: ReplacementRow, { order }: AllocationRow): void {
  const replacedBy = x.trading.market.find(order)?.replacedBy ?? null
  const next = replacedBy === null ? undefined : x.trading.market.find(replacedBy)
  if (next !== undefined) passOn(x, { ...wish, failedNodes: [...next.failedNodes] }, next.order)
}

/** The wish holds for the machine that took the place. */
function passOn(x: Desks, wish: ReplacementRow, order: number): void {
  const [allocation] = x.delivery.allocationsOfOrder(order)
  if (allocation !== undefined) x.delivery.replacements.insert({ ...wish, allocation })
}

/** The program that the machine's loss ended or ends, unless the buyer asked it to stop. */
function interrupted(x: Desks, { workloads }: AllocationRow): WorkloadRow | null {
  const rows = workloads.map((id) => x.delivery.workloads.must(id))
  const lost = rows.filter(
    ({ status, end, stopRequested }) =>
      stopRequested === null && (!WORKLOAD_ENDED.has(status) || (end !== null && LOST.has(end))),
  )
  return lost.at(-1) ?? null
}
const LOST: ReadonlySet<WorkloadEnd> = new Set([
  'NODE_RESTARTED',
  'NODE_LOST',
  'EVICTED',
  'PROVIDER_SHUTDOWN',
])
