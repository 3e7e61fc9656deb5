/** Silence after which the other end is asked whether it is there. */
const QUIET_MS = 10_000
/** How long it may take to answer, or a connection to come about. */
const ANSWER_MS = 10_000
/** How often to look. */
export const PULSE_MS = 2_500

/**
 * Whether a connection still carries anything. One that was cut on the way tells nobody: without a
 * question of ours it would be taken for a quiet one until the system gives up sending, a quarter of
 * an hour later. Only a question that stayed open counts, so timers that a browser slows down for
 * pages in the background are no sign. Times are monotonic milliseconds.
 */
export class Pulse {
  #heardMs: number
  #askedMs: number | null

  /** A new connection is one that was asked to come about. */
  constructor(nowMs: number) {
    this.#heardMs = nowMs
    this.#askedMs = nowMs
  }

  heard(nowMs: number): void {
    this.#heardMs = nowMs
    this.#askedMs = null
  }

  /** To be called now and then. `ask`: send something that must be answered. */
  look(nowMs: number): 'alive' | 'ask' | 'gone' {
    if (this.#askedMs !== null) return nowMs - this.#askedMs >= ANSWER_MS ? 'gone' : 'alive'
    if (nowMs - this.#heardMs < QUIET_MS) return 'alive'
    this.#askedMs = nowMs
    return 'ask'
  }
}
