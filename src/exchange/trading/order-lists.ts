/**
 * Lists of orders by owner (an account, a node), oldest first, linked through the handles of their
 * rows: nothing is allocated or hashed where an order comes or goes.
 */
const NONE = -1
const OUT = -2
const OWNER_STRIDE = 4
const FIRST = 0
const LAST = 1
const COUNT = 2

export class OrderLists {
  #next = new Int32Array(1_024).fill(OUT)
  #prev = new Int32Array(1_024).fill(OUT)
  /** first, last and count of an owner, an id from a counter */
  #owners = new Int32Array(0)

  count(owner: number): number {
    return this.#owners[owner * OWNER_STRIDE + COUNT] ?? 0
  }
  /** Puts a handle that is in none of the lists at the end of one. */
  add(owner: number, handle: number): void {
    const own = owner * OWNER_STRIDE
    if (own >= this.#owners.length) this.#growOwners(own)
    if (handle >= this.#next.length) this.#grow(handle)
    const owners = this.#owners
    const last = owners[own + COUNT] === 0 ? NONE : owners[own + LAST]!
    this.#next[handle] = NONE
    this.#prev[handle] = last
    if (last === NONE) owners[own + FIRST] = handle
    else this.#next[last] = handle
    owners[own + LAST] = handle
    owners[own + COUNT]!++
  }
  /** Takes a handle out of its list; one that is in none is ignored. */
  remove(owner: number, handle: number): void {
    const next = this.#next[handle] ?? OUT
    if (next === OUT) return
    const owners = this.#owners
    const own = owner * OWNER_STRIDE
    const prev = this.#prev[handle]!
    if (prev === NONE) owners[own + FIRST] = next
    else this.#next[prev] = next
    if (next === NONE) owners[own + LAST] = prev
    else this.#prev[next] = prev
    this.#next[handle] = OUT
    owners[own + COUNT]!--
  }
  /** Reads what `remove` of so many handles would look at; a number that means nothing. */
  touch(handles: Int32Array, count: number): number {
    const next = this.#next
    const prev = this.#prev
    let seen = 0
    for (let at = 0; at < count; at++) {
      const handle = handles[at]!
      const after = next[handle] ?? OUT
      const before = prev[handle] ?? OUT
      if (after >= 0) seen ^= prev[after]!
      if (before >= 0) seen ^= next[before]!
    }
    return seen
  }
  /** The handles of an owner, as they are now. */
  of(owner: number): number[] {
    const handles: number[] = []
    let at = this.count(owner) === 0 ? NONE : this.#owners[owner * OWNER_STRIDE + FIRST]!
    for (; at !== NONE; at = this.#next[at]!) handles.push(at)
    return handles
  }
  clear(): void {
    this.#next.fill(OUT)
    this.#owners = new Int32Array(0)
  }

  #growOwners(own: number): void {
    const owners = new Int32Array(2 * (own + OWNER_STRIDE))
    owners.set(this.#owners)
    this.#owners = owners
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
