import type { EventLog } from '../messages/index.ts'
import type { Clock } from './clock.ts'

const RETRY_MS = 100

/**
 * A slow event log holds the engine up instead of filling the memory: commands wait in the queue,
 * which refuses when it is full.
 */
export class EventsGate {
  readonly #events: EventLog
  readonly #limitBytes: number
  readonly #clock: Clock
  readonly #goOn: () => void
  #isWaiting = false

  /** `goOn` is called when a look is worth it after `mustWait` said yes. */
  constructor(events: EventLog, limitBytes: number, clock: Clock, goOn: () => void) {
    this.#events = events
    this.#limitBytes = limitBytes
    this.#clock = clock
    this.#goOn = goOn
  }

  /** Is too much waiting to be written? */
  mustWait(): boolean {
    if (this.#events.pendingBytes < this.#limitBytes) return false
    if (this.#isWaiting) return true
    this.#isWaiting = true
    const look = (): void => {
      this.#isWaiting = false
      this.#goOn()
    }
    this.#events.flush().then(look, () => this.#clock.after(RETRY_MS, look))
    return true
  }
}
