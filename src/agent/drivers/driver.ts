import type { Isolation, Resources, WorkloadSpec } from '../../messages/index.ts'
import type { Group } from '../cgroup/group.ts'
import type { Plan } from '../run/plan.ts'

/** Whether a driver can work on this machine, and what it can promise. */
export type Probe =
  | { readonly present: true; readonly facts: DriverFacts }
  | { readonly present: false; readonly why: string }

export interface DriverFacts {
  /** program, engine or kernel feature that carries it, for people */
  readonly engine: string
  /** control groups: the kernel keeps limits and counts. polling: the supervisor does, roughly. */
  readonly limits: 'control groups' | 'polling'
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
  readonly group: Group | null
}

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

export type ImageProgress = (doneBytes: number, totalBytes: number) => void

/** How workloads run on this machine. One conformance suite holds for every driver. */
export interface Driver {
  readonly name: 'container' | 'sandbox' | 'process'
  readonly isolation: Isolation
  /** Tries it for real: a driver that cannot run a trivial program is not present. */
  readonly probe: () => Promise<Probe>
  /** Makes folder and control group; opening what is open already changes nothing. */
  readonly openAllocation: (request: AllocationRequest) => Promise<Allocation>
  /**
   * Makes sure that an image is on this machine; `progress` gets the bytes that came so far. Throws
   * Fault IMAGE_NOT_FOUND when it cannot be had, or when this driver runs no images.
   */
  readonly fetchImage: (image: string, progress: ImageProgress) => Promise<void>
  /**
   * Makes the workload's folders and says what its supervisor must start.
   * Throws Fault IMAGE_NOT_FOUND, or START_FAILED with a detail, for what this driver cannot run.
   */
  readonly prepare: (allocation: Allocation, task: Task) => Promise<Plan>
  readonly usage: (allocation: Allocation) => AllocationUsage
  /**
   * Looks after a workload whose supervisor is gone: `adoptable` when it still runs and a new
   * supervisor can take it over, `ended` once nothing of it is left.
   */
  readonly recover: (allocation: Allocation, workload: number) => Promise<'adoptable' | 'ended'>
  /** Ends everything in the allocation, whoever started it; its folder stays. */
  readonly closeAllocation: (allocation: Allocation) => Promise<void>
  /** Leases of which something still runs or is held on this machine, whether known or not. */
  readonly reconcile: () => Promise<number[]>
}
