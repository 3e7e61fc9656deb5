/**
 * Memory of used command ids: one record of eight words an id in typed arrays, found by an open
 * hash (linear probing, backward-shift deletion) and queued by account in the order of use. No object
 * or string is kept, so that millions of ids cost neither look-ups of strings nor garbage collection.
 */
import { Column } from './column.ts'

const STRIDE = 8
const ACCOUNT = 0
const ID = 1
const BODY = 5
/** next id of the same account, or of the free list */
const NEXT = 7
const NONE = -1
/** numbers of an account: how many ids, the first and the last in the order of use, the time of the first */
const ACCOUNT_STRIDE = 4
const COUNT = 0
const HEAD = 1
const TAIL = 2
const OLDEST_MS = 3
const NEAR = 2 ** 22
/** seq of a place in the free list */
const FORGOTTEN = 0

export class CommandIds {
  #records = new Int32Array(1_024 * STRIDE)
  #seqs = new Float64Array(1_024)
  /**
   * two words a place: record + 1, or 0 where the place is empty; and the record's hash, so that the
   * record itself is looked at only where it is the one
   */
  #index = new Int32Array(2 * 4_096)
  #mask = 4_096 - 1
  /** accounts that are no small numbers, and the slots that they have in the column */
  readonly #far = new Map<number, number>()
  /** four numbers by account's slot, each of which every command asks for */
  readonly #accounts = new Column()
  #free = NONE
  #used = 0
  #size = 0

  get size(): number {
    return this.#size
  }
  count(account: number): number {
    return this.#accounts.get(this.#numbersOf(account) + COUNT)
  }
  /** Handle of the id, or -1. `id` is its four words. */
  find(account: number, id: Int32Array): number {
    return this.#index[2 * this.#placeOf(account, id)]! - 1
  }
  /** Reads the places of so many ids, of which only `codeOf` is known; a number that means nothing. */
  touch(codes: Int32Array, count: number): number {
    const index = this.#index
    const mask = this.#mask
    let seen = 0
    for (let at = 0; at < count; at++) seen ^= index[2 * (codes[at]! & mask)]!
    return seen
  }
  /**
   * Adds an id as the youngest of its account; false when it is there. `body` is two words.
   */
  add(account: number, id: Int32Array, body: Int32Array, seq: number): boolean {
    if ((this.#size + 1) * 2 > this.#mask + 1) this.#growIndex()
    const place = this.#placeOf(account, id)
    if (this.#index[2 * place] !== 0) return false
    const record = this.#take()
    this.#index[2 * place] = record + 1
    this.#index[2 * place + 1] = codeOf(account, id[0]!, id[1]!, id[2]!, id[3]!)
    const records = this.#records
    const at = record * STRIDE
    records[at + ACCOUNT] = account
    for (let word = 0; word < 4; word++) records[at + ID + word] = id[word]!
    records[at + BODY] = body[0]!
    records[at + BODY + 1] = body[1]!
    records[at + NEXT] = NONE
    this.#seqs[record] = seq
    const accounts = this.#accounts
    const own = this.#numbersOf(account)
    const count = accounts.get(own + COUNT)
    if (count > 0) records[accounts.get(own + TAIL) * STRIDE + NEXT] = record
    else {
      accounts.set(own + HEAD, record)
      accounts.set(own + OLDEST_MS, timeMsOf(id[0]!, id[1]!))
    }
    accounts.set(own + TAIL, record)
    accounts.set(own + COUNT, count + 1)
    this.#size++
    return true
  }
  /** Time of the id that the account used first of those it has; Infinity where it has none. */
  oldestMs(account: number): number {
    const own = this.#numbersOf(account)
    return this.#accounts.get(own + COUNT) === 0 ? Infinity : this.#accounts.get(own + OLDEST_MS)
  }
  /** Forgets the id that the account used first. */
  dropOldest(account: number): void {
    const accounts = this.#accounts
    const own = this.#numbersOf(account)
    const record = accounts.get(own + HEAD)
    const next = this.#records[record * STRIDE + NEXT]!
    accounts.set(own + HEAD, next)
    if (next !== NONE) accounts.set(own + OLDEST_MS, this.timeMs(next))
    accounts.set(own + COUNT, accounts.get(own + COUNT) - 1)
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
  /** Accounts come from a counter and are their own slots; a strange snapshot may have any. */
  #numbersOf(account: number): number {
    if (account < NEAR) return account * ACCOUNT_STRIDE
    let slot = this.#far.get(account)
    if (slot === undefined) this.#far.set(account, (slot = NEAR + this.#far.size))
    return slot * ACCOUNT_STRIDE
  }
  /** Place of the id in the index, or the empty one where it belongs. */
  #placeOf(account: number, id: Int32Array): number {
    const records = this.#records
    const index = this.#index
    const mask = this.#mask
    const code = codeOf(account, id[0]!, id[1]!, id[2]!, id[3]!)
    let place = code & mask
    for (;;) {
      const record = index[2 * place]! - 1
      if (record < 0) return place
      const at = record * STRIDE
      if (
        index[2 * place + 1] === code &&
        records[at + ID + 3] === id[3] &&
        records[at + ID + 2] === id[2] &&
        records[at + ID + 1] === id[1] &&
        records[at + ID] === id[0] &&
        records[at + ACCOUNT] === (account | 0)
      ) {
        return place
      }
      place = (place + 1) & mask
    }
  }
  #leave(record: number): void {
    const index = this.#index
    const mask = this.#mask
    const at = record * STRIDE
    const r = this.#records
    let gap = codeOf(r[at]!, r[at + ID]!, r[at + ID + 1]!, r[at + ID + 2]!, r[at + ID + 3]!) & mask
    while (index[2 * gap] !== record + 1) gap = (gap + 1) & mask
    // Those behind move up as long as the gap lies between their home and their place.
    for (let place = (gap + 1) & mask; index[2 * place] !== 0; place = (place + 1) & mask) {
      const home = index[2 * place + 1]! & mask
      if (((place - home) & mask) < ((place - gap) & mask)) continue
      index[2 * gap] = index[2 * place]!
      index[2 * gap + 1] = index[2 * place + 1]!
      gap = place
    }
    index[2 * gap] = 0
  }
  #growIndex(): void {
    const old = this.#index
    this.#mask = this.#mask * 2 + 1
    const index = new Int32Array(old.length * 2)
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] === 0) continue
      let place = old[at + 1]! & this.#mask
      while (index[2 * place] !== 0) place = (place + 1) & this.#mask
      index[2 * place] = old[at]!
      index[2 * place + 1] = old[at + 1]!
    }
    this.#index = index
  }
}

export function timeMsOf(first: number, second: number): number {
  return (first >>> 0) * 65_536 + (second >>> 16)
}

/** Spreads an account and the four words of its id; of the account the low 32 bits count. */
export function codeOf(account: number, a: number, b: number, c: number, d: number): number {
  let h = Math.imul(account ^ a, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15) ^ b, 0x85ebca77)
  h = Math.imul(h ^ (h >>> 13) ^ c, 0xc2b2ae3d)
  h = Math.imul(h ^ (h >>> 16) ^ d, 0x27d4eb2f)
  return h ^ (h >>> 15)
}
