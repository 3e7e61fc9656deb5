import type { WorkloadEnd } from '../../messages/index.ts'
import type { Ending } from '../run/plan.ts'
import type { Job } from './versions.ts'

/** Slurm's final states that were not the program's doing, and what they are called here. */
const ENDS: Readonly<Record<string, WorkloadEnd>> = {
  TIMEOUT: 'TIME_LIMIT',
  DEADLINE: 'TIME_LIMIT',
  NODE_FAIL: 'NODE_LOST',
  BOOT_FAIL: 'NODE_LOST',
  // By somebody else: what was stopped from here has its own reason.
  CANCELLED: 'EVICTED',
  PREEMPTED: 'EVICTED',
  REVOKED: 'EVICTED',
  SPECIAL_EXIT: 'EVICTED',
}
const BY_THE_PROGRAM: ReadonlySet<string> = new Set(['COMPLETED', 'FAILED', 'OUT_OF_MEMORY'])

/** Reasons of waiting that no patience helps against. */
const HOPELESS: ReadonlySet<string> = new Set([
  'AccountNotAllowed',
  'AssocMaxCpuPerJobLimit',
  'AssocMaxMemPerJob',
  'AssocMaxWallDurationPerJobLimit',
  'BadConstraints',
  'DependencyNeverSatisfied',
  'InvalidAccount',
  'InvalidQOS',
  'JobHeldAdmin',
  'JobHeldUser',
  'JobHoldMaxRequeue',
  'launch_failed_requeued_held',
  'PartitionInactive',
  'PartitionNodeLimit',
  'PartitionTimeLimit',
  'ReservationDeleted',
])

/** May the job still change its state by itself? */
export function isOver({ state }: Pick<Job, 'state'>): boolean {
  return BY_THE_PROGRAM.has(state) || state in ENDS
}

/** Is the job in the queue for a reason that cannot pass? */
export function isHopeless({ state, reason }: Pick<Job, 'state' | 'reason'>): boolean {
  return state === 'PENDING' && HOPELESS.has(reason.replaceAll(' ', '_'))
}

/** How a job that is over ended. An exit code that Slurm kept to itself is that of a killed one. */
export function endingOf(job: Pick<Job, 'state' | 'exitCode'>): Ending {
  const end = ENDS[job.state]
  const outOfMemory = job.state === 'OUT_OF_MEMORY'
  const silent = job.exitCode === 0 && job.state !== 'COMPLETED'
  return {
    exitCode: silent || outOfMemory ? 137 : job.exitCode,
    outOfMemory,
    ...(end === undefined ? {} : { end, detail: `Slurm: ${job.state}` }),
  }
}
