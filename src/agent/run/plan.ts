import type { WorkloadEnd } from '../../messages/index.ts'
import type { ClusterRef } from '../kubernetes/config.ts'
import type { Manifest } from '../kubernetes/objects.ts'
import type { Order, Parcel } from '../kubernetes/parcels.ts'
import type { SlurmAccess } from '../slurm/access.ts'
import type { JobRequest } from '../slurm/versions.ts'

/** What a supervisor must start and keep: written to disk by the daemon, read by the supervisor. */
export interface Plan {
  readonly lease: number
  readonly workload: number
  /** control group of this workload alone, below the one of its allocation; null without groups */
  readonly group: string | null
  /** polled and enforced by the supervisor where there is no control group */
  readonly memoryMib: number
  /** what the workload's own folders may hold; looked at every few seconds */
  readonly diskMib: number
  readonly launch: ProcessLaunch | ContainerLaunch | PodLaunch | JobLaunch
}

export interface ProcessLaunch {
  readonly kind: 'process'
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly directory: string
  /** opened as file descriptor 3 of the process: options that must not be seen by other users */
  readonly optionsFile: string | null
  /** levels of wrapper processes above the program, which a polite stop must spare */
  readonly wrappers: number
  /** what passes a polite stop on, where the program's own processes cannot be told from outside */
  readonly stopCommand?: readonly string[]
  /** the process joins this group below its workload's, so that it may make others beside its own */
  readonly subgroup?: string
}

export interface ContainerLaunch {
  readonly kind: 'container'
  readonly socket: string
  readonly name: string
  /** body of the engine's create request */
  readonly create: Readonly<Record<string, unknown>>
}

export interface PodLaunch {
  readonly kind: 'pod'
  readonly cluster: ClusterRef
  readonly namespace: string
  /** the node that counts what it uses */
  readonly node: string
  readonly pod: Manifest
  /** its environment; null where it has none */
  readonly secret: Manifest | null
  /** brought by an init container before the program starts */
  readonly inputs: readonly Parcel[]
  /** fetched after the end; null is nothing */
  readonly output: Order | null
  /** a container beside the program signals it and hands out its output */
  readonly courier: boolean
}

export interface JobLaunch {
  readonly kind: 'job'
  readonly access: SlurmAccess
  readonly job: Omit<JobRequest, 'minutes'>
  /** folder of the job's own files, below that of its workload, on a file system that nodes share */
  readonly folder: string
  /**
   * Its script takes USR1 as the order to end, and tells the program. Without that all processes of
   * the job are told, by Slurm.
   */
  readonly scriptTells?: boolean
}

/** Where a workload's output goes. */
export type Stream = 'stdout' | 'stderr'
export type Sink = (stream: Stream, bytes: Uint8Array) => void

/** How a program ended by itself or by a signal. */
export interface Ending {
  /** 128 + signal number for a program ended by a signal, as shells count */
  readonly exitCode: number
  readonly outOfMemory: boolean
  /** why it ended where that was the engine's doing, with the engine's own words */
  readonly end?: WorkloadEnd
  readonly detail?: string
  /** the kernel refused it more processes; absent where the engine does not tell */
  readonly outOfProcesses?: boolean
}

/** Totals of one workload. */
export interface Usage {
  readonly cpuUs: number
  readonly memoryPeakBytes: number
}

/** A started workload in the hands of its supervisor. */
export interface Running {
  /** its first process on this machine; null for containers */
  readonly root: number | null
  readonly ended: Promise<Ending>
  /** Asks the program to end (SIGTERM). */
  readonly terminate: () => void
  /** Ends everything it started, at once. */
  readonly kill: () => void
  /**
   * Puts a notice where the program finds it, null takes it away; as often as it is told, until it is
   * done. Absent where the program sees this machine's files.
   */
  readonly tell?: (notice: string | null) => void
  /** Totals so far; after the end, of all that ran. */
  readonly usage: () => Promise<Usage>
  /** Removes what an engine keeps of it: only once its end and its output are safe. */
  readonly forget: () => Promise<void>
}
