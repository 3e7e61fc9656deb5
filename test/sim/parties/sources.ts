/** Who says that minutes were not delivered: daemons, a prober, witnesses; and who announces that before. */
import { minuteSource, type Command, type CommandOf } from '../../../src/messages/index.ts'
import type { LeaseModel } from '../auditor/rows.ts'
import { soon } from './buyers.ts'
import type { Cast, Party, World } from './party.ts'

const MINUTE_US = 60_000_000
const EVIDENCE = 'ef'.repeat(32)

/** One report, or one announcement. */
export function sourceActs(world: World, cast: Cast): void {
  const { draw } = world
  if (draw.chance(100)) return announce(world, cast)
  const lease = readyLease(world)
  if (lease === null) return
  counts(world, cast, lease)
  const source = draw.pick(minuteSource.values)
  void world.call(speaker(world, cast, lease, source), report(world, lease, source))
  // Where two sources see the same, the other one says so too.
  if (draw.chance(600)) {
    const other = draw.pick(minuteSource.values)
    void world.call(speaker(world, cast, lease, other), report(world, lease, other))
  }
}

/** Now and then one that is over, or that never was ready. */
function readyLease({ draw, auditor }: World): LeaseModel | null {
  const all = [...auditor.leases.leases.values()]
  const open = all.filter(({ readyAtUs, closedAtUs }) => readyAtUs !== null && closedAtUs === null)
  const from = draw.chance(950) ? open : all
  return from.length === 0 ? null : draw.pick(from)
}

/** The party whose word it is; now and then another's, which must not count. */
function speaker(world: World, cast: Cast, lease: LeaseModel, source: string): Party {
  const { draw } = world
  if (draw.chance(30)) return draw.pick([cast.prober, ...cast.buyers, ...cast.sellers])
  if (source === 'prober') return draw.chance(50) ? cast.partial : cast.prober
  const machines = cast.sellers.flatMap(({ nodes }) => nodes)
  const machine = machines.find(({ node }) => node === lease.node)
  if (source === 'agent' && machine !== undefined) return { ...machine.seller, key: machine.key }
  const everyone: readonly Party[] = [...cast.buyers, ...cast.sellers]
  return everyone.find(({ account }) => account === lease.buyAccount) ?? cast.prober
}

function report(
  { draw, timeline }: World,
  lease: LeaseModel,
  source: CommandOf<'ReportMinutes'>['source'],
): Command {
  const elapsed = Math.floor((timeline.nowUs - (lease.readyAtUs ?? 0)) / MINUTE_US)
  const fromMinute = Math.max(0, elapsed - draw.between(-1, draw.chance(100) ? 90 : 12))
  const untilMinute = fromMinute + draw.between(draw.chance(50) ? 0 : 1, 5)
  const what = { lease: lease.lease, source, fromMinute, untilMinute }
  const failure = draw.pick(['unreachable', 'slow', 'loss', 'wrong_nonce'] as const)
  return { kind: 'ReportMinutes', ...what, failure, evidence: EVIDENCE }
}

function announce(world: World, cast: Cast): void {
  const { draw } = world
  const { node, seller } = draw.pick(draw.pick(cast.sellers).nodes)
  const isSite = draw.chance(300)
  const place = { node: isSite ? null : node, site: isSite ? seller.site : null }
  const fromUs = draw.chance(50) ? 1 : soon(world, 9_000)
  const untilUs = fromUs + draw.between(60, 1_800) * 1_000_000
  const word = draw.pick(['planned', 'network', 'security'] as const)
  const times = { fromUs, untilUs, class: word }
  const by = draw.chance(950) ? seller : draw.pick(cast.sellers)
  void world.call(by, { kind: 'AnnounceMaintenance', ...place, ...times, reason: 'simulated' })
}

/**
 * The buyer's own count. Who it is and what it gets follow from numbers, not from draws: a third of
 * the buyers count nothing, a third what they get, a third half of it; a quarter of the machines give
 * four fifths of what their meters say.
 */
function counts({ timeline, call }: World, cast: Cast, lease: LeaseModel): void {
  const kind = lease.buyAccount % 3
  const buyer = cast.buyers.find(({ account }) => account === lease.buyAccount)
  if (kind === 0 || buyer === undefined) return
  const endUs = lease.closedAtUs ?? timeline.nowUs
  const clock = Math.max(0, Math.floor((endUs - (lease.readyAtUs ?? endUs)) / 1_000_000))
  const given = lease.node % 4 === 0 ? Math.floor((clock * 4) / 5) : clock
  const coveredSeconds = kind === 1 ? given : Math.floor(given / 2)
  const reading = { lease: lease.lease, coveredSeconds, cpuUs: null, evidence: EVIDENCE }
  void call(buyer, { kind: 'ReportBuyerMeter', ...reading })
}
