/** What a lease without an end uses, in a record: there is one for every lease that runs. */
import type { Resources } from '../../messages/index.ts'
import type { Cells } from '../cells.ts'
import type { UseRow } from './rows.ts'

// doubles of a record
const ID = 0
const SUBJECT = 1
const FROM_US = 2
// words of a record, behind its doubles
const NODE = 6
const SKU = 7
const UNITS = 8
/** four words */
const RESOURCES = 9
export const LEASE_USE_WORDS = 14

export class LeaseUse implements UseRow {
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #word: number
  readonly #double: number

  constructor(cells: Cells, record: number) {
    const { words, doubles } = cells.pageOf(record)
    this.#words = words
    this.#doubles = doubles
    this.#word = cells.wordOf(record)
    this.#double = this.#word >>> 1
  }

  get kind(): 'lease' {
    return 'lease'
  }
  get untilUs(): null {
    return null
  }
  get reason(): string {
    return ''
  }
  get startTimer(): number {
    return 0
  }
  get endTimer(): number {
    return 0
  }
  get id(): number {
    return this.#doubles[this.#double + ID]!
  }
  get subject(): number {
    return this.#doubles[this.#double + SUBJECT]!
  }
  get fromUs(): number {
    return this.#doubles[this.#double + FROM_US]!
  }
  get node(): number {
    return this.#words[this.#word + NODE]! >>> 0
  }
  get sku(): number {
    return this.#words[this.#word + SKU]! >>> 0
  }
  get units(): number {
    return this.#words[this.#word + UNITS]! >>> 0
  }
  get resources(): Resources {
    return {
      cores: this.#words[this.#word + RESOURCES]! >>> 0,
      memoryMib: this.#words[this.#word + RESOURCES + 1]! >>> 0,
      diskMib: this.#words[this.#word + RESOURCES + 2]! >>> 0,
      cards: this.#words[this.#word + RESOURCES + 3]! >>> 0,
    }
  }
  /** Of a new record, before anything is read of it. */
  set(
    id: number,
    use: Pick<UseRow, 'node' | 'subject' | 'sku' | 'units' | 'resources' | 'fromUs'>,
  ): void {
    this.#doubles[this.#double + ID] = id
    this.#doubles[this.#double + SUBJECT] = use.subject
    this.#doubles[this.#double + FROM_US] = use.fromUs
    this.#words[this.#word + NODE] = use.node
    this.#words[this.#word + SKU] = use.sku
    this.#words[this.#word + UNITS] = use.units
    const { cores, memoryMib, diskMib, cards } = use.resources
    this.#words[this.#word + RESOURCES] = cores
    this.#words[this.#word + RESOURCES + 1] = memoryMib
    this.#words[this.#word + RESOURCES + 2] = diskMib
    this.#words[this.#word + RESOURCES + 3] = cards
  }
}
