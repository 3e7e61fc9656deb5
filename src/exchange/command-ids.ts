/**
 * Memory of used command ids: one record of eight words an id in typed arrays, found by an open
 * hash (linear probing, backward-shift deletion) and queued by account in the order of use. No object
 * or string is kept, so that millions of ids cost neither look-ups of strings nor garbage collection.
 */
const STRIDE = 8
const ACCOUNT = 0
const ID = 1
const BODY = 5
/** next id of the same account, or of the free list */
const NEXT = 7
const NONE = -1
/** seq of a place in the free list */
const FORGOTTEN = 0

/** Ids of one account, oldest use first. */
interface Queue {
  head: number
  tail: number
  count: number
}

export class CommandIds {
  #records = new Int32Array(1_024 * STRIDE)
  #seqs = new Float64Array(1_024)
  /** record + 1, or 0 where the place is empty */
  #index = new Int32Array(4_096)
  #queues: (Queue | undefined)[] = []
  #free = NONE
  #used = 0
  #size = 0

  get size(): number {
    return this.#size
  }
  count(account: number): number {
    return this.#queues[account]?.count ?? 0
  }
  /** Handle of the id, or -1. `id` is its four words. */
  find(account: number, id: Int32Array): number {
    const records = this.#records
    const mask = this.#index.length - 1
    let place = hash(account, id[0]!, id[1]!, id[2]!, id[3]!) & mask
    for (;;) {
      const record = this.#index[place]! - 1
      if (record < 0) return NONE
      const at = record * STRIDE
      if (
        records[at + ID + 3] === id[3] &&
        records[at + ID + 2] === id[2] &&
        records[at + ID + 1] === id[1] &&
        records[at + ID] === id[0] &&
        records[at + ACCOUNT] === (account | 0)
      ) {
        return record
      }
      place = (place + 1) & mask
    }
  }
  /** Adds an id that is not there, as the youngest of its account. `body` is two words. */
  add(account: number, id: Int32Array, body: Int32Array, seq: number): void {
    if ((this.#size + 1) * 2 > this.#index.length) this.#growIndex()
    const record = this.#take()
    const records = this.#records
    const at = record * STRIDE
    records[at + ACCOUNT] = account
    for (let word = 0; word < 4; word++) records[at + ID + word] = id[word]!
    records[at + BODY] = body[0]!
    records[at + BODY + 1] = body[1]!
    records[at + NEXT] = NONE
    this.#seqs[record] = seq
    this.#enter(record)
    const queue = this.#queues[account]
    if (queue === undefined) this.#queues[account] = { head: record, tail: record, count: 1 }
    else {
      if (queue.count === 0) queue.head = record
      else records[queue.tail * STRIDE + NEXT] = record
      queue.tail = record
      queue.count++
    }
    this.#size++
  }
  /** Handle of the account's oldest id, or -1. */
  oldest(account: number): number {
    const queue = this.#queues[account]
    return queue === undefined || queue.count === 0 ? NONE : queue.head
  }
  /** Forgets the account's oldest id. */
  dropOldest(account: number): void {
    const queue = this.#queues[account]!
    const record = queue.head
    queue.head = this.#records[record * STRIDE + NEXT]!
    queue.count--
    this.#leave(record)
    this.#records[record * STRIDE + NEXT] = this.#free
    this.#seqs[record] = FORGOTTEN
    this.#free = record
    this.#size--
  }

  seq(record: number): number {
    return this.#seqs[record]!
  }
  account(record: number): number {
    return this.#records[record * STRIDE + ACCOUNT]! >>> 0
  }
  /** Unix milliseconds in the first 48 bits of the id. */
  timeMs(record: number): number {
    const at = record * STRIDE + ID
    return timeMsOf(this.#records[at]!, this.#records[at + 1]!)
  }
  hasBody(record: number, body: Int32Array): boolean {
    const at = record * STRIDE + BODY
    return this.#records[at] === body[0] && this.#records[at + 1] === body[1]
  }
  /** Words 0 to 3 are those of the id, 4 and 5 those of the body. */
  word(record: number, word: number): number {
    return this.#records[record * STRIDE + ID + word]!
  }
  /** All handles in the order of use. */
  all(): number[] {
    const handles: number[] = []
    // Places are taken in the order of use until some are taken again: mostly there is little to sort.
    for (let record = 0; record < this.#used; record++) {
      if (this.#seqs[record] !== FORGOTTEN) handles.push(record)
    }
    return handles.sort((a, b) => this.#seqs[a]! - this.#seqs[b]!)
  }

  #take(): number {
    if (this.#free !== NONE) {
      const record = this.#free
      this.#free = this.#records[record * STRIDE + NEXT]!
      return record
    }
    if (this.#used === this.#seqs.length) {
      const records = new Int32Array(this.#records.length * 2)
      records.set(this.#records)
      this.#records = records
      const seqs = new Float64Array(this.#seqs.length * 2)
      seqs.set(this.#seqs)
      this.#seqs = seqs
    }
    return this.#used++
  }
  #home(record: number): number {
    const at = record * STRIDE
    const r = this.#records
    return hash(r[at]!, r[at + ID]!, r[at + ID + 1]!, r[at + ID + 2]!, r[at + ID + 3]!)
  }
  #enter(record: number): void {
    const mask = this.#index.length - 1
    let place = this.#home(record) & mask
    while (this.#index[place] !== 0) place = (place + 1) & mask
    this.#index[place] = record + 1
  }
  #leave(record: number): void {
    const index = this.#index
    const mask = index.length - 1
    let gap = this.#home(record) & mask
    while (index[gap] !== record + 1) gap = (gap + 1) & mask
    // Those behind move up as long as the gap lies between their home and their place.
    for (let place = (gap + 1) & mask; index[place] !== 0; place = (place + 1) & mask) {
      const home = this.#home(index[place]! - 1) & mask
      if (((place - home) & mask) < ((place - gap) & mask)) continue
      index[gap] = index[place]!
      gap = place
    }
    index[gap] = 0
  }
  #growIndex(): void {
    const old = this.#index
    this.#index = new Int32Array(old.length * 2)
    for (const entry of old) if (entry !== 0) this.#enter(entry - 1)
  }
}

export function timeMsOf(first: number, second: number): number {
  return (first >>> 0) * 65_536 + (second >>> 16)
}

function hash(account: number, a: number, b: number, c: number, d: number): number {
  let h = Math.imul(account ^ a, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15) ^ b, 0x85ebca77)
  h = Math.imul(h ^ (h >>> 13) ^ c, 0xc2b2ae3d)
  h = Math.imul(h ^ (h >>> 16) ^ d, 0x27d4eb2f)
  return h ^ (h >>> 15)
}
