import {
  creditBasis,
  exclusion,
  maintenanceClass,
  minuteFailure,
  minuteSource,
} from '../../messages/index.ts'
import {
  ArrayOf,
  Bool,
  Closed,
  Count,
  Decimal,
  Digest,
  Id,
  Integer,
  Nullable,
  Optional,
  Shape,
  Text,
  Time,
  TimeInput,
  U32,
  Word,
  written,
  type Static,
} from '../schema.ts'
import { Currency } from './common.ts'

const Ppm = Integer({ minimum: 0, maximum: 1_000_000 })

/** A promise of delivery that a machine can read; shares in ppm. */
const SlaProfileDto = Closed({
  name: Text({ maxLength: 64 }),
  /** minutes of lease that are judged together */
  window_minutes: U32,
  availability_ppm: Ppm,
  /** below so much availability so much is paid back: of the window, or of its hours with a breach */
  credit_curve: ArrayOf(Closed({ below_ppm: Ppm, credit_ppm: Ppm, basis: Word(creditBasis) }), {
    maxItems: 8,
  }),
  /** of the charge of the window */
  cap_ppm: Ppm,
  maintenance: ArrayOf(
    Closed({ class: Word(maintenanceClass), notice_seconds: U32, minutes: U32 }),
    { maxItems: 8 },
  ),
  exclusions: ArrayOf(Word(exclusion), { maxItems: 8 }),
})

export const Sla = Shape({ sla_id: Id('sla'), version: Count, profile: SlaProfileDto })
export type Sla = Static<typeof Sla>

export const SlaBody = Closed({
  version: Integer({ minimum: 1, maximum: 65_535 }),
  profile: SlaProfileDto,
})
export const AttachSlaBody = Closed({ sla_id: Nullable(Id('sla')) })

/** Minutes [from_minute, until_minute) since the lease was ready. */
const Minutes = Shape({ from_minute: Count, until_minute: Count })
const Breach = Shape({
  from_minute: Count,
  until_minute: Count,
  at: Time,
  sources: ArrayOf(Word(minuteSource)),
  /** null: the seller owes for it */
  excused: Nullable(Word(exclusion)),
  charged: Bool(),
})
const SlaCredit = Shape({
  window: Count,
  at: Time,
  window_minutes: Count,
  breach_minutes: Count,
  availability_ppm: Count,
  credit_ppm: Count,
  charge: Decimal,
  credit: Decimal,
  /** of minutes that were charged before they were known to have failed */
  refund: Decimal,
  paid: Decimal,
  /** what the seller could not pay yet: its next earnings do */
  owed: Decimal,
})
export const LeaseSla = Shape({
  lease_id: Id('lease'),
  promise: Nullable(Sla),
  /** what each source says of windows that are not judged yet */
  reported: Shape({
    agent: ArrayOf(Minutes),
    prober: ArrayOf(Minutes),
    witness: ArrayOf(Minutes),
  }),
  breach_minutes: Count,
  /** seconds that were not delivered and are not charged */
  uncharged_seconds: Count,
  credited: Decimal,
  /** when the first window with a failed minute is judged, if the lease does not end before; null
   * while none failed and once the lease is closed */
  judged_at: Nullable(Time),
  currency: Currency,
  breaches: ArrayOf(Breach),
  credits: ArrayOf(SlaCredit),
})
export type LeaseSla = Static<typeof LeaseSla>

export const MinutesBody = Closed({
  source: Word(minuteSource),
  from_minute: U32,
  until_minute: U32,
  failure: Word(minuteFailure),
  /** sha256 of what the source keeps of it */
  evidence: Digest,
})
export const ReportedMinutes = Shape({ ...written, breaches: ArrayOf(Minutes) })

/** One node, or all nodes of a site. */
export const MaintenanceBody = Closed({
  node_id: Optional(Nullable(Id('node'))),
  site_id: Optional(Nullable(Id('site'))),
  from_at: TimeInput,
  until_at: TimeInput,
  class: Word(maintenanceClass),
  reason: Optional(Text({ maxLength: 128 })),
})
export const Announced = Shape({ ...written, maintenance_id: Id('maintenance') })

/** A lease that promises something and delivers now. */
export const Probe = Shape({ lease_id: Id('lease'), node_id: Id('node'), ready_at: Time })
export type Probe = Static<typeof Probe>

export const Beat = Shape({ beat_id: Text(), lease_id: Id('lease'), nonce: Text() })
export const BeatsBody = Closed({
  beats: ArrayOf(Closed({ lease_id: Id('lease'), nonce: Text({ minLength: 1, maxLength: 64 }) }), {
    maxItems: 1_000,
  }),
})
/** What came back from inside the allocation, and after how long; null is nothing in time. */
export const BeatAnswers = Shape({
  data: ArrayOf(Shape({ lease_id: Id('lease'), answer: Nullable(Text()), ms: Count })),
})
