import { Fault, type CommandLog } from '../messages/index.ts'
import type { Batch } from './batch.ts'
import type { Clock } from './clock.ts'

const BACKOFF_FIRST_MS = 10
const BACKOFF_MAX_MS = 1_000

/**
 * Appends a batch, trying again with the same bytes while the log reports a fault; `onFault` is told
 * of each. Throws Fault NOT_DURABLE when the log has not confirmed within `limitMs`: the batch may or
 * may not be on disk, and only a restart can tell.
 */
export async function appendDurably(
  log: CommandLog,
  batch: Batch,
  clock: Clock,
  options: { readonly limitMs: number; readonly onFault: () => void },
): Promise<void> {
  const { limitMs, onFault } = options
  const deadlineUs = clock.nowUs() + limitMs * 1_000
  const fault = (): Fault =>
    new Fault('NOT_DURABLE', { facts: { seq: batch.firstSeq, waitedMs: limitMs } })
  let cancelLimit = (): void => {}
  // The log may also hang: then no attempt ever ends, and this does.
  const { records } = batch
  const attempt = async (): Promise<void> => {
    try {
      await log.append(batch.firstSeq, records)
    } catch (error) {
      onFault()
      throw error
    }
  }
  const limit = new Promise<never>((_, reject) => {
    cancelLimit = clock.after(limitMs, () => reject(fault()))
  })
  try {
    await Promise.race([appendUntil(attempt, clock, deadlineUs, fault), limit])
  } finally {
    cancelLimit()
  }
}

async function appendUntil(
  attempt: () => Promise<void>,
  clock: Clock,
  deadlineUs: number,
  fault: () => Fault,
): Promise<void> {
  for (let backoffMs = BACKOFF_FIRST_MS; ; backoffMs = Math.min(2 * backoffMs, BACKOFF_MAX_MS)) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Fault) || !error.retryable) throw error
      if (clock.nowUs() >= deadlineUs) throw fault()
    }
    const pauseMs = backoffMs
    await new Promise<void>((resolve) => {
      clock.after(pauseMs, resolve)
    })
  }
}
