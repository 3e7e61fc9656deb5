/**
 * Promises of delivery that a machine can read (spec/markets.md e8): what counts as a breach, what is
 * paid for it, and what is excused. Only what a meter of the exchange can judge is in here.
 */
import { list, oneOf, struct, text, u32, type Infer } from '../kernel/index.ts'

/** Who says that a minute of a lease was not delivered. Two of the three make it a fact. */
export const minuteSource = oneOf('agent', 'prober', 'witness')
export type MinuteSource = Infer<typeof minuteSource>

/** What the source saw. */
export const minuteFailure = oneOf('unreachable', 'slow', 'loss', 'wrong_nonce')
export type MinuteFailure = Infer<typeof minuteFailure>

/** Kinds of announced interruption. `force_majeure` only by two persons of the operator. */
export const maintenanceClass = oneOf(
  'planned',
  'emergency',
  'security',
  'network',
  'capacity',
  'force_majeure',
)
export type MaintenanceClass = Infer<typeof maintenanceClass>

/** Why a failed minute is no breach. */
export const exclusion = oneOf(
  'maintenance',
  'force_majeure',
  'exchange_gap',
  'buyer_exit',
  'buyer_quota',
  'buyer_suspend',
)
export type Exclusion = Infer<typeof exclusion>

/** Is an excused minute charged? Not where nothing was delivered; yes where it was, or the buyer ended it. */
export const IS_CHARGED: Readonly<Record<Exclusion, boolean>> = {
  maintenance: false,
  force_majeure: false,
  exchange_gap: true,
  buyer_exit: true,
  buyer_quota: true,
  buyer_suspend: true,
}

/** What a step of the curve is a share of: the window's charge, or that of the hours with a breach. */
export const creditBasis = oneOf('window', 'hours')

export const slaProfile = struct({
  name: text(64),
  /** minutes of lease that are judged together; the last window of a lease is shorter */
  windowMinutes: u32,
  /** what is promised, in ppm of the window's minutes */
  availabilityPpm: u32,
  /** below so many ppm so much is paid back; the step that pays most counts */
  creditCurve: list(struct({ belowPpm: u32, creditPpm: u32, basis: creditBasis }), 8),
  /** never more than this share of the window's charge */
  capPpm: u32,
  /** announced interruptions that are excused: with so much notice, so many minutes a window */
  maintenance: list(struct({ class: maintenanceClass, noticeSeconds: u32, minutes: u32 }), 8),
  exclusions: list(exclusion, 8),
})
export type SlaProfile = Infer<typeof slaProfile>

const DAYS_30 = 43_200
const HOUR = 3_600
const MAINTENANCE: SlaProfile['maintenance'] = [
  { class: 'planned', noticeSeconds: 72 * HOUR, minutes: 240 },
  { class: 'network', noticeSeconds: 24 * HOUR, minutes: 60 },
  { class: 'security', noticeSeconds: HOUR, minutes: 60 },
]

/** Shipped profiles: the default of spec/markets.md e8, and the curve of spec/finance.md 3.4. */
export const SLA_PROFILES: Readonly<Record<'markets' | 'finance', SlaProfile>> = {
  markets: {
    name: 'standard',
    windowMinutes: DAYS_30,
    availabilityPpm: 999_000,
    creditCurve: [
      { belowPpm: 999_000, creditPpm: 100_000, basis: 'window' },
      { belowPpm: 990_000, creditPpm: 250_000, basis: 'window' },
      { belowPpm: 950_000, creditPpm: 1_000_000, basis: 'hours' },
    ],
    capPpm: 1_000_000,
    maintenance: MAINTENANCE,
    exclusions: [...exclusion.values],
  },
  finance: {
    name: 'monthly',
    windowMinutes: DAYS_30,
    availabilityPpm: 999_000,
    creditCurve: [
      { belowPpm: 999_000, creditPpm: 100_000, basis: 'window' },
      { belowPpm: 995_000, creditPpm: 250_000, basis: 'window' },
    ],
    capPpm: 250_000,
    maintenance: MAINTENANCE,
    exclusions: [...exclusion.values],
  },
}
