/**
 * Memory of all resting orders and price levels: typed arrays with free lists, no allocation per
 * order (spec/engine.md section 6). A slot is a handle: it stays the same while the order rests.
 */
const STRIDE = 8
/** fields of an order */
export const NEXT = 0
export const PREV = 1
export const LEVEL = 2
export const UNITS = 3
/** fields of a level; NEXT links its free list */
export const HEAD = 1
export const TAIL = 2
export const COUNT = 3
export const SIDE = 4
/** "none" in every link */
export const NONE = -1

/** Records of eight 32-bit integers, taken and given back last in, first out. */
class Records {
  fields: Int32Array
  #free = NONE
  #used = 0

  constructor(capacity: number) {
    this.fields = new Int32Array(capacity * STRIDE)
  }
  /** Offset of a record whose fields are to be set by the caller. */
  take(): number {
    const free = this.#free
    if (free !== NONE) {
      this.#free = this.fields[free + NEXT]!
      return free
    }
    const at = this.#used
    this.#used += STRIDE
    if (this.#used > this.fields.length) {
      const larger = new Int32Array(this.fields.length * 2)
      larger.set(this.fields)
      this.fields = larger
    }
    return at
  }
  give(at: number): void {
    this.fields[at + NEXT] = this.#free
    this.#free = at
  }
}

export class OrderPool<T> {
  readonly orders = new Records(1_024)
  readonly levels = new Records(256)
  /** what each order slot stands for */
  readonly items: (T | undefined)[] = []
  /** units resting on each level, and its price in ticks */
  readonly totals: number[] = []
  readonly prices: number[] = []
}

/** Index of a record in arrays beside the records. */
export function indexOf(at: number): number {
  return at / STRIDE
}
