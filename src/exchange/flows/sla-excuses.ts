/** Minutes of a lease for which nobody owes a credit, by the reason (rule SLA-007). */
import { US_PER_SECOND } from '../../kernel/index.ts'
import type { Exclusion, MinuteRange, SlaProfile, WorkloadEnd } from '../../messages/index.ts'
import type { LeaseRow } from '../delivery/rows.ts'
import { suspensionsOf } from '../delivery/suspensions.ts'
import { withRange } from '../sla/ranges.ts'
import type { Desks } from './world.ts'

const MINUTE_US = 60 * US_PER_SECOND

interface Stretch {
  readonly fromUs: number
  readonly untilUs: number
}
export type Excuses = readonly (readonly [Exclusion, readonly MinuteRange[]])[]

/** Minutes of the lease of which the stretch covers at least half: three heartbeats of ten seconds. */
export function mostlyIn(readyAtUs: number, { fromUs, untilUs }: Stretch): MinuteRange {
  const half = MINUTE_US / 2
  const from = Math.max(0, Math.ceil((fromUs - half - readyAtUs) / MINUTE_US))
  const until = Math.floor((untilUs + half - readyAtUs) / MINUTE_US)
  return { from, until: Math.max(from, until) }
}

/** Minutes of the lease that the stretch touches. */
function touchedBy(readyAtUs: number, { fromUs, untilUs }: Stretch): MinuteRange {
  const from = Math.max(0, Math.floor((fromUs - readyAtUs) / MINUTE_US))
  const until = Math.ceil((untilUs - readyAtUs) / MINUTE_US)
  return { from, until: Math.max(from, until) }
}

/** What the profile excuses of the lease, whoever says that it failed. */
export function excusesOf(x: Desks, lease: LeaseRow, profile: SlaProfile): Excuses {
  const readyAtUs = lease.readyAtUs ?? 0
  const excuses: [Exclusion, MinuteRange[]][] = [
    ['exchange_gap', setOf(x.sla.gaps().map((gap) => touchedBy(readyAtUs, gap)))],
    ['force_majeure', announced(x, lease, profile, 'force_majeure')],
    ['maintenance', announced(x, lease, profile, 'maintenance')],
  ]
  return [
    ...excuses.filter(([kind, set]) => set.length > 0 && profile.exclusions.includes(kind)),
    // The buyer's own doing, whatever was promised (rule DLV-033).
    ['buyer_suspend', suspendedMinutes(x, lease)],
  ]
}

/** Minutes in which the buyer had the lease halted, if only for a part of them. */
function suspendedMinutes(x: Desks, { allocation, readyAtUs }: LeaseRow): MinuteRange[] {
  return setOf(
    suspensionsOf(x.delivery, allocation).map(({ fromUs, untilUs }) =>
      touchedBy(readyAtUs ?? 0, { fromUs, untilUs: untilUs ?? Infinity }),
    ),
  )
}

/**
 * Announced interruptions of the lease's node. Of each class that the profile excuses, those that came
 * with enough notice, and of a window no more minutes than it excuses.
 */
function announced(
  x: Desks,
  lease: LeaseRow,
  profile: SlaProfile,
  kind: 'maintenance' | 'force_majeure',
): MinuteRange[] {
  const { site } = x.catalog.mustNode(lease.node)
  const rows = x.sla.maintenanceOn(lease.node, site)
  const minutesOf = (chosen: typeof rows) =>
    setOf(chosen.map((row) => mostlyIn(lease.readyAtUs ?? 0, row)))
  if (kind === 'force_majeure') return minutesOf(rows.filter((row) => row.class === kind))
  return setOf(
    profile.maintenance.flatMap((allowed) => {
      const inTime = rows.filter(
        (row) =>
          row.class === allowed.class &&
          row.fromUs - row.announcedAtUs >= allowed.noticeSeconds * US_PER_SECOND,
      )
      return firstMinutes(minutesOf(inTime), profile.windowMinutes, allowed.minutes)
    }),
  )
}

/** The first so many minutes of the set in each window. */
function firstMinutes(set: MinuteRange[], windowMinutes: number, most: number): MinuteRange[] {
  const kept: MinuteRange[] = []
  let window = -1
  let left = 0
  for (const range of set) {
    for (let from = range.from; from < range.until;) {
      const inWindow = Math.floor(from / windowMinutes)
      if (inWindow !== window) [window, left] = [inWindow, most]
      const end = Math.min(range.until, (inWindow + 1) * windowMinutes)
      const until = Math.min(end, from + left)
      if (from < until) kept.push({ from, until })
      left -= until - from
      from = end
    }
  }
  return kept
}

const BUYERS_QUOTA: ReadonlySet<WorkloadEnd> = new Set([
  'OUT_OF_MEMORY',
  'DISK_FULL',
  'OUTPUT_TOO_LARGE',
  'PROCESS_LIMIT',
])

/**
 * When the buyer's last program on the lease had ended and why, or null while one runs or none ever
 * did: from then on its witness has nothing to look at.
 */
export function buyersEnd(
  x: Desks,
  lease: LeaseRow,
): { readonly fromMinute: number; readonly kind: 'buyer_exit' | 'buyer_quota' } | null {
  const { workloads } = x.delivery.allocations.must(lease.allocation)
  const rows = workloads.map((id) => x.delivery.workloads.must(id))
  const own = rows.filter((row) => row.node === lease.node)
  const last = own.reduce((latest, row) => Math.max(latest, row.endedAtUs ?? Infinity), 0)
  if (own.length === 0 || last === Infinity) return null
  const fromMinute = Math.max(0, Math.floor((last - (lease.readyAtUs ?? 0)) / MINUTE_US))
  const isQuota = own.some(({ end }) => end !== null && BUYERS_QUOTA.has(end))
  return { fromMinute, kind: isQuota ? 'buyer_quota' : 'buyer_exit' }
}

function setOf(ranges: readonly MinuteRange[]): MinuteRange[] {
  return ranges.reduce<MinuteRange[]>((set, range) => withRange(set, range), [])
}
