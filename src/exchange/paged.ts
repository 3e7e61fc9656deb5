/**
 * Values by an integer key that comes from a counter, in pages: a look-up is two loads and no hash. A
 * page goes with its last value.
 */
import { fail } from '../kernel/index.ts'

interface Page<T> {
  readonly values: (T | undefined)[]
  count: number
}
const PAGE_BITS = 10
const PAGE = 2 ** PAGE_BITS
const SMALL_KEY = 2 ** 31 - 1
/** A copy of it has no holes, and is made at once: a snapshot that is loaded makes hundreds of pages. */
const EMPTY = Array.from<undefined>({ length: PAGE })
/** 2^36 keys; from 2^27 pages on V8 does not throw but ends the process */
const PAGES_MAX = 2 ** 26

export class Paged<T> {
  readonly #name: string
  #pages: (Page<T> | undefined)[] = []
  #size = 0

  /** `name` is for the words of an assert. */
  constructor(name: string) {
    this.#name = name
  }
  get size(): number {
    return this.#size
  }
  get(key: number): T | undefined {
    // Nearly all keys have 31 bits, and then the page is found without a division.
    if (key >= 0 && key <= SMALL_KEY) {
      return this.#pages[key >> PAGE_BITS]?.values[key & (PAGE - 1)]
    }
    const number = Math.floor(key / PAGE)
    return this.#pages[number]?.values[key - number * PAGE]
  }
  set(key: number, value: T): void {
    const number = Math.floor(key / PAGE)
    const page = this.#pages[number] ?? this.#newPage(number)
    const at = key - number * PAGE
    if (page.values[at] === undefined) {
      page.count++
      this.#size++
    }
    page.values[at] = value
  }
  delete(key: number): boolean {
    const number = Math.floor(key / PAGE)
    const page = this.#pages[number]
    const at = key - number * PAGE
    if (page?.values[at] === undefined) return false
    page.values[at] = undefined
    this.#size--
    // The last page stays: where values come and go one by one, each would need a page of its own.
    if (--page.count === 0 && number < this.#pages.length - 1) this.#pages[number] = undefined
    return true
  }
  /** In the order of keys; the one that was given may be deleted before the next is asked for. */
  *values(): Generator<T> {
    for (const page of this.#pages) {
      if (page === undefined) continue
      for (const value of page.values) if (value !== undefined) yield value
    }
  }
  all(): T[] {
    const all: T[] = []
    for (const page of this.#pages) {
      if (page === undefined) continue
      for (const value of page.values) if (value !== undefined) all.push(value)
    }
    return all
  }
  clear(): void {
    this.#pages = []
    this.#size = 0
  }

  #newPage(number: number): Page<T> {
    if (number >= PAGES_MAX) fail(`${this.#name}: a key beyond all counters`)
    const last = this.#pages.length - 1
    if (number > last && this.#pages[last]?.count === 0) this.#pages[last] = undefined
    while (this.#pages.length <= number) this.#pages.push(undefined)
    const page: Page<T> = { values: EMPTY.slice(), count: 0 }
    this.#pages[number] = page
    return page
  }
}
