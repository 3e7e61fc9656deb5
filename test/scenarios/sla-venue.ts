/** A venue whose leases promise something, with a prober and a witness. */
import { expect } from 'vitest'
import {
  SLA_PROFILES,
  type CommandOf,
  type MinuteSource,
  type SlaProfile,
} from '../../src/messages/index.ts'
import { meter } from './daemon.ts'
import { daemon, openParty, openVenue, type Party, type Venue, type VenueOptions } from './venue.ts'

export interface Promised {
  readonly v: Venue
  readonly prober: Party
}

/** Sla 1 is attached to the venue's instrument; retention is a day unless it is said otherwise. */
export function promisedVenue(
  profile: Partial<SlaProfile> = {},
  options: VenueOptions = {},
): Promised {
  const v = openVenue({ retentionSeconds: 86_400, ...options })
  const prober = openParty(v, 'assessor', ['read', 'evaluate'])
  promise(v, profile)
  return { v, prober }
}

/** The next version of sla 1, for leases that are opened from now on. */
export function promise(v: Venue, profile: Partial<SlaProfile> = {}): void {
  const version = (v.exchange.answers.slas({})[0]?.version ?? 0) + 1
  const full = { ...SLA_PROFILES.markets, ...profile }
  v.done(v.operator, { kind: 'SetSla', sla: 1, version, profile: full })
  v.done(v.operator, { kind: 'AttachSla', instrument: v.instrument, sla: 1 })
}

/** What a source says of minutes [from, until). */
export function says(
  source: MinuteSource,
  lease: number,
  from: number,
  until: number,
): CommandOf<'ReportMinutes'> {
  return {
    kind: 'ReportMinutes',
    lease,
    source,
    fromMinute: from,
    untilMinute: until,
    failure: 'unreachable',
    evidence: 'cd'.repeat(32),
  }
}

/** The party that speaks as a source. */
export function speaker({ v, prober }: Promised, source: MinuteSource): Party {
  if (source === 'prober') return prober
  return source === 'agent' ? daemon(v) : v.buyer
}

/** Ten minutes of planned work on the venue's node, from now. */
export function announce(
  v: Venue,
  more: Partial<CommandOf<'AnnounceMaintenance'>>,
): CommandOf<'AnnounceMaintenance'> {
  return {
    kind: 'AnnounceMaintenance',
    node: v.node,
    site: null,
    fromUs: v.timeUs,
    untilUs: v.timeUs + 600_000_000,
    class: 'planned',
    reason: '',
    ...more,
  }
}

/** Closes the lease now; its daemon's last reading covers all of its clock. */
export function end(v: Venue, { lease, allocation }: { lease: number; allocation: number }) {
  const view = v.exchange.answers.lease({ lease })
  const coveredSeconds = Math.floor((v.timeUs - (view?.readyAtUs ?? 0)) / 1_000_000)
  v.done(v.buyer, { kind: 'CloseAllocation', allocation })
  return meter(v, [{ lease, coveredSeconds, final: true }])
}
/** The lease runs on; its daemon reports every ten minutes. */
export function run(v: Venue, lease: number, seconds: number) {
  for (let left = seconds; left > 0; left -= 600) {
    v.wait(Math.min(left, 600))
    const readyAtUs = v.exchange.answers.lease({ lease })?.readyAtUs ?? 0
    meter(v, [{ lease, coveredSeconds: Math.floor((v.timeUs - readyAtUs) / 1_000_000) }])
  }
}
export function twoSay(p: Promised, lease: number, from: number, until: number) {
  p.v.done(p.prober, says('prober', lease, from, until))
  return p.v.done(p.v.buyer, says('witness', lease, from, until))
}
export function cleanBooks(v: Venue) {
  expect(v.exchange.audit().faults).toEqual([])
}
