/** A window of a lease is over, or the lease is: what its breach minutes give the buyer is posted. */
import { dueFor } from '../../kernel/index.ts'
import type { MinuteRange } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import { settleLease } from '../delivery/close.ts'
import { acceptedSeconds, accrue, clockSeconds } from '../delivery/money.ts'
import type { LeaseRow } from '../delivery/rows.ts'
import { EntryRule } from '../ledger/tell.ts'
import { creditFor } from '../sla/credit.ts'
import { minutesIn, within } from '../sla/ranges.ts'
import type { JudgedRow } from '../sla/rows.ts'
import { payBack } from './credit-pay.ts'
import { armWindow, judgedIn, nextWindow } from './sla.ts'
import { forgetWitnesses } from './witness-credit.ts'
import type { Desks } from './world.ts'

const CREDITED = new EntryRule('SLA-009')

/** Timer `sla_window`: nobody may report of this window any more (rule SLA-009). */
export function windowOver(x: Desks, ctx: Context, id: number): void {
  const lease = x.delivery.leases.get(id)
  const row = x.sla.judged.must(id)
  row.timer = 0
  // A closed lease is judged when it is settled, a moment from now.
  if (lease === undefined || lease.closedAtUs !== null) return
  accrue(x, ctx, lease)
  const window = nextWindow(x, row)
  if (window !== null) creditWindow(x, ctx, lease, row, window, 0)
  armWindow(x, lease, row)
}

/** The final bill of the lease, and in the same command what its promise still gives the buyer. */
export function settle(x: Desks, ctx: Context, lease: LeaseRow): void {
  // What is left out of the final bill is lost from the row when that is made.
  const delivered = deliveredSeconds(x, lease, ctx.timeUs)
  settleLease(x, ctx, lease)
  settlePromise(x, ctx, lease, delivered)
  forgetWitnesses(x, lease.lease)
}

function settlePromise(x: Desks, ctx: Context, lease: LeaseRow, delivered: number): void {
  const row = x.sla.judged.get(lease.lease)
  if (row === undefined || row.settled !== null) return
  x.timers.cancel(row.timer)
  row.timer = 0
  const rate = lease.priceMicroPerHour * lease.units
  let refundMicro = Math.max(0, lease.billedMicro - dueFor(rate, delivered))
  let window = nextWindow(x, row) ?? (refundMicro > 0 ? row.window : null)
  while (window !== null) {
    creditWindow(x, ctx, lease, row, window, refundMicro)
    refundMicro = 0
    window = nextWindow(x, row)
  }
  row.settled = ctx.timeUs
}

/** Seconds that were delivered, whatever is billed already. */
function deliveredSeconds(x: Desks, lease: LeaseRow, timeUs: number): number {
  const failed = x.sla.unchargedSeconds(lease.lease)
  const clock = clockSeconds(lease, timeUs) - failed
  return Math.max(0, Math.min(acceptedSeconds(x, lease, timeUs), clock))
}

/** Judges a window; `refundMicro` was charged for what was not delivered. */
function creditWindow(
  x: Desks,
  ctx: Context,
  lease: LeaseRow,
  row: JudgedRow,
  window: number,
  refundMicro: number,
): void {
  // 1. The window, and its breach minutes.
  const { profile } = x.sla.promises.must(row.promise)
  const seconds = clockSeconds(lease, ctx.timeUs)
  const from = window * profile.windowMinutes
  const until = Math.min(from + profile.windowMinutes, Math.floor(seconds / 60))
  const { breach, uncharged } = judgedIn(x, lease, row, { from, until })
  // 2. What was charged for it: never more than what is billed and was not charged before.
  const isLast = lease.closedAtUs !== null && until === Math.floor(seconds / 60)
  const endSecond = isLast ? seconds : until * 60
  const open = lease.billedMicro - refundMicro - row.chargedMicro
  const chargeMicro = charge(lease, [{ from: from * 60, until: endSecond }], uncharged, open)
  const hours = hoursOf(breach).map((hour) => hourIn(hour, from * 60, endSecond))
  const hoursMicro = charge(lease, hours, uncharged, chargeMicro)
  // 3. What the promise gives.
  const minutes = until - from
  const breachMinutes = minutesIn(breach)
  const credit = creditFor(profile, { minutes, breachMinutes, chargeMicro, hoursMicro })
  // What witnesses gave back already is not given back twice (rule PRF-010).
  const given = row.creditedMicro + (x.challenges.witness(lease.lease)?.creditedMicro ?? 0)
  const left = Math.max(0, lease.billedMicro - given)
  const refund = Math.min(refundMicro, left)
  const creditMicro = Math.min(credit.creditMicro, left - refund)
  const { paid, owed } = payBack(x, ctx, lease, CREDITED, creditMicro + refund)
  ctx.emit({
    kind: 'SlaCredited',
    lease: lease.lease,
    window,
    windowMinutes: minutes,
    breachMinutes,
    availabilityPpm: credit.availabilityPpm,
    creditPpm: credit.creditPpm,
    chargeMicro: BigInt(chargeMicro),
    creditMicro: BigInt(creditMicro),
    refundMicro: BigInt(refund),
    paidMicro: BigInt(paid),
    owedMicro: BigInt(owed),
  })
  // 4. The window is judged for good.
  row.window = window + 1
  row.breachMinutes += breachMinutes
  row.chargedMicro += chargeMicro + refundMicro
  row.creditedMicro += creditMicro
  const later = { from: row.window * profile.windowMinutes, until: Infinity }
  for (const set of ['agent', 'prober', 'witness', 'failed', 'ownDoing'] as const) {
    row[set] = within(row[set], later)
  }
}

/** What was charged for stretches of seconds without the minutes that are not charged. */
function charge(
  { priceMicroPerHour, units }: LeaseRow,
  stretches: readonly MinuteRange[],
  uncharged: readonly MinuteRange[],
  mostMicro: number,
): number {
  const left = uncharged.map(({ from, until }) => ({ from: from * 60, until: until * 60 }))
  const seconds = stretches.reduce(
    (sum, stretch) => sum + stretch.until - stretch.from - minutesIn(within(left, stretch)),
    0,
  )
  return Math.max(0, Math.min(dueFor(priceMicroPerHour * units, seconds), mostMicro))
}

/** The hours of the lease in which any of the minutes lies. */
function hoursOf(minutes: readonly MinuteRange[]): number[] {
  const hours = new Set<number>()
  for (const { from, until } of minutes) {
    for (let hour = Math.floor(from / 60); hour * 60 < until; hour++) hours.add(hour)
  }
  return [...hours]
}
function hourIn(hour: number, fromSecond: number, untilSecond: number): MinuteRange {
  const from = Math.max(hour * 3_600, fromSecond)
  return { from, until: Math.max(from, Math.min((hour + 1) * 3_600, untilSecond)) }
}
