import type {
  ChallengeKind,
  ChallengeStep,
  CommandOf,
  Device,
  FaultParty,
  FundedStatement,
  Isolation,
  LeaseStatus,
  Resources,
  NodeAbility,
  NoticeView,
  TunnelKind,
  WorkloadEnd,
  WorkloadStatus,
} from '../messages/index.ts'
import type { AskedTunnel } from '../client/index.ts'
import type { AllocationSample } from './drivers/driver.ts'
import type { Stream } from './run/plan.ts'
import type { PathQuality } from './samples/pulse.ts'

/** A lease that this node must deliver or put away. */
export interface Assigned {
  readonly lease: number
  readonly status: LeaseStatus
  readonly resources: Resources
  /** must come back from inside the allocation */
  readonly nonce: string
  /** when the exchange took it as ready; null before */
  readonly readyAtUs: number | null
  /** when the exchange closed it; its clock stopped then */
  readonly closedAtUs: number | null
  /** totals that the exchange has: a meter never falls below them */
  readonly coveredSeconds: number
  readonly cpuUs: number
  readonly memoryPeakMib: number
  readonly funded: FundedStatement
  /** Ed25519 by the exchange over the canonical bytes of `funded`, hex */
  readonly fundedSignature: string
  /** its programs are halted where they are, and none is started */
  readonly suspended: boolean
  /** how it ends as things stand, by the exchange's clock; null before it is ready */
  readonly notice: NoticeView | null
  readonly workloads: readonly AssignedWorkload[]
}
export interface AssignedWorkload {
  readonly workload: number
  readonly status: WorkloadStatus
  /** sha256 hex of the specification's canonical bytes */
  readonly specDigest: string
  /** grace in seconds once the buyer asked for the end, else null */
  readonly stopRequested: number | null
}

/** This node as the exchange knows it. */
export interface NodeFacts {
  readonly venue: string
  readonly exchangePublicKey: string
  readonly node: number
  /** number of the last meter report taken */
  readonly meterPeriod: number
}

export interface Attestation {
  readonly attested: Resources
  readonly reserve: Resources
  readonly isolation: Isolation
  readonly inventoryDigest: string
}
export interface StandingOffer {
  readonly sku: number
  /** decimal text per unit-hour */
  readonly price: string
  readonly maxUnits: number
}
export interface WorkloadReport {
  readonly workload: number
  readonly status: WorkloadStatus
  readonly exitCode: number | null
  readonly end: WorkloadEnd | null
  readonly logDigest: string | null
  readonly outputDigest: string | null
}
export type MeterReport = Omit<CommandOf<'ReportMeters'>, 'kind'>

/** A piece of a workload's log; `offset` counts the bytes of its own stream. */
export interface LogChunk {
  readonly workload: number
  readonly stream: Stream
  readonly offset: number
  readonly bytes: Uint8Array
}

export type { AskedTunnel }
/** A nonce that a prober wants back from inside an allocation. */
export interface Beat {
  readonly beat: string
  readonly lease: number
  readonly nonce: string
}
/** Minutes [fromMinute, untilMinute) since ready in which an allocation did not answer. */
export type FailedMinutes = Pick<
  CommandOf<'ReportMinutes'>,
  'lease' | 'fromMinute' | 'untilMinute' | 'failure' | 'evidence'
>

/** What the exchange asks this node to prove. */
export interface AssignedChallenge {
  readonly challenge: number
  /** of a witness: where it runs */
  readonly lease: number | null
  readonly proof: ChallengeKind
  readonly seed: string
  readonly size: number
  readonly step: ChallengeStep
  readonly draw: string | null
}

export interface LinkEvents {
  /** a witness can be run inside the allocations of this machine */
  readonly witness: boolean
  /** The whole list of open ones, whenever it changed. */
  readonly onChallenges: (challenges: readonly AssignedChallenge[]) => void
  /** tunnels that the exchange may ask for */
  readonly tunnelKinds: readonly TunnelKind[]
  /** A tunnel into a workload is asked for: open it, or close it with the reason. */
  readonly onTunnel: (workload: number, tunnel: AskedTunnel) => void
  /** The whole list, whenever it changed and after every new connection. */
  readonly onAssignments: (assigned: readonly Assigned[]) => void
  readonly onConnected: (connected: boolean) => void
  /** Give the nonces back from inside, at once, by `answerBeat`. */
  readonly onBeats: (beats: readonly Beat[]) => void
  /** Leases that somebody watches: tell what they use by `sendUsage`; always the whole list. */
  readonly onWatched: (leases: readonly number[]) => void
  /** The exchange keeps a stream up to `offset`: go on from there, or not at all when `full`. */
  readonly onLogKept: (kept: {
    readonly workload: number
    readonly stream: Stream
    readonly offset: number
    readonly full: boolean
  }) => void
}

/** A command was refused for good; `code` is one of messages/codes.ts. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly code: string
  readonly facts: Readonly<Record<string, string>>
  constructor(code: string, facts: Readonly<Record<string, string>> = {}) {
    super(code)
    this.code = code
    this.facts = facts
  }
}

/**
 * The daemon's side of the exchange: outbound calls only. Calls reject with Refused, or with a Fault
 * when the exchange cannot be reached; then the daemon tries again later. Every call may be repeated.
 */
export interface ExchangeLink {
  /** Also reads the exchange's clock. */
  readonly facts: () => Promise<NodeFacts>
  /** Milliseconds since 1970 on the exchange's clock: this machine's own may be minutes off. */
  readonly nowMs: () => number
  readonly attest: (attestation: Attestation) => Promise<void>
  /** What this machine can do for its leases; replaces what was said before. */
  readonly reportAbilities: (abilities: readonly NodeAbility[]) => Promise<void>
  /** Replaces what this node claimed before. */
  readonly claimDevices: (devices: readonly Device[]) => Promise<void>
  /** Nothing is drawn before this; `work` is what was done. */
  readonly commitChallenge: (challenge: number, root: string, work: number) => Promise<void>
  readonly answerChallenge: (challenge: number, bytes: Uint8Array) => Promise<void>
  /** the bytes of a signed report */
  readonly reportEvaluation: (file: Uint8Array) => Promise<void>
  readonly setStatus: (
    status: 'online' | 'draining' | 'maintenance',
    reason?: string,
  ) => Promise<void>
  readonly setOffer: (offer: StandingOffer) => Promise<void>
  /** Begins to watch this node's assignments; the answer ends it. */
  readonly watch: (events: LinkEvents) => () => void
  readonly reportReady: (lease: number, nonce: string) => Promise<void>
  readonly reportProgress: (lease: number, done: number, total: number) => Promise<void>
  readonly reportStartFailure: (lease: number, fault: FaultParty, detail: string) => Promise<void>
  readonly reportWorkload: (report: WorkloadReport) => Promise<void>
  /** This machine's own word that minutes failed. */
  readonly reportMinutes: (failed: FailedMinutes) => Promise<void>
  /** Of a lease that is watched. False, and dropped, when not connected. */
  readonly sendUsage: (lease: number, usage: AllocationSample) => boolean
  /** False when not connected: it is late then anyway. */
  readonly answerBeat: (beat: string, nonce: string) => boolean
  /** `id` is the command's id: the same report may be sent again and counts once. */
  readonly reportMeters: (report: MeterReport, id: string) => Promise<void>
  readonly fetchSpec: (workload: number) => Promise<Uint8Array>
  readonly fetchInput: (workload: number, digest: string) => AsyncIterable<Uint8Array>
  /** Stores a file as the workload's final log or output; answers its sha256, hex. */
  readonly storeLog: (workload: number, path: string) => Promise<string>
  readonly storeOutput: (workload: number, path: string) => Promise<string>
  /** Sends live output; false when not connected: send it again later. */
  readonly pushLog: (chunk: LogChunk) => boolean
  /** Sends a second's samples in the order of SAMPLE_METRICS; false, and dropped, when not connected. */
  readonly pushSamples: (atUs: number, values: Float32Array) => boolean
  /** Sends a heartbeat to the exchange, of which `path` tells. */
  readonly beat: () => void
  readonly path: () => PathQuality
}
