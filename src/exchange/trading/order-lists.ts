/**
 * Lists of orders by owner (an account, a node), oldest first, linked through the handles of their
 * rows: nothing is allocated or hashed where an order comes or goes.
 */
const NONE = -1
const OUT = -2

export class OrderLists {
  #next = new Int32Array(1_024).fill(OUT)
  #prev = new Int32Array(1_024).fill(OUT)
  // by owner, an id from a counter
  #first: number[] = []
  #last: number[] = []
  #count: number[] = []

  count(owner: number): number {
    return this.#count[owner] ?? 0
  }
  /** Puts a handle that is in none of the lists at the end of one. */
  add(owner: number, handle: number): void {
    while (this.#count.length <= owner) this.#addOwner()
    if (handle >= this.#next.length) this.#grow(handle)
    const last = this.#last[owner]!
    this.#next[handle] = NONE
    this.#prev[handle] = last
    if (last === NONE) this.#first[owner] = handle
    else this.#next[last] = handle
    this.#last[owner] = handle
    this.#count[owner]!++
  }
  /** Takes a handle out of its list; one that is in none is ignored. */
  remove(owner: number, handle: number): void {
    const next = this.#next[handle] ?? OUT
    if (next === OUT) return
    const prev = this.#prev[handle]!
    if (prev === NONE) this.#first[owner] = next
    else this.#next[prev] = next
    if (next === NONE) this.#last[owner] = prev
    else this.#prev[next] = prev
    this.#next[handle] = OUT
    this.#count[owner]!--
  }
  /** The handles of an owner, as they are now. */
  of(owner: number): number[] {
    const handles: number[] = []
    for (let at = this.#first[owner] ?? NONE; at !== NONE; at = this.#next[at]!) handles.push(at)
    return handles
  }
  clear(): void {
    this.#next.fill(OUT)
    this.#first = []
    this.#last = []
    this.#count = []
  }

  #addOwner(): void {
    this.#first.push(NONE)
    this.#last.push(NONE)
    this.#count.push(0)
  }
  #grow(handle: number): void {
    let size = this.#next.length
    while (size <= handle) size *= 2
    const next = new Int32Array(size).fill(OUT)
    next.set(this.#next)
    this.#next = next
    const prev = new Int32Array(size).fill(OUT)
    prev.set(this.#prev)
    this.#prev = prev
  }
}
