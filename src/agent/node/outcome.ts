import { CodecError } from '../../kernel/index.ts'
import { Fault, type WorkloadEnd, type WorkloadStatus } from '../../messages/index.ts'
import { EngineError } from '../container/engine.ts'
import { isFull } from '../files.ts'
import { Refused } from '../link.ts'

/** How a workload ended, or why it never ran. */
export interface Outcome {
  readonly end: WorkloadEnd
  readonly exitCode: number | null
  readonly detail: string
}

/** Statuses after which nothing of a workload changes any more. */
export const ENDED: ReadonlySet<WorkloadStatus> = new Set(['done', 'failed', 'terminated'])

const FAILED: ReadonlySet<WorkloadEnd> = new Set([
  'OUT_OF_MEMORY',
  'IMAGE_NOT_FOUND',
  'START_FAILED',
  'INPUT_UNAVAILABLE',
  'OUTPUT_TOO_LARGE',
  'DISK_FULL',
  'PROCESS_LIMIT',
  'IMAGE_DIGEST',
])

/** The status that goes with an end: done only for a program that ended by itself with 0. */
export function endedStatus(end: WorkloadEnd, exitCode: number | null): WorkloadStatus {
  if (end === 'EXITED') return exitCode === 0 ? 'done' : 'failed'
  return FAILED.has(end) ? 'failed' : 'terminated'
}

/** The end that an error of starting means; null when it is worth another try. */
export function endOfError(error: unknown): WorkloadEnd | null {
  if (error instanceof CodecError) return 'START_FAILED'
  if (error instanceof Refused) return 'INPUT_UNAVAILABLE'
  if (isFull(error)) return 'DISK_FULL'
  if (!(error instanceof Fault) || error.retryable) return null
  const own = (['IMAGE_NOT_FOUND', 'IMAGE_DIGEST', 'INPUT_UNAVAILABLE'] as const).find(
    (end) => end === error.code,
  )
  return own ?? 'START_FAILED'
}

/** Makes a call; these refusals mean that the exchange has what it said already. */
export async function ignoreRefusal(
  codes: readonly string[],
  once: () => Promise<void>,
): Promise<void> {
  try {
    await once()
  } catch (error) {
    if (!(error instanceof Refused) || !codes.includes(error.code)) throw error
  }
}

/** Waits for the end of both, also when one fails; then rejects with the first one's error. */
export async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second])
  return [await first, await second]
}

/** Is this the surroundings' fault (network, disk, engine, a refusal), so that a later try may work? */
export function isPassing(error: unknown): error is Error {
  if (error instanceof Fault || error instanceof Refused || error instanceof EngineError)
    return true
  return error instanceof Error && 'syscall' in error
}
