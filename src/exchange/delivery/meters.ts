/** Meter reports: one signed, hash-chained line of totals a node and minute. */
import { encode, sha256Hex } from '../../kernel/index.ts'
import {
  LIMITS,
  meterStatement,
  refuse,
  type CommandOf,
  type Refusal,
} from '../../messages/index.ts'
import type { Actor, Context } from '../context.ts'
import type { DeliveryWorld } from './delivery.ts'
import { clockSeconds } from './money.ts'
import type { LeaseRow } from './rows.ts'

/** Seconds that a daemon's clock may be ahead of the exchange's before its report is refused. */
const AHEAD_SECONDS_MAX = 10

type Report = CommandOf<'ReportMeters'>

/** The chain must continue and no total may fall (rules DLV-006, DLV-007, DLV-008). */
export function checkMeters(x: DeliveryWorld, actor: Actor, report: Report): Refusal | null {
  const last = x.delivery.meters.get(report.node)
  const expected = (last?.period ?? 0) + 1
  const head = last?.head ?? '0'.repeat(64)
  if (report.period !== expected || report.previous !== head) {
    return refuse('METER_CHAIN_BROKEN', { period: report.period, expected })
  }
  for (const reading of report.readings) {
    const lease = x.delivery.leases.get(reading.lease)
    if (lease === undefined) continue
    if (lease.node !== report.node) return refuse('FORBIDDEN')
    if (reading.coveredSeconds < lease.coveredSeconds || reading.cpuUs < lease.cpuUs) {
      return refuse('METER_DECREASED', { lease: lease.lease })
    }
    const clock = lease.closedAtUs === null ? clockSeconds(lease, actor.timeUs) : lease.clockSeconds
    if (reading.coveredSeconds > clock + AHEAD_SECONDS_MAX) {
      return refuse('METER_AHEAD', { lease: lease.lease })
    }
  }
  return null
}

/** Takes the totals in; returns the leases whose last reading this was. */
export function readMeters(x: DeliveryWorld, ctx: Context, report: Report): LeaseRow[] {
  const { node, period, previous } = report
  const chain = x.delivery.meterOf(node)
  const { venue } = x.venue.row
  chain.period = period
  chain.head = sha256Hex(
    encode(meterStatement, { venue, node, period, previous, readings: report.readings }),
  )
  const final: LeaseRow[] = []
  for (const reading of report.readings) {
    const lease = x.delivery.leases.get(reading.lease)
    // A settled lease may still be in a report that crossed the close on its way.
    if (lease === undefined || lease.freedAtUs !== null) continue
    // Rule DLV-021: a gap of more than 10 minutes is not believed on the seller's word alone.
    const more = reading.coveredSeconds - lease.coveredSeconds
    const believed = LIMITS.backfillSeconds + LIMITS.meterReportSeconds
    if (more > believed) lease.discountSeconds += more - believed
    lease.coveredSeconds = reading.coveredSeconds
    lease.cpuUs = reading.cpuUs
    lease.memoryPeakMib = Math.max(lease.memoryPeakMib, reading.memoryPeakMib)
    lease.lastReadingUs = ctx.timeUs
    ctx.emit({ kind: 'MeterRead', node, period, ...reading })
    if (reading.final) final.push(lease)
  }
  return final
}
