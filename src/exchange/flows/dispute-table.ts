/** Meters that disagree: who may say what, and when. */
import { LIMITS, refuse, type CommandOf, type Refusal } from '../../messages/index.ts'
import { fieldUnless } from '../catalog/checks.ts'
import type { Actor } from '../context.ts'
import { clockSeconds } from '../delivery/money.ts'
import { refuseUnlessApproved } from '../members/proposals.ts'
import type { Rule } from '../rule.ts'
import { reportBuyerMeter, resolveDispute } from './disputes.ts'
import type { Desks } from './world.ts'

type Kinds = 'ReportBuyerMeter' | 'ResolveDispute'

export const disputeTable: { readonly [K in Kinds]: Rule<K, Desks> } = {
  ReportBuyerMeter: {
    scope: 'deliver',
    checks: [boughtLease, checkReading],
    apply: reportBuyerMeter,
  },
  ResolveDispute: {
    scope: 'admin',
    checks: [(_x, actor) => refuseUnlessApproved(actor), openDispute],
    apply: resolveDispute,
  },
}

/** A lease of the buyer's own that was ready and has no final bill yet (rules DSP-001, DSP-002). */
function boughtLease(x: Desks, actor: Actor, c: CommandOf<'ReportBuyerMeter'>): Refusal | null {
  const lease = x.delivery.leases.get(c.lease)
  if (lease === undefined || lease.buyAccount !== actor.account) {
    return refuse('NOT_FOUND', { what: 'lease', id: c.lease })
  }
  const { lease: id, readyAtUs, settledAtUs, freedAtUs, status } = lease
  if (settledAtUs !== null || freedAtUs !== null) return refuse('METER_LATE', { lease: id })
  return readyAtUs === null ? refuse('LEASE_STATE', { id, status }) : null
}

/** Totals never fall, and are not ahead of the lease clock (rule DSP-001). */
function checkReading(x: Desks, actor: Actor, c: CommandOf<'ReportBuyerMeter'>): Refusal | null {
  const lease = x.delivery.leases.must(c.lease)
  const before = x.disputes.meters.get(c.lease)
  if (before !== undefined) {
    const isLess = c.coveredSeconds < before.saidSeconds
    const hasLess = c.cpuUs !== null && c.cpuUs < (before.cpuUs ?? 0)
    if (isLess || hasLess) return refuse('METER_DECREASED', { lease: c.lease })
  }
  const most = clockSeconds(lease, actor.timeUs) + LIMITS.meterAheadSeconds
  // What goes past a close is cut off, not refused.
  if (lease.closedAtUs === null && c.coveredSeconds > most) {
    return refuse('METER_AHEAD', { lease: c.lease })
  }
  return null
}

/** It waits for a decision, which lies between the two counts (rules DSP-007, DSP-009). */
function openDispute(x: Desks, _actor: Actor, c: CommandOf<'ResolveDispute'>): Refusal | null {
  const row = x.disputes.disputes.get(c.dispute)
  if (row === undefined) return refuse('NOT_FOUND', { what: 'dispute', id: c.dispute })
  if (row.decision !== null) return refuse('DISPUTE_CLOSED', { id: c.dispute })
  const { buyerSeconds: least, sellerSeconds: most } = row
  const isBetween = c.acceptedSeconds >= least && c.acceptedSeconds <= most
  return (
    fieldUnless(isBetween, 'acceptedSeconds', `it must be ${least} to ${most}`) ??
    fieldUnless(c.reason !== '', 'reason', 'it must not be empty')
  )
}
