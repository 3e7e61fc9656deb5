/**
 * The numbers that every order and every second of delivery changes, of all members, accounts and keys:
 * four of each side by side, so that those of one path, made one after the other, share cache lines.
 */
const STRIDE = 4
const COMMITTED = 0
const TODAY = 1
const DAY = 2
const FIRST = 64

export class SpendingSums {
  #numbers = new Float64Array(FIRST * STRIDE)
  #size = 0

  /** A place for one more row, with nothing in it. */
  take(): number {
    if (this.#size * STRIDE === this.#numbers.length) {
      const numbers = new Float64Array(this.#numbers.length * 2)
      numbers.set(this.#numbers)
      this.#numbers = numbers
    }
    return this.#size++
  }
  /** Held and escrowed worst case, not spent yet, in micro-units. */
  committed(place: number): number {
    return this.#numbers[place * STRIDE + COMMITTED]!
  }
  setCommitted(place: number, micro: number): void {
    this.#numbers[place * STRIDE + COMMITTED] = micro
  }
  /** Spent on the row's day and in none of its sums yet, in micro-units. */
  today(place: number): number {
    return this.#numbers[place * STRIDE + TODAY]!
  }
  setToday(place: number, micro: number): void {
    this.#numbers[place * STRIDE + TODAY] = micro
  }
  /** UTC day that the row is about. */
  day(place: number): number {
    return this.#numbers[place * STRIDE + DAY]!
  }
  setDay(place: number, day: number): void {
    this.#numbers[place * STRIDE + DAY] = day
  }
  /** So much more committed in all of a run of places; false, and nothing is done, where it would fall below zero. */
  commitRun(first: number, count: number, micro: number): boolean {
    const numbers = this.#numbers
    const end = (first + count) * STRIDE
    for (let at = first * STRIDE; at < end; at += STRIDE) {
      if (numbers[at + COMMITTED]! + micro < 0) return false
    }
    for (let at = first * STRIDE; at < end; at += STRIDE) numbers[at + COMMITTED]! += micro
    return true
  }
  /**
   * Of what is committed in all of a run, `paid` is spent today and the rest of `taken` is free again;
   * false, and nothing is done, where a row is of another day or a sum would leave its bounds.
   */
  settleRun(first: number, count: number, taken: number, paid: number, day: number): boolean {
    const numbers = this.#numbers
    const end = (first + count) * STRIDE
    for (let at = first * STRIDE; at < end; at += STRIDE) {
      const isRight =
        numbers[at + DAY] === day &&
        numbers[at + COMMITTED]! >= taken &&
        numbers[at + TODAY]! + paid <= Number.MAX_SAFE_INTEGER
      if (!isRight) return false
    }
    for (let at = first * STRIDE; at < end; at += STRIDE) {
      numbers[at + COMMITTED]! -= taken
      numbers[at + TODAY]! += paid
    }
    return true
  }
}
