/** What queries return about leases, allocations and workloads. */
import type {
  FaultParty,
  Isolation,
  LeaseEnd,
  LeaseStatus,
  Resources,
  WorkloadEnd,
  WorkloadStatus,
} from '../vocabulary.ts'

export interface LeaseView {
  readonly lease: number
  readonly allocation: number
  readonly order: number
  readonly instrument: number
  readonly node: number
  readonly buyAccount: number
  readonly sellAccount: number
  readonly status: LeaseStatus
  readonly end: LeaseEnd | null
  readonly fault: FaultParty | null
  readonly detail: string
  readonly units: number
  readonly resources: Resources
  readonly isolation: Isolation
  readonly priceMicroPerHour: bigint
  readonly buyerFeePpm: number
  readonly sellerFeePpm: number
  readonly openedAtUs: number
  readonly startDeadlineUs: number
  readonly readyAtUs: number | null
  readonly closedAtUs: number | null
  readonly settledAtUs: number | null
  /** counted from ready */
  readonly fundedSeconds: number
  readonly coveredSeconds: number
  readonly acceptedSeconds: number
  readonly billedMicro: bigint
  readonly buyerFeeMicro: bigint
  readonly sellerFeeMicro: bigint
  readonly escrowMicro: bigint
  readonly untilUs: number | null
  readonly cpuUs: number
  readonly memoryPeakMib: number
  /** the buyer's meter and the seller's did not agree on the final bill */
  readonly dispute: number | null
  /** how it ends as things stand; null before it is ready, and once it is closed */
  readonly notice: NoticeView | null
}
/** What the programs of a lease are told, and from when on (rule DLV-034). */
export interface NoticeView {
  readonly kind: NoticeKind
  readonly reason: LeaseEnd
  readonly fromUs: number
  readonly endsAtUs: number
}
/** The provider takes the machine back, or what was bought and paid for is over. */
export type NoticeKind = (typeof NOTICE_KINDS)[number]
export const NOTICE_KINDS = ['reclaim', 'end'] as const
export interface AllocationView {
  readonly allocation: number
  readonly order: number
  readonly account: number
  readonly status: LeaseStatus
  readonly durationSeconds: number | null
  /** the most that another machine may cost a unit-hour, should this one be lost; null: none is wanted */
  readonly replacementMicro: bigint | null
  /** since when the buyer has it suspended; null while it is not */
  readonly suspendedAtUs: number | null
  readonly leases: readonly LeaseView[]
  readonly workloads: readonly number[]
}
export interface WorkloadView {
  readonly workload: number
  readonly allocation: number
  readonly account: number
  readonly node: number
  readonly specDigest: string
  readonly closeAllocation: boolean
  readonly status: WorkloadStatus
  readonly exitCode: number | null
  readonly end: WorkloadEnd | null
  readonly logDigest: string | null
  readonly outputDigest: string | null
  readonly queuedAtUs: number
  readonly startedAtUs: number | null
  readonly endedAtUs: number | null
  readonly stopRequested: number | null
}
/** What a daemon must make true on its node: only open leases, and closed ones not yet settled. */
export interface AssignmentView {
  readonly lease: LeaseView
  readonly nonce: string
  /** nothing of the buyer's may run now: its programs are halted where they are */
  readonly suspended: boolean
  readonly workloads: readonly WorkloadView[]
}
