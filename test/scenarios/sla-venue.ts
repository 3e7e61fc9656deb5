/** A venue whose leases promise something, with a prober and a witness. */
import {
  SLA_PROFILES,
  type CommandOf,
  type MinuteSource,
  type SlaProfile,
} from '../../src/messages/index.ts'
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

/** The lease is closed by its buyer, and the daemon's last reading covers all of it. */
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
