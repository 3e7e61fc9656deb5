import {
  faultParty,
  leaseEnd,
  leaseStatus,
  NOTICE_KINDS,
  workloadEnd,
  workloadStatus,
} from '../../messages/index.ts'
import {
  ArrayOf,
  Bool,
  Closed,
  Count,
  Decimal,
  Digest,
  Hex,
  Id,
  Integer,
  Nullable,
  Optional,
  Shape,
  Text,
  Time,
  U32,
  Word,
  Words,
  written,
  type Static,
} from '../schema.ts'
import { Currency, Isolation, Resources } from './common.ts'
import { WorkloadSpecBody } from './workload-spec.ts'

/** `units`, `price`, `accepted_seconds` and `ready_at` let a page count the cost every second. */
export const Lease = Shape({
  id: Id('lease'),
  allocation_id: Id('allocation'),
  order_id: Id('order'),
  symbol: Text(),
  node_id: Id('node'),
  buyer_account_id: Id('account'),
  seller_account_id: Id('account'),
  status: Word(leaseStatus),
  end: Nullable(Word(leaseEnd)),
  fault: Nullable(Word(faultParty)),
  detail: Text(),
  units: Count,
  resources: Resources,
  isolation: Isolation,
  price: Decimal,
  currency: Currency,
  buyer_fee_ppm: Count,
  seller_fee_ppm: Count,
  opened_at: Time,
  start_deadline_at: Time,
  ready_at: Nullable(Time),
  closed_at: Nullable(Time),
  settled_at: Nullable(Time),
  /** counted from ready */
  funded_seconds: Count,
  covered_seconds: Count,
  accepted_seconds: Count,
  billed: Decimal,
  buyer_fee: Decimal,
  seller_fee: Decimal,
  escrow: Decimal,
  until_at: Nullable(Time),
  cpu_us: Count,
  memory_peak_mib: Count,
  /** of its final bill: not made yet, waiting because two meters do not agree, or made */
  settlement: Words('open', 'disputed', 'settled'),
  dispute_id: Nullable(Id('dispute')),
  /** how it ends as things stand; its programs are told from `from_at` on */
  notice: Nullable(
    Shape({
      kind: Words(...NOTICE_KINDS),
      reason: Word(leaseEnd),
      from_at: Time,
      ends_at: Time,
    }),
  ),
})
export type Lease = Static<typeof Lease>

export const Allocation = Shape({
  id: Id('allocation'),
  order_id: Id('order'),
  account_id: Id('account'),
  status: Word(leaseStatus),
  duration_seconds: Nullable(Count),
  /** the most a unit-hour that another machine may cost, should this one be lost */
  replacement_price: Nullable(Decimal),
  /** since when the buyer has it suspended: what runs in it stands still, and it is billed */
  suspended_at: Nullable(Time),
  leases: ArrayOf(Lease),
  workload_ids: ArrayOf(Id('workload')),
  /** sums over its leases */
  billed: Decimal,
  fee: Decimal,
  cost: Decimal,
  escrow: Decimal,
  currency: Currency,
})
export type Allocation = Static<typeof Allocation>

export const Workload = Shape({
  id: Id('workload'),
  allocation_id: Id('allocation'),
  account_id: Id('account'),
  node_id: Id('node'),
  spec_digest: Digest,
  close_allocation: Bool(),
  status: Word(workloadStatus),
  exit_code: Nullable(Integer()),
  end: Nullable(Word(workloadEnd)),
  log_digest: Nullable(Digest),
  output_digest: Nullable(Digest),
  queued_at: Time,
  started_at: Nullable(Time),
  ended_at: Nullable(Time),
  /** grace in seconds, once a stop was asked for */
  stop_requested: Nullable(Count),
})
export type Workload = Static<typeof Workload>

export const StartWorkloadBody = Closed({
  spec: WorkloadSpecBody,
  close_allocation: Optional(Bool()),
})
export const StartedWorkload = Shape({ ...written, workload: Workload })
/** A price a unit-hour; null takes the wish back. */
export const SetReplacementBody = Closed({ max_price: Nullable(Decimal) })
export const SetDurationBody = Closed({ duration_seconds: Nullable(U32) })

/** What a daemon must make true on its node. `funded` is signed by the exchange. */
export const Assignment = Shape({
  lease: Lease,
  /** the same lease as the core's integers, for the statements that are signed */
  lease_number: Count,
  nonce: Text(),
  /** the buyer's programs are to stand still, and none is to start */
  suspended: Bool(),
  workloads: ArrayOf(Workload),
  funded: Shape({
    venue: Text(),
    node: Count,
    lease: Count,
    funded_seconds: Count,
    seq: Count,
    /** Ed25519 by the exchange over the canonical fundedStatement, hex */
    signature: Text(),
  }),
})
export type Assignment = Static<typeof Assignment>

export const ReadyBody = Closed({ nonce: Hex(16) })
export const ProgressBody = Closed({ bytes_done: Count, bytes_total: Count })
export const StartFailureBody = Closed({
  fault: Word(faultParty),
  detail: Text({ maxLength: 256 }),
})
export const WorkloadReportBody = Closed({
  status: Word(workloadStatus),
  exit_code: Optional(Nullable(Integer())),
  end: Optional(Nullable(Word(workloadEnd))),
  log_digest: Optional(Nullable(Digest)),
  output_digest: Optional(Nullable(Digest)),
})
export const ReclaimBody = Closed({ reason: Words('maintenance', 'shutdown', 'other') })

/** Totals since ready, per lease; the chain and the signature as in messages/spec.ts. */
export const MeterReportBody = Closed({
  node_id: Id('node'),
  period: Count,
  previous: Hex(32),
  readings: ArrayOf(
    Closed({
      lease_id: Id('lease'),
      covered_seconds: U32,
      cpu_us: Count,
      memory_peak_mib: U32,
      final: Bool(),
    }),
    { maxItems: 4_096 },
  ),
  signature: Hex(64),
})
export type MeterReportBody = Static<typeof MeterReportBody>
