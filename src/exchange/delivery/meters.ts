/** Meter reports: one signed, hash-chained line of totals a node and minute. */
import { encode, sha256Hex, US_PER_SECOND } from '../../kernel/index.ts'
import {
  LIMITS,
  meterStatement,
  refuse,
  type CommandOf,
  type Refusal,
} from '../../messages/index.ts'
import { fieldUnless } from '../catalog/checks.ts'
import type { Actor, Context } from '../context.ts'
import type { DeliveryWorld } from './delivery.ts'
import { clockSeconds } from './money.ts'
import type { LeaseRow } from './rows.ts'

type Report = CommandOf<'ReportMeters'>

/** The chain must continue and no total may fall (rules DLV-006, DLV-007, DLV-008). */
export function checkMeters(x: DeliveryWorld, actor: Actor, report: Report): Refusal | null {
  const last = x.delivery.meters.get(report.node)
  const expected = (last?.period ?? 0) + 1
  const head = last?.head ?? '0'.repeat(64)
  if (report.period !== expected || report.previous !== head) {
    return refuse('METER_CHAIN_BROKEN', { period: report.period, expected })
  }
  const ids = new Set(report.readings.map(({ lease }) => lease))
  const twice = fieldUnless(ids.size === report.readings.length, 'readings', 'one for each lease')
  if (twice !== null) return twice
  for (const reading of report.readings) {
    const lease = x.delivery.leases.get(reading.lease)
    if (lease === undefined) continue
    if (lease.node !== report.node) return refuse('FORBIDDEN')
    if (reading.coveredSeconds < lease.coveredSeconds || reading.cpuUs < lease.cpuUs) {
      return refuse('METER_DECREASED', { lease: lease.lease })
    }
    // A daemon may learn late of a close: what goes past it is cut off, not refused.
    const most = clockSeconds(lease, actor.timeUs) + LIMITS.meterAheadSeconds
    if (lease.closedAtUs === null && reading.coveredSeconds > most) {
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
  chain.recent = [...chain.recent, ctx.seq].slice(-LIMITS.meterReportsKept)
  const final: LeaseRow[] = []
  for (const reading of report.readings) {
    const lease = x.delivery.leases.get(reading.lease)
    // A settled lease may still be in a report that crossed the close on its way.
    if (lease === undefined || lease.freedAtUs !== null) continue
    const mostSeconds = lease.closedAtUs === null ? Infinity : lease.clockSeconds
    const coveredSeconds = Math.max(
      lease.coveredSeconds,
      Math.min(reading.coveredSeconds, mostSeconds),
    )
    believe(lease, coveredSeconds - lease.coveredSeconds, ctx.timeUs)
    lease.coveredSeconds = coveredSeconds
    lease.cpuUs = reading.cpuUs
    lease.memoryPeakMib = Math.max(lease.memoryPeakMib, reading.memoryPeakMib)
    ctx.emit({ kind: 'MeterRead', node, period, ...reading, coveredSeconds })
    if (reading.final) final.push(lease)
  }
  return final
}

/**
 * Rule DLV-021: what comes more than 10 minutes late is not believed on the seller's word alone, in
 * one reading or in many: no more seconds are believed than went by, the last 10 minutes at most.
 */
function believe(lease: LeaseRow, moreSeconds: number, timeUs: number): void {
  const backUs = (LIMITS.backfillSeconds + LIMITS.meterReportSeconds) * US_PER_SECOND
  const fromUs = Math.max(lease.believedUs, timeUs - backUs)
  const believed = Math.min(moreSeconds, Math.floor((timeUs - fromUs) / US_PER_SECOND))
  lease.believedUs = fromUs + believed * US_PER_SECOND
  lease.discountSeconds += moreSeconds - believed
}
