/** From fills to an allocation: one lease a trade, escrow in, the machine told. */
import { feeFor, principalFor, US_PER_SECOND } from '../../kernel/index.ts'
import { LIMITS, type CommandOf } from '../../messages/index.ts'
import { times } from '../capacity/resources.ts'
import type { InstrumentRow } from '../catalog/rows.ts'
import type { Context } from '../context.ts'
import type { DeliveryWorld } from './delivery.ts'
import { pathOf } from './money.ts'
import type { AllocationRow, LeaseRow } from './rows.ts'
import { tellAllocated, tellOpened } from './tell.ts'
import { queueWorkload } from './workloads.ts'

/** What delivery needs to know of a trade; the trading desk's Fill has it. */
export interface DeliverableFill {
  readonly trade: number
  readonly instrument: InstrumentRow
  readonly node: number
  readonly units: number
  readonly priceTicks: number
  readonly buyerFeePpm: number
  readonly takenPrincipalMicro: number
  readonly takenFeeMicro: number
  /** the register's next commitment, where the lease must end; null is never */
  readonly untilUs: number | null
  readonly buyOrder: BuyOrderFacts
  readonly sellOrder: { readonly account: number }
}
export interface BuyOrderFacts {
  readonly order: number
  readonly account: number
  readonly key: number
  /** these fills and all before them */
  readonly filledUnits: number
  readonly horizonSeconds: number
  readonly durationSeconds: number | null
  readonly capMicro: bigint | null
  readonly workload: CommandOf<'PlaceOrder'>['workload']
}

/** Opens one allocation for the fills that one command gave one buy order. */
export function openAllocation(
  x: DeliveryWorld,
  ctx: Context,
  fills: readonly [DeliverableFill, ...DeliverableFill[]],
): void {
  const order = fills[0].buyOrder
  const allocation = x.counters.next('allocation')
  const row = x.delivery.allocations.add(allocation)
  row.allocation = allocation
  row.order = order.order
  row.account = order.account
  row.key = order.key
  row.durationSeconds = order.durationSeconds
  row.leases = fills.map((fill) => fill.trade)
  row.capMicro = order.capMicro
  row.openedAtUs = ctx.timeUs
  x.delivery.enterAllocation(row)
  tellAllocated(ctx, row, fills.length)
  for (const fill of fills) openLease(x, ctx, row, fill)
  // A resting order may fill again later; its workload runs once, on the first allocation.
  if (order.workload === null) return
  const units = fills.reduce((sum, fill) => sum + fill.units, 0)
  if (order.filledUnits === units) queueWorkload(x, ctx, row, order.workload)
}

function openLease(
  x: DeliveryWorld,
  ctx: Context,
  allocation: AllocationRow,
  fill: DeliverableFill,
): void {
  const order = fill.buyOrder
  // A machine that is promised to others may still start, but only until then.
  const startDeadlineUs = Math.min(
    ctx.timeUs + LIMITS.startSeconds * US_PER_SECOND,
    fill.untilUs ?? Infinity,
  )
  const { instrument } = fill
  const lease = x.delivery.leases.add(fill.trade)
  lease.lease = fill.trade
  lease.allocation = allocation.allocation
  lease.order = order.order
  lease.instrument = instrument.instrument
  lease.node = fill.node
  lease.buyAccount = order.account
  lease.buyKey = order.key
  lease.sellAccount = fill.sellOrder.account
  lease.units = fill.units
  lease.resources = times(x.catalog.mustSku(instrument.sku).bundle, fill.units)
  lease.isolation = x.catalog.mustNode(fill.node).isolation
  lease.priceMicroPerHour = fill.priceTicks * instrument.tickMicro
  lease.buyerFeePpm = fill.buyerFeePpm
  lease.sellerFeePpm = instrument.sellerFeePpm
  lease.horizonSeconds = order.horizonSeconds
  lease.interruptible = instrument.interruptible
  lease.noticeSeconds = instrument.noticeSeconds
  x.delivery.nonces.give(x.venue.row.venue, ctx.seq, lease)
  lease.openedAtUs = ctx.timeUs
  lease.startDeadlineUs = startDeadlineUs
  lease.untilUs = fill.untilUs
  lease.fundedSeconds = order.horizonSeconds
  lease.believedUs = ctx.timeUs
  lease.startTimer = x.timers.schedule(startDeadlineUs, 'start_deadline', fill.trade)
  x.delivery.enterLease(lease)
  takeHold(x, ctx, lease, fill)
  tellOpened(ctx, lease)
}

/** Hold -> escrow at the maker's price; the improvement on the limit is free again (rule DLV-010). */
function takeHold(x: DeliveryWorld, ctx: Context, lease: LeaseRow, fill: DeliverableFill): void {
  const { takenPrincipalMicro, takenFeeMicro } = fill
  const rateMicro = fill.priceTicks * fill.instrument.tickMicro * lease.units
  const needed = principalFor(rateMicro, lease.horizonSeconds)
  const principalMicro = Math.min(takenPrincipalMicro, needed)
  const feeMicro = Math.min(takenFeeMicro, feeFor(needed, lease.buyerFeePpm))
  lease.principalMicro = principalMicro
  lease.feeEscrowMicro = feeMicro
  const takenMicro = takenPrincipalMicro + takenFeeMicro
  const escrowed = { takenMicro, principalMicro, feeMicro }
  x.ledger.escrow(ctx, lease.buyAccount, lease.lease, escrowed)
  x.budgets.release(pathOf(lease), takenMicro - principalMicro - feeMicro)
}
