/** Where the row with an id is, in pages of words: ids come from a counter and are not hashed. */
import { fail } from '../kernel/index.ts'

const PAGE = 4_096
/** 2^38 ids */
const PAGES_MAX = 2 ** 26

interface Page {
  readonly places: Int32Array
  /** of its ids that are known */
  count: number
}

/** A place is a number that is not zero, its meaning the caller's; zero is "not known". */
export class IdDirectory {
  #pages: (Page | undefined)[] = []

  get(id: number): number {
    const number = Math.floor(id / PAGE)
    const page = this.#pages[number]
    return page === undefined ? 0 : page.places[id - number * PAGE]!
  }
  set(id: number, place: number): void {
    const number = Math.floor(id / PAGE)
    const page = this.#pages[number] ?? this.#newPage(number)
    const at = id - number * PAGE
    if (page.places[at] === 0) page.count++
    page.places[at] = place
  }
  forget(id: number): void {
    const number = Math.floor(id / PAGE)
    const page = this.#pages[number]
    const at = id - number * PAGE
    if (page === undefined || page.places[at] === 0) return
    page.places[at] = 0
    // The last page stays: the next ids are its.
    if (--page.count === 0 && number < this.#pages.length - 1) this.#pages[number] = undefined
  }
  /** The places that `wanted` is true of, in the order of ids. */
  places(wanted: (place: number) => boolean): number[] {
    const found: number[] = []
    for (const page of this.#pages) {
      if (page === undefined) continue
      for (const place of page.places) if (place !== 0 && wanted(place)) found.push(place)
    }
    return found
  }

  #newPage(number: number): Page {
    if (number >= PAGES_MAX) fail('an id beyond all counters')
    const last = this.#pages.length - 1
    if (number > last && this.#pages[last]?.count === 0) this.#pages[last] = undefined
    while (this.#pages.length <= number) this.#pages.push(undefined)
    const page = { places: new Int32Array(PAGE), count: 0 }
    this.#pages[number] = page
    return page
  }
}
