import type { Counts } from './counts.ts'
import type { Draw } from './draw.ts'
import type { FaultLevels } from './faults.ts'
import type { Timeline } from './timeline.ts'

const US_PER_MS = 1_000
const USUAL_MS = 3

/** Messages between the parties and the exchange: lost, doubled, late and out of order. */
export class Network {
  /** nothing goes wrong any more */
  isHealed = false
  /** parties (by account) that nobody can reach now */
  readonly cutOff = new Set<number>()
  /** when the last of a party's messages so far arrives */
  readonly #latestUs = new Map<number, number>()
  readonly #timeline: Timeline
  readonly #draw: Draw
  readonly #levels: FaultLevels
  readonly #counts: Counts

  constructor(timeline: Timeline, draw: Draw, levels: FaultLevels, counts: Counts) {
    this.#timeline = timeline
    this.#draw = draw
    this.#levels = levels
    this.#counts = counts
  }

  /** Brings a message to or from a party: never, once or twice. */
  send(party: number, deliver: () => void): void {
    const { dropPerMille, duplicatePerMille } = this.#levels
    if (this.isHealed) {
      this.#later(party, deliver, this.#draw.between(1, USUAL_MS))
      return
    }
    if (this.cutOff.has(party)) {
      this.#counts.add('fault', 'message-partitioned')
      return
    }
    if (this.#draw.chance(dropPerMille)) {
      this.#counts.add('fault', 'message-dropped')
      return
    }
    this.#deliver(party, deliver)
    if (!this.#draw.chance(duplicatePerMille)) return
    this.#counts.add('fault', 'message-duplicated')
    this.#deliver(party, deliver)
  }

  #deliver(party: number, deliver: () => void): void {
    const { delayPerMille, delayMaxMs } = this.#levels
    const isLate = this.#draw.chance(delayPerMille)
    if (isLate) this.#counts.add('fault', 'message-delayed')
    this.#later(party, deliver, this.#draw.between(1, isLate ? delayMaxMs : USUAL_MS))
  }
  // Whole milliseconds, so that messages meet and the engine gets batches.
  #later(party: number, deliver: () => void, delayMs: number): void {
    const nowMs = Math.floor(this.#timeline.nowUs / US_PER_MS)
    const atUs = (nowMs + delayMs) * US_PER_MS
    const latestUs = this.#latestUs.get(party) ?? 0
    if (atUs < latestUs) this.#counts.add('fault', 'message-reordered')
    this.#latestUs.set(party, Math.max(atUs, latestUs))
    this.#timeline.after(atUs - this.#timeline.nowUs, deliver)
  }
}
