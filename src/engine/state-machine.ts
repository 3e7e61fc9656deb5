import type { Writer } from '../kernel/index.ts'
import type { Answers, Envelope, EventKind, Outcome, Refusal } from '../messages/index.ts'

/** What is known of a command's id before it is executed. */
export type Lookup =
  | { readonly kind: 'new' }
  | { readonly kind: 'replay'; readonly seq: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** One command in its place: times never go back, seqs have no gap. */
export interface Entry {
  readonly seq: number
  readonly timeUs: number
  readonly envelope: Envelope
}

/** What the engine drives. Deterministic: the same entries give the same outcomes and hashes. */
export interface StateMachine {
  /** Was this id used (idempotency), and may the command be tried? Changes nothing. */
  lookup(envelope: Envelope, timeUs: number): Lookup
  /** Checks and applies. Throws only when the program is wrong. */
  execute(entry: Entry): Outcome
  /** Due time of the first armed timer, or null. */
  nextDueUs(): number | null
  readonly answers: Answers
  snapshot(): Uint8Array
  /** Takes the state of a snapshot. Throws on one that this software cannot read. */
  load(bytes: Uint8Array): void
  /** Hex hash over the whole logical state. */
  stateHash(): string
  /** for the commands that are many; the same results as through the methods above */
  readonly raw?: RawDoor
}

/** The raw door is told of so many commands at once. */
export const AHEAD = 64

/**
 * The same machine over bytes: what a command is and what it did need not become objects. `from` and
 * `until` bound the encoded envelope.
 */
export interface RawDoor {
  /** every kind of event that its commands can have; absent: any */
  readonly kinds?: ReadonlySet<EventKind>
  /** Is this a command for this door, in its one canonical encoding? Looks at the bytes alone. */
  takes(bytes: Uint8Array, from: number, until: number): boolean
  /** As `lookup` of the machine; null for a new one. */
  lookup(bytes: Uint8Array, from: number, until: number, timeUs: number): Lookup | null
  /**
   * This command comes soon: it is executed as if this had not been said, and perhaps sooner. `gather`
   * follows after a few dozen of them, before the first is executed.
   */
  expect?(bytes: Uint8Array, from: number, until: number): void
  gather?(): void
  /** As `execute` of the machine: writes the encoded outcome. */
  execute(
    seq: number,
    timeUs: number,
    bytes: Uint8Array,
    from: number,
    until: number,
    outcome: Writer,
  ): void
}
