/** Reports of failed minutes: who may, and when. */
import { US_PER_SECOND } from '../../kernel/index.ts'
import { LIMITS, refuse, type CommandOf, type Refusal } from '../../messages/index.ts'
import { fieldUnless } from '../catalog/checks.ts'
import type { Actor } from '../context.ts'
import { daemonOf } from '../delivery/rules.ts'
import { clockSeconds } from '../delivery/money.ts'
import type { Rule } from '../rule.ts'
import { slaRules } from '../sla/rules.ts'
import { hearSources } from './disputes.ts'
import { reportMinutes } from './sla.ts'
import type { Desks } from './world.ts'

type Kinds = 'SetSla' | 'AttachSla' | 'AnnounceMaintenance' | 'ReportMinutes'
type Report = CommandOf<'ReportMinutes'>

export const slaTable: { readonly [K in Kinds]: Rule<K, Desks> } = {
  ...slaRules,
  ReportMinutes: {
    // Which scope depends on the source.
    scope: 'any',
    checks: [checkSource, checkLease, checkMinutes],
    apply: (x, ctx, command) => {
      reportMinutes(x, ctx, command)
      hearSources(x, ctx, x.delivery.leases.must(command.lease))
    },
  },
}

/** Each source speaks with a key of its own kind; strangers see no lease (rule SLA-005). */
function checkSource(x: Desks, actor: Actor, c: Report): Refusal | null {
  const lease = x.delivery.leases.get(c.lease)
  const unknown = refuse('NOT_FOUND', { what: 'lease', id: c.lease })
  if (c.source === 'agent') {
    const denied = x.members.authorize(actor, 'provide')
    if (denied !== null) return denied
    return lease === undefined ? unknown : daemonOf(x, actor, lease.node)
  }
  if (c.source === 'witness') {
    const denied = x.members.authorize(actor, 'deliver')
    if (denied !== null) return denied
    return lease?.buyAccount === actor.account ? null : unknown
  }
  const denied = x.members.authorize(actor, 'evaluate')
  if (denied !== null) return denied
  if (!x.members.hasRole(actor.account, 'assessor')) return refuse('FORBIDDEN')
  if (lease === undefined) return unknown
  const group = x.members.ownerGroupOf(actor.account)
  const parties = [lease.buyAccount, lease.sellAccount]
  const isParty = parties.some((account) => x.members.ownerGroupOf(account) === group)
  return isParty ? refuse('NOT_INDEPENDENT', { lease: c.lease }) : null
}

function checkLease(x: Desks, _actor: Actor, c: Report): Refusal | null {
  const lease = x.delivery.leases.must(c.lease)
  if (lease.readyAtUs === null) {
    return refuse('LEASE_STATE', { id: lease.lease, status: lease.status })
  }
  const promise = x.sla.promiseAt(lease.instrument, lease.openedAtUs)
  return promise === null ? refuse('SLA_UNKNOWN', { id: 0 }) : null
}

/** Whole minutes of the lease clock that are over, for an hour at most (rule SLA-006). */
function checkMinutes(x: Desks, actor: Actor, c: Report): Refusal | null {
  const lease = x.delivery.leases.must(c.lease)
  const over = Math.floor(clockSeconds(lease, actor.timeUs) / 60)
  const count = c.untilMinute - c.fromMinute
  const bad =
    fieldUnless(count >= 1, 'untilMinute', 'it must be after fromMinute') ??
    fieldUnless(count <= LIMITS.minutesPerReport, 'untilMinute', 'out of range') ??
    fieldUnless(c.untilMinute <= over, 'untilMinute', 'it must not be in the future')
  if (bad !== null) return bad
  const elapsed = Math.floor((actor.timeUs - (lease.readyAtUs ?? 0)) / US_PER_SECOND)
  const isLate = elapsed - (c.fromMinute + 1) * 60 > LIMITS.voteSeconds
  const isJudged = c.fromMinute < x.sla.judgedMinutes(c.lease)
  if (!isLate && !isJudged && lease.settledAtUs === null) return null
  return refuse('VOTE_LATE', { lease: c.lease, minute: c.fromMinute })
}
