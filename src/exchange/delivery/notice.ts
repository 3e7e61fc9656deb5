/** What programs of a lease are told of its end, and how long before it (rule DLV-034). */
import { US_PER_SECOND } from '../../kernel/index.ts'
import { LIMITS, type NoticeView } from '../../messages/index.ts'
import { endOfLongest, endReason, isInContact, longestSeconds, type EndWorld } from './renew.ts'
import type { LeaseRow } from './rows.ts'

/** Of a lease that is short, its last quarter: a program must not be told to end from its start. */
const PARTS = 4

/** How the lease ends as things stand; null while it is not ready, and once it is closed. */
export function noticeOf(x: EndWorld, lease: LeaseRow): NoticeView | null {
  const { readyAtUs, status, fundedSeconds, noticeSeconds } = lease
  if (readyAtUs === null || status === 'closed') return null
  const allocation = x.delivery.allocations.must(lease.allocation)
  const longest = longestSeconds(lease, allocation)
  // Nothing stands in the way of renewals: they fail only where nobody can confirm delivery.
  const isRenewing = isInContact(x, lease) && lease.detail === ''
  if (status === 'reclaiming') {
    const endsAtUs =
      readyAtUs + (isRenewing ? longest : Math.min(longest, fundedSeconds)) * US_PER_SECOND
    const saidAtUs = (lease.untilUs ?? endsAtUs) - noticeSeconds * US_PER_SECOND
    const reason = isRenewing ? endOfLongest(lease, allocation) : endReason(x, lease)
    return { kind: 'reclaim', reason, fromUs: Math.max(readyAtUs, saidAtUs), endsAtUs }
  }
  const seconds = Math.min(longest, fundedSeconds)
  const ahead = Math.min(LIMITS.noticeSeconds, Math.floor(seconds / PARTS))
  const endsAtUs = readyAtUs + seconds * US_PER_SECOND
  const isLost = isRenewing && seconds < longest
  const reason = isLost ? 'FUNDING_UNCONFIRMED' : endReason(x, lease)
  return { kind: 'end', reason, fromUs: endsAtUs - ahead * US_PER_SECOND, endsAtUs }
}
