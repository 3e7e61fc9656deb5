/** Carries event records from the log into a store, batch after batch, as bytes. */
import type { EngineDoor, EventBatch } from '../messages/index.ts'
import type { Progress, Store } from './store.ts'

/** What the read models need of the engine's door. */
export type EventSource = Pick<EngineDoor, 'durableSeq' | 'onAdvance' | 'events'>

/**
 * A batch ends with the piece that passes so many bytes: some thousands of commands, a part of a
 * second for PGlite, during which questions wait. Two batches are in memory at most: what a slow
 * store has not taken stays in the log.
 */
export const BATCH_BYTES = 512 * 1024

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
    /** after each batch, which took so many milliseconds: the next one begins when it resolves */
    readonly rest?: (tookMs: number) => Promise<void>
  },
): Promise<Progress> {
  let at = progress
  const apply = async (batch: EventBatch): Promise<void> => {
    const begun = performance.now()
    at = await store.apply(at.appliedSeq, batch)
    options.applied(at)
    await options.rest?.(performance.now() - begun)
  }
  let applying = Promise.resolve()
  // The next batch is read while the store works on the one before.
  for await (const batch of batches(source, at.appliedSeq + 1)) {
    await applying
    if (options.stopped()) return at
    applying = apply(batch)
    // Met at the next turn.
    applying.catch(() => {})
  }
  await applying
  return at
}

async function* batches(source: EventSource, fromSeq: number): AsyncGenerator<EventBatch> {
  let pieces: EventBatch[] = []
  let bytes = 0
  for await (const piece of source.events.batches(fromSeq)) {
    pieces.push(piece)
    bytes += piece.records.bytes.length
    if (bytes < BATCH_BYTES) continue
    yield joined(pieces)
    pieces = []
    bytes = 0
  }
  if (pieces.length > 0) yield joined(pieces)
}

/** One batch with a buffer of its own, which can be handed to another thread. */
function joined(pieces: readonly EventBatch[]): EventBatch {
  const size = pieces.reduce((sum, { records }) => sum + records.bytes.length, 0)
  const bytes = new Uint8Array(size)
  let at = 0
  let count = 0
  for (const { records } of pieces) {
    bytes.set(records.bytes, at)
    at += records.bytes.length
    count += records.count
  }
  return { firstSeq: pieces[0]!.firstSeq, records: { count, bytes } }
}
