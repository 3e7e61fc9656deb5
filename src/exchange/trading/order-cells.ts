/** Memory of order records, in one piece that grows by doubling. */
import { NO_RARITIES, type Rarities } from './order-rarities.ts'

/** Words of a record; as many bytes as two cache lines. */
export const ORDER_WORDS = 32
export const ORDER_DOUBLES = ORDER_WORDS / 2
/** Bit of the last word, the flags: the order has something of what few have. */
export const IS_RARE = 20
const FIRST = 4_096

export class OrderCells {
  words: Int32Array
  doubles: Float64Array
  /** what few orders have, by record; of the others, whose flags say so, anything */
  readonly rare: Rarities[] = []
  #room = FIRST

  constructor() {
    const buffer = new ArrayBuffer(FIRST * ORDER_WORDS * Int32Array.BYTES_PER_ELEMENT)
    this.words = new Int32Array(buffer)
    this.doubles = new Float64Array(buffer)
  }
  /** Makes room for the record with this number. */
  reach(handle: number): void {
    while (this.rare.length <= handle) this.rare.push(NO_RARITIES)
    if (handle < this.#room) return
    while (this.#room <= handle) this.#room *= 2
    const buffer = new ArrayBuffer(this.#room * ORDER_WORDS * Int32Array.BYTES_PER_ELEMENT)
    const words = new Int32Array(buffer)
    words.set(this.words)
    this.words = words
    this.doubles = new Float64Array(buffer)
  }
  /** Copies a record of another piece of memory here. */
  copy(from: OrderCells, source: number, target: number): void {
    this.reach(target)
    const { words } = this
    const theirs = from.words
    let to = target * ORDER_WORDS
    const end = (source + 1) * ORDER_WORDS
    // As words: a number that is no double might not survive being read as one.
    for (let at = source * ORDER_WORDS; at < end; at++) words[to++] = theirs[at]!
    const flags = words[(target + 1) * ORDER_WORDS - 1]!
    if (((flags >>> IS_RARE) & 1) === 1) this.rare[target] = from.rare[source]!
  }
}
