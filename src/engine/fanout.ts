import type { EventKind, EventRecord } from '../messages/index.ts'
import type { Batch } from './batch.ts'

type OnRecords = (records: readonly EventRecord[]) => void
type OnAdvance = (seq: number) => void

/**
 * Tells listeners of durable batches. It keeps nothing for them: whoever is slow reads the event log.
 * Events are decoded once, and only for a batch that may hold what somebody wants.
 */
export class Fanout {
  readonly #listeners = new Map<OnRecords, ReadonlySet<EventKind> | null>()
  readonly #advance = new Set<OnAdvance>()

  onDurable = (listener: OnRecords, kinds: ReadonlySet<EventKind> | null = null): (() => void) => {
    // A function of its own, so that one listener may listen twice.
    const own: OnRecords = (records) => listener(records)
    this.#listeners.set(own, kinds)
    return () => this.#listeners.delete(own)
  }

  onAdvance = (listener: OnAdvance): (() => void) => {
    const own: OnAdvance = (seq) => listener(seq)
    this.#advance.add(own)
    return () => this.#advance.delete(own)
  }

  /** `rawKinds`: what commands of the raw door can do; undefined when that is not known. */
  publish(batch: Batch, durableSeq: number, rawKinds: ReadonlySet<EventKind> | undefined): void {
    let records: readonly EventRecord[] | null = null
    // Every socket asks for the same kinds: it is looked up once.
    const held = new Map<ReadonlySet<EventKind>, boolean>()
    for (const [listener, kinds] of this.#listeners) {
      if (kinds !== null && !held.has(kinds)) held.set(kinds, batch.mayHold(kinds, rawKinds))
      if (kinds !== null && held.get(kinds) === false) continue
      records ??= batch.eventRecords()
      listener(records)
    }
    for (const listener of this.#advance) listener(durableSeq)
  }
}
