/** What becomes of minutes that a source says were not delivered: a quorum makes them a breach. */
import { US_PER_SECOND } from '../../kernel/index.ts'
import {
  IS_CHARGED,
  LIMITS,
  type CommandOf,
  type Exclusion,
  type MinuteRange,
} from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { LeaseRow } from '../delivery/rows.ts'
import { difference, intersection, minutesIn, withRange, within } from '../sla/ranges.ts'
import type { JudgedRow } from '../sla/rows.ts'
import { bitOf, failedMinutes, type Failed } from '../sla/votes.ts'
import { buyersEnd, excusesOf, mostlyIn } from './sla-excuses.ts'
import type { Desks } from './world.ts'

const MINUTE_US = 60 * US_PER_SECOND
const WITNESS = bitOf('witness')

/** A source says that minutes failed; what the daemon's silence says is known already. */
export function reportMinutes(x: Desks, ctx: Context, command: CommandOf<'ReportMinutes'>): void {
  const lease = x.delivery.leases.must(command.lease)
  const promise = x.sla.promiseAt(lease.instrument, lease.openedAtUs)
  if (promise === null) return
  const { source, fromMinute: from, untilMinute: until } = command
  const row = x.sla.judge(lease.lease, promise.promise)
  row[source] = withRange(row[source], { from, until })
  ctx.emit({ ...command, kind: 'MinutesReported' })
  addSilence(x, ctx, lease, row, [{ from, until }])
  decide(x, ctx, lease, row)
}

/** The daemon of a node went silent: what others said of its leases before may have its quorum now. */
export function silenced(x: Desks, ctx: Context, node: number): void {
  for (const lease of x.delivery.leasesOn(node)) {
    const row = x.sla.judged.get(lease.lease)
    if (row === undefined || row.settled !== null) continue
    const single = difference([...row.prober, ...row.witness].reduce(withRange, []), row.failed)
    addSilence(x, ctx, lease, row, single)
    decide(x, ctx, lease, row)
  }
}

/** Of these minutes, the daemon says by its silence that those failed in which nobody heard it. */
function addSilence(
  x: Desks,
  ctx: Context,
  lease: LeaseRow,
  row: JudgedRow,
  minutes: readonly MinuteRange[],
): void {
  for (const { fromUs, untilUs } of x.sla.silencesOf(lease.node)) {
    const silent = mostlyIn(lease.readyAtUs ?? 0, { fromUs, untilUs: untilUs ?? ctx.timeUs })
    for (const range of within(minutes, silent)) row.agent = withRange(row.agent, range)
  }
}

/** Minutes that have their quorum now: told once, and not charged unless they are excused as charged. */
function decide(x: Desks, ctx: Context, lease: LeaseRow, row: JudgedRow): void {
  const before = row.failed
  for (const each of failedMinutes(row)) {
    for (const range of difference([each], before)) {
      row.failed = withRange(row.failed, range)
      for (const piece of excused(x, lease, row, { ...range, sources: each.sources })) {
        const { from: fromMinute, until: untilMinute, sources, kind: excuse } = piece
        const charged = excuse !== null && IS_CHARGED[excuse]
        if (!charged) row.unchargedSeconds += (untilMinute - fromMinute) * 60
        if (isOwnDoing(excuse)) row.ownDoing = withRange(row.ownDoing, piece)
        const { lease: id } = lease
        const what = { lease: id, fromMinute, untilMinute, sources, excused: excuse, charged }
        ctx.emit({ kind: 'BreachMinutes', ...what })
      }
    }
  }
  if (row.failed !== before) armWindow(x, lease, row)
}

interface Piece extends Failed {
  readonly kind: Exclusion | null
}

/** The range cut where an excuse begins or ends; the first excuse counts. */
function excused(x: Desks, lease: LeaseRow, row: JudgedRow, failed: Failed): Piece[] {
  const { profile } = x.sla.promises.must(row.promise)
  const { sources } = failed
  const pieces: Piece[] = []
  let left: MinuteRange[] = [failed]
  const take = (kind: Exclusion, minutes: readonly MinuteRange[]) => {
    for (const range of intersection(left, minutes)) pieces.push({ ...range, sources, kind })
    left = difference(left, minutes)
  }
  for (const [kind, minutes] of excusesOf(x, lease, profile)) take(kind, minutes)
  const end = needsWitness(sources) ? buyersEnd(x, lease) : null
  if (end !== null && profile.exclusions.includes(end.kind)) {
    take(end.kind, [{ from: end.fromMinute, until: Infinity }])
  }
  for (const range of left) pieces.push({ ...range, sources, kind: null })
  return pieces.toSorted((a, b) => a.from - b.from)
}

/** Is it the witness that makes two of one? */
function needsWitness(sources: number): boolean {
  return (sources & WITNESS) !== 0 && sources !== (WITNESS | bitOf('agent') | bitOf('prober'))
}

function isOwnDoing(kind: Exclusion | null): boolean {
  return kind === 'buyer_exit' || kind === 'buyer_quota' || kind === 'buyer_suspend'
}

/** The first window with a failed minute is judged when nobody may report of it any more. */
export function armWindow(x: Desks, lease: LeaseRow, row: JudgedRow): void {
  x.timers.cancel(row.timer)
  row.timer = 0
  const window = nextWindow(x, row)
  if (window === null) return
  const { windowMinutes } = x.sla.promises.must(row.promise).profile
  const endUs = (lease.readyAtUs ?? 0) + (window + 1) * windowMinutes * MINUTE_US
  row.timer = x.timers.schedule(endUs + LIMITS.voteSeconds * US_PER_SECOND, 'sla_window', row.lease)
}

/** The first window that is to be judged; null while nothing failed in any. */
export function nextWindow(x: Desks, row: JudgedRow): number | null {
  const [first] = row.failed
  if (first === undefined) return null
  return Math.floor(first.from / x.sla.promises.must(row.promise).profile.windowMinutes)
}

/** Failed minutes of a window, and those of them that are breaches. */
export function judgedIn(
  x: Desks,
  lease: LeaseRow,
  row: JudgedRow,
  window: MinuteRange,
): { readonly breach: MinuteRange[]; readonly uncharged: MinuteRange[] } {
  const { profile } = x.sla.promises.must(row.promise)
  const failed = within(row.failed, window)
  let breach = difference(failed, row.ownDoing)
  let uncharged = breach
  for (const [kind, minutes] of excusesOf(x, lease, profile)) {
    breach = difference(breach, minutes)
    if (IS_CHARGED[kind]) uncharged = difference(uncharged, minutes)
  }
  return { breach, uncharged }
}

/** Breach minutes of the lease so far, those of judged windows too. */
export function breachMinutes(x: Desks, lease: LeaseRow, row: JudgedRow): number {
  const { windowMinutes } = x.sla.promises.must(row.promise).profile
  const open = { from: row.window * windowMinutes, until: Infinity }
  return row.breachMinutes + minutesIn(judgedIn(x, lease, row, open).breach)
}
