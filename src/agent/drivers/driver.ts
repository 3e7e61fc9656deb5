import type { Duplex } from 'node:stream'
import type { Isolation, Resources, WorkloadSpec } from '../../messages/index.ts'
import type { Group } from '../cgroup/group.ts'
import type { ExecSession, Terminal } from '../exec/session.ts'
import type { Plan } from '../run/plan.ts'

/** Whether a driver can work on this machine, and what it can promise. */
export type Probe =
  | { readonly present: true; readonly facts: DriverFacts }
  | { readonly present: false; readonly why: string }

export interface DriverFacts {
  /** program, engine or kernel feature that carries it, for people */
  readonly engine: string
}

export type DriverName = 'docker' | 'oci' | 'kubernetes' | 'slurm' | 'process'

/** What differs between drivers and matters to those who use them. */
export interface Capabilities {
  /** workloads may name a container image */
  readonly images: boolean
  /** what runs goes on when its supervisor dies, and a new one can take it over */
  readonly outlivesSupervisor: boolean
  /**
   * Who keeps the limits of an allocation: the kernel of this machine at every instant, the engine
   * in its own way, or the supervisor by looking now and then.
   */
  readonly limits: 'kernel' | 'engine' | 'polling'
  /** programs can be started beside a running workload, and its ports be reached: `exec`, `dial` */
  readonly exec: boolean
  readonly ports: boolean
  /** a program of the daemon's can be put under the limits of an allocation, beside the buyer's */
  readonly witness: boolean
  /** running workloads can be halted where they are and go on later: `suspend`, `resume` */
  readonly suspend: boolean
  /** `usage` counts from the opening of the allocation, or only since this machine has started */
  readonly meter: 'since opened' | 'since boot'
}

/** The machine of a cluster that an engine runs programs on. */
export interface Machine {
  readonly name: string
  readonly cores: number
  readonly memoryMib: number
  /** it is the one that the daemon runs on: only then can the daemon look at it and measure it */
  readonly here: boolean
}

/** What a lease may use on this machine. */
export interface AllocationRequest {
  readonly lease: number
  readonly resources: Resources
  /** the lease's own folder, made by the driver */
  readonly folder: string
}

/** The delivered thing: limits and meters hold for all that runs in it together. */
export interface Allocation extends AllocationRequest {
  readonly handle: AllocationHandle
}

/** What an allocation is to its engine. */
export type AllocationHandle =
  /** a control group of this machine; null where it has none */
  | { readonly kind: 'group'; readonly group: Group | null }
  /** a Kubernetes namespace; `node` is the one its pods are bound to */
  | { readonly kind: 'namespace'; readonly name: string; readonly node: string | null }
  /** a Slurm account, with the reservation that keeps its cores free */
  | { readonly kind: 'account'; readonly account: string; readonly reservation: string | null }

/** A program to run in an allocation. */
export interface Task {
  readonly workload: number
  readonly spec: WorkloadSpec
  /** the workload's own folder; inputs lie in `inputs/<index>` below it */
  readonly folder: string
}

/** Totals of an allocation since it was opened. */
export interface AllocationUsage {
  readonly cpuUs: number
  readonly memoryPeakMib: number
}

/** What it holds now; null where the engine does not count it. */
export interface AllocationSample extends AllocationUsage {
  readonly memoryMib: number | null
  /** time that was wanted beyond the cores that were bought, since it was opened */
  readonly throttledUs: number | null
}

export type ImageProgress = (doneBytes: number, totalBytes: number) => void

/** How workloads run on this machine. One conformance suite holds for every driver. */
export interface Driver {
  readonly name: DriverName
  readonly isolation: Isolation
  readonly capabilities: Capabilities
  /** Tries it for real: a driver that cannot run a trivial program is not present. */
  readonly probe: () => Promise<Probe>
  /** Where programs run, for an engine that is not this machine's own. */
  readonly machine?: () => Promise<Machine>
  /** Makes folder and handle; opening what is open already changes nothing. */
  readonly openAllocation: (request: AllocationRequest) => Promise<Allocation>
  /**
   * Makes sure that an image is where it will run; `progress` gets the bytes that came so far. Returns
   * the digest by which the engine knows it, null where the engine tells none. Throws Fault
   * IMAGE_NOT_FOUND when it cannot be had or when this driver runs no images, IMAGE_DIGEST when it
   * is not what `name@sha256:…` names.
   */
  readonly fetchImage: (image: string, progress: ImageProgress) => Promise<string | null>
  /**
   * Makes the workload's folders and says what its supervisor must start. It is asked again where the
   * daemon was killed, or failed, before that was on disk: what is there already is no hindrance.
   * Throws Fault IMAGE_NOT_FOUND, or START_FAILED with a detail, for what this driver cannot run.
   */
  readonly prepare: (allocation: Allocation, task: Task) => Promise<Plan>
  /**
   * Rejects with a Fault that may be tried again while the engine does not answer; of what is gone
   * there is nothing to count.
   */
  readonly usage: (allocation: Allocation) => Promise<AllocationUsage>
  /** The same with what is held now, cheap enough for every second; only where that can be had. */
  readonly sample?: (allocation: Allocation) => AllocationSample
  /**
   * Looks after a workload whose supervisor is gone: `adoptable` when it still runs and a new
   * supervisor can take it over, `ended` once nothing of it is left.
   */
  readonly recover: (allocation: Allocation, workload: number) => Promise<'adoptable' | 'ended'>
  /**
   * The allocation is paid for so many seconds from now: an engine with a calendar of its own keeps
   * it free for as long.
   */
  readonly extend?: (allocation: Allocation, seconds: number) => Promise<void>
  /**
   * Starts a program of the buyer's beside a running workload: in the same isolation, under the same
   * limits and with the same rights, on a terminal of this size where one is asked for. Throws Fault
   * TUNNEL_REFUSED with `why`. A driver without it has no capability `exec`.
   */
  readonly exec?: (
    allocation: Allocation,
    workload: number,
    command: readonly string[],
    terminal: Terminal | null,
  ) => Promise<ExecSession>
  /**
   * Connects to a port that a running workload listens on, on its own loopback. Throws Fault
   * TUNNEL_REFUSED with `why`. A driver without it has no capability `ports`.
   */
  readonly dial?: (allocation: Allocation, workload: number, port: number) => Promise<Duplex>
  /**
   * Halts a workload where it is, with all that it started: it keeps its memory and gets no processor
   * time. Its supervisor goes on, and ends it as ever: a stop lets it go on first. Halting what is
   * halted, has ended or is not there changes nothing. A driver without it has no capability
   * `suspend`.
   */
  readonly suspend?: (allocation: Allocation, workload: number) => Promise<void>
  /** Lets it go on; what was not halted goes on as it did. */
  readonly resume?: (allocation: Allocation, workload: number) => Promise<void>
  /** Ends everything in the allocation, whoever started it; its folder stays. */
  readonly closeAllocation: (allocation: Allocation) => Promise<void>
  /** Leases of which something still runs or is held on this machine, whether known or not. */
  readonly reconcile: () => Promise<number[]>
}

/** A driver whose programs run on a machine of a cluster. */
export type ClusterDriver = Driver & Required<Pick<Driver, 'machine'>>
