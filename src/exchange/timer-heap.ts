/** Due times in order, each with the id of its timer; those of one time in the order of ids. */
const FIRST = 64
/** Children of an entry: four, so that their due times lie side by side in memory. */
const WIDTH_BITS = 2
const WIDTH = 2 ** WIDTH_BITS

export class TimerHeap {
  #dues = new Float64Array(FIRST)
  #ids = new Float64Array(FIRST)
  #size = 0

  get size(): number {
    return this.#size
  }
  /** Of the first entry; there must be one. */
  get dueUs(): number {
    return this.#dues[0]!
  }
  get id(): number {
    return this.#ids[0]!
  }
  push(dueUs: number, id: number): void {
    if (this.#size === this.#dues.length) this.#grow()
    let at = this.#size++
    while (at > 0) {
      const parent = (at - 1) >>> WIDTH_BITS
      if (!this.#isAfter(parent, dueUs, id)) break
      this.#move(parent, at)
      at = parent
    }
    this.#set(at, dueUs, id)
  }
  /** Drops the first entry; there must be one. */
  pop(): void {
    const size = --this.#size
    const dueUs = this.#dues[size]!
    const id = this.#ids[size]!
    let at = 0
    for (;;) {
      const first = at * WIDTH + 1
      if (first >= size) break
      let least = first
      const end = Math.min(first + WIDTH, size)
      for (let child = first + 1; child < end; child++) {
        if (this.#isAfter(least, this.#dues[child]!, this.#ids[child]!)) least = child
      }
      if (this.#isAfter(least, dueUs, id)) break
      this.#move(least, at)
      at = least
    }
    this.#set(at, dueUs, id)
  }
  clear(): void {
    this.#size = 0
  }

  /** Does the entry come after one of this time and id? */
  #isAfter(at: number, dueUs: number, id: number): boolean {
    const due = this.#dues[at]!
    return due > dueUs || (due === dueUs && this.#ids[at]! > id)
  }
  #move(from: number, to: number): void {
    this.#set(to, this.#dues[from]!, this.#ids[from]!)
  }
  #set(at: number, dueUs: number, id: number): void {
    this.#dues[at] = dueUs
    this.#ids[at] = id
  }
  #grow(): void {
    const dues = new Float64Array(this.#size * 2)
    dues.set(this.#dues)
    this.#dues = dues
    const ids = new Float64Array(this.#size * 2)
    ids.set(this.#ids)
    this.#ids = ids
  }
}
