import type { Allocation, Workload } from '../../wire/index.ts'
import { EXIT } from '../exit-codes.ts'

const BY_END: Readonly<Record<NonNullable<Workload['end']>, number>> = {
  EXITED: EXIT.other,
  STOPPED_BY_BUYER: EXIT.interrupted,
  LEASE_CLOSED: EXIT.unavailable,
  FUNDING_UNCONFIRMED: EXIT.unavailable,
  OUT_OF_MEMORY: EXIT.outOfMemory,
  IMAGE_NOT_FOUND: EXIT.notFound,
  START_FAILED: EXIT.other,
  NODE_RESTARTED: EXIT.unavailable,
  PROVIDER_SHUTDOWN: EXIT.unavailable,
  INPUT_UNAVAILABLE: EXIT.unavailable,
  OUTPUT_TOO_LARGE: EXIT.funds,
  DISK_FULL: EXIT.funds,
  PROCESS_LIMIT: EXIT.funds,
  IMAGE_DIGEST: EXIT.notFound,
  EVICTED: EXIT.unavailable,
  TIME_LIMIT: EXIT.unavailable,
  NODE_LOST: EXIT.unavailable,
}

/**
 * The exit code of a command that waited for a workload: the program's own when it ended by itself;
 * otherwise by what ended it, the lease's reason before the workload's.
 */
export function exitCodeOfRun(workload: Workload, allocation: Allocation): number {
  if (workload.end === 'EXITED' && workload.exit_code !== null) return workload.exit_code
  const reasons = allocation.leases.map((lease) => lease.end)
  if (reasons.includes('FUNDS_EXHAUSTED') || reasons.includes('BUDGET_EXHAUSTED')) return EXIT.funds
  return workload.end === null ? EXIT.other : BY_END[workload.end]
}
