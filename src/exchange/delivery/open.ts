/** From fills to an allocation: one lease a trade, escrow in, the machine told. */
import { feeFor, principalFor, US_PER_SECOND } from '../../kernel/index.ts'
import { LIMITS, type CommandOf } from '../../messages/index.ts'
import { times } from '../capacity/resources.ts'
import type { InstrumentRow } from '../catalog/rows.ts'
import type { Context } from '../context.ts'
import type { DeliveryWorld } from './delivery.ts'
import { pathOf } from './money.ts'
import type { AllocationRow, LeaseRow } from './rows.ts'
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
): AllocationRow {
  const order = fills[0].buyOrder
  const row: AllocationRow = {
    allocation: x.counters.next('allocation'),
    order: order.order,
    account: order.account,
    key: order.key,
    durationSeconds: order.durationSeconds,
    capMicro: order.capMicro,
    leases: fills.map((fill) => fill.trade),
    workloads: [],
    openedAtUs: ctx.timeUs,
    closed: false,
    retiredRank: 0,
  }
  const units = fills.reduce((sum, fill) => sum + fill.units, 0)
  x.delivery.addAllocation(row)
  ctx.emit({
    kind: 'AllocationOpened',
    allocation: row.allocation,
    order: row.order,
    account: row.account,
    key: row.key,
    leases: fills.length,
  })
  for (const fill of fills) openLease(x, ctx, row, fill)
  // A resting order may fill again later; its workload runs once, on the first allocation.
  if (order.filledUnits === units && order.workload !== null)
    queueWorkload(x, ctx, row, order.workload)
  return row
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
  const lease: LeaseRow = {
    lease: fill.trade,
    allocation: allocation.allocation,
    order: order.order,
    instrument: fill.instrument.instrument,
    node: fill.node,
    buyAccount: order.account,
    buyKey: order.key,
    sellAccount: fill.sellOrder.account,
    status: 'matched',
    end: null,
    fault: null,
    detail: '',
    units: fill.units,
    resources: times(x.catalog.mustSku(fill.instrument.sku).bundle, fill.units),
    isolation: x.catalog.mustNode(fill.node).isolation,
    priceMicroPerHour: BigInt(fill.priceTicks) * BigInt(fill.instrument.tickMicro),
    buyerFeePpm: fill.buyerFeePpm,
    sellerFeePpm: fill.instrument.sellerFeePpm,
    horizonSeconds: order.horizonSeconds,
    interruptible: fill.instrument.interruptible,
    noticeSeconds: fill.instrument.noticeSeconds,
    nonce: x.delivery.nonces.of(x.venue.row.venue, ctx.seq, fill.trade),
    opened: false,
    openedAtUs: ctx.timeUs,
    startDeadlineUs,
    readyAtUs: null,
    closedAtUs: null,
    settledAtUs: null,
    freedAtUs: null,
    untilUs: fill.untilUs,
    fundedSeconds: order.horizonSeconds,
    clockSeconds: 0,
    coveredSeconds: 0,
    discountSeconds: 0,
    believedUs: ctx.timeUs,
    principalMicro: 0n,
    feeEscrowMicro: 0n,
    billedMicro: 0n,
    buyerFeeMicro: 0n,
    sellerFeeMicro: 0n,
    cpuUs: 0,
    memoryPeakMib: 0,
    startTimer: x.timers.schedule(startDeadlineUs, 'start_deadline', fill.trade),
    renewalTimer: 0,
    accrualTimer: 0,
    endTimer: 0,
    settleTimer: 0,
  }
  x.delivery.addLease(lease)
  takeHold(x, ctx, lease, fill)
  emitOpened(ctx, lease, fill.trade)
}

/** Hold -> escrow at the maker's price; the improvement on the limit is free again (rule DLV-010). */
function takeHold(x: DeliveryWorld, ctx: Context, lease: LeaseRow, fill: DeliverableFill): void {
  const { takenPrincipalMicro, takenFeeMicro } = fill
  const rateMicro = fill.priceTicks * fill.instrument.tickMicro * lease.units
  const needed = principalFor(rateMicro, lease.horizonSeconds)
  const principalMicro = Math.min(takenPrincipalMicro, needed)
  const feeMicro = Math.min(takenFeeMicro, feeFor(needed, lease.buyerFeePpm))
  lease.principalMicro = BigInt(principalMicro)
  lease.feeEscrowMicro = BigInt(feeMicro)
  const takenMicro = takenPrincipalMicro + takenFeeMicro
  const escrowed = { takenMicro, principalMicro, feeMicro }
  x.ledger.escrow(ctx, lease.buyAccount, lease.lease, escrowed)
  x.budgets.release(pathOf(lease), takenMicro - principalMicro - feeMicro)
}

function emitOpened(ctx: Context, lease: LeaseRow, trade: number): void {
  const { allocation, order, instrument, node, buyAccount, sellAccount, units } = lease
  const { resources, isolation, priceMicroPerHour, buyerFeePpm, sellerFeePpm } = lease
  const { fundedSeconds, untilUs, startDeadlineUs, nonce } = lease
  ctx.emit({
    kind: 'LeaseOpened',
    trade,
    lease: lease.lease,
    allocation,
    order,
    instrument,
    node,
    buyAccount,
    sellAccount,
    units,
    resources,
    isolation,
    priceMicroPerHour,
    buyerFeePpm,
    sellerFeePpm,
    fundedSeconds,
    untilUs,
    startDeadlineUs,
    nonce,
  })
}
