/** Elements of each array of one thread: 3 × 16 MiB, beyond its part of the last-level cache. */
const TRIAD_LENGTH = 2 * 1024 * 1024
/** Bytes moved by one triad pass: two arrays read, one written, as STREAM counts them. */
export const TRIAD_BYTES = TRIAD_LENGTH * 8 * 3
/** Last element of a triad pass. */
export const TRIAD_LAST = 7

/** Steps of one run of the pointer chase. */
export const CHASE_STEPS = 250_000
/** Buffer of the pointer chase: 64 MiB, one step a cache line of 64 bytes. */
const CHASE_LINES = 1024 * 1024
const WORDS_A_LINE = 16

/** STREAM triad a = b + 3·c on doubles. */
export class TriadKernel {
  readonly #a = new Float64Array(TRIAD_LENGTH)
  readonly #b = new Float64Array(TRIAD_LENGTH).fill(1)
  readonly #c = new Float64Array(TRIAD_LENGTH).fill(2)

  /** One pass; returns the last element, which must be TRIAD_LAST. */
  run(): number {
    const [a, b, c] = [this.#a, this.#b, this.#c]
    for (let i = 0; i < TRIAD_LENGTH; i++) a[i] = b[i]! + 3 * c[i]!
    return a[TRIAD_LENGTH - 1]!
  }
}

/** A single random cycle through all lines (Sattolo's shuffle), so that no prefetcher helps. */
export class ChaseKernel {
  readonly #next: Uint32Array
  #at = 0

  constructor() {
    const order = new Uint32Array(CHASE_LINES)
    for (let i = 0; i < CHASE_LINES; i++) order[i] = i
    let state = 0x2545_f491
    for (let i = CHASE_LINES - 1; i > 0; i--) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      const j = (state >>> 0) % i
      const kept = order[i]!
      order[i] = order[j]!
      order[j] = kept
    }
    this.#next = new Uint32Array(CHASE_LINES * WORDS_A_LINE)
    for (let i = 0; i < CHASE_LINES; i++) {
      this.#next[order[i]! * WORDS_A_LINE] = order[(i + 1) % CHASE_LINES]! * WORDS_A_LINE
    }
  }

  /** Takes `steps` dependent loads; returns where it ended. */
  run(steps: number): number {
    const next = this.#next
    let at = this.#at
    for (let i = 0; i < steps; i++) at = next[at]!
    this.#at = at
    return at
  }
}
