/** Carries event records from the log into a store, batch after batch. */
import type { EngineDoor, EventRecord } from '../messages/index.ts'
import type { Progress, Store } from './store.ts'

/** What the read models need of the engine's door. */
export type EventSource = Pick<EngineDoor, 'durableSeq' | 'onDurable' | 'events'>

/** A batch ends at so many records, or at so many events, whichever comes first. */
const RECORDS_PER_BATCH = 1_000
const EVENTS_PER_BATCH = 5_000

/**
 * Applies everything from `progress` on that the log holds now; returns where it came to. Stops
 * between batches once `stopped` says so. Throws what the log or the store throws.
 */
export async function catchUp(
  store: Store,
  source: EventSource,
  progress: Progress,
  options: {
    readonly applied: (progress: Progress) => void
    readonly stopped: () => boolean
  },
): Promise<Progress> {
  let at = progress
  let batch: EventRecord[] = []
  let events = 0
  const flush = async () => {
    if (batch.length === 0) return
    at = await store.apply(at.appliedSeq, batch)
    batch = []
    events = 0
    options.applied(at)
  }
  for await (const record of source.events.read(at.appliedSeq + 1)) {
    if (options.stopped()) return at
    batch.push(record)
    events += record.outcome.events.length
    if (batch.length >= RECORDS_PER_BATCH || events >= EVENTS_PER_BATCH) await flush()
  }
  await flush()
  return at
}
