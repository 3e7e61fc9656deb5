/**
 * An allocation. Most have one lease, no workload and no cap, and then all of it lies in its record;
 * what the others have is an object of its own.
 */
import type { Cells } from '../cells.ts'
import type { AllocationFields } from './rows.ts'

/** What only some allocations have. */
export interface AllocationRarities {
  capMicro: bigint | null
  leases: number[]
  readonly workloads: number[]
}

// doubles of a record
const ALLOCATION = 0
const ORDER = 1
const OPENED_AT_US = 2
const RETIRED_RANK = 3
/** the first of its leases, where it is not rare */
const LEASE = 4
// words of a record, behind its doubles
const ACCOUNT = 10
const KEY = 11
const DURATION_SECONDS = 12
const OLDER = 13
const FLAGS = 14
export const ALLOCATION_WORDS = 16

// bits of the flags
const CLOSED = 0
const HAS_DURATION = 1
const IS_RARE = 2
const ONE = 1

export class AllocationRow implements AllocationFields {
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #word: number
  readonly #double: number
  readonly #rare: Map<number, AllocationRarities>

  /** `rare` has the rarities of the allocations that have any, by allocation. */
  constructor(cells: Cells, record: number, rare: Map<number, AllocationRarities>) {
    const { words, doubles } = cells.pageOf(record)
    this.#words = words
    this.#doubles = doubles
    this.#word = cells.wordOf(record)
    this.#double = this.#word >>> 1
    this.#rare = rare
  }

  get allocation(): number {
    return this.#doubles[this.#double + ALLOCATION]!
  }
  set allocation(value: number) {
    this.#doubles[this.#double + ALLOCATION] = value
  }
  get order(): number {
    return this.#doubles[this.#double + ORDER]!
  }
  set order(value: number) {
    this.#doubles[this.#double + ORDER] = value
  }
  get openedAtUs(): number {
    return this.#doubles[this.#double + OPENED_AT_US]!
  }
  set openedAtUs(value: number) {
    this.#doubles[this.#double + OPENED_AT_US] = value
  }
  get retiredRank(): number {
    return this.#doubles[this.#double + RETIRED_RANK]!
  }
  set retiredRank(value: number) {
    this.#doubles[this.#double + RETIRED_RANK] = value
  }
  get account(): number {
    return this.#words[this.#word + ACCOUNT]! >>> 0
  }
  set account(value: number) {
    this.#words[this.#word + ACCOUNT] = value
  }
  get key(): number {
    return this.#words[this.#word + KEY]! >>> 0
  }
  set key(value: number) {
    this.#words[this.#word + KEY] = value
  }
  get durationSeconds(): number | null {
    return this.#bits(HAS_DURATION, ONE) === 0
      ? null
      : this.#words[this.#word + DURATION_SECONDS]! >>> 0
  }
  set durationSeconds(value: number | null) {
    this.#setBits(HAS_DURATION, ONE, value === null ? 0 : 1)
    this.#words[this.#word + DURATION_SECONDS] = value ?? 0
  }
  get closed(): boolean {
    return this.#bits(CLOSED, ONE) === 1
  }
  set closed(value: boolean) {
    this.#setBits(CLOSED, ONE, value ? 1 : 0)
  }
  /** Link to the allocation that the same order had before this one. */
  get older(): number {
    return this.#words[this.#word + OLDER]!
  }
  set older(value: number) {
    this.#words[this.#word + OLDER] = value
  }
  /** The only lease; 0 where there are several. */
  get onlyLease(): number {
    const leases = this.#own()?.leases
    if (leases === undefined) return this.#doubles[this.#double + LEASE]!
    return leases.length === 1 ? leases[0]! : 0
  }
  get leases(): number[] {
    return this.#own()?.leases ?? [this.#doubles[this.#double + LEASE]!]
  }
  set leases(value: number[]) {
    const [first = 0] = value
    this.#doubles[this.#double + LEASE] = first
    if (value.length !== 1) this.#toOwn().leases = [...value]
  }
  get workloads(): number[] {
    return this.#own()?.workloads ?? []
  }
  addWorkload(workload: number): void {
    this.#toOwn().workloads.push(workload)
  }
  get capMicro(): bigint | null {
    return this.#own()?.capMicro ?? null
  }
  set capMicro(value: bigint | null) {
    if (value !== this.capMicro) this.#toOwn().capMicro = value
  }
  /** Before the record goes. */
  dropRarities(): void {
    if (this.#bits(IS_RARE, ONE) === 1) this.#rare.delete(this.allocation)
  }

  #own(): AllocationRarities | undefined {
    return this.#bits(IS_RARE, ONE) === 0 ? undefined : this.#rare.get(this.allocation)
  }
  /** `allocation` and the first lease are set before. */
  #toOwn(): AllocationRarities {
    const known = this.#own()
    if (known !== undefined) return known
    const rare = { capMicro: null, leases: [this.#doubles[this.#double + LEASE]!], workloads: [] }
    this.#setBits(IS_RARE, ONE, 1)
    this.#rare.set(this.allocation, rare)
    return rare
  }
  #bits(shift: number, mask: number): number {
    return (this.#words[this.#word + FLAGS]! >>> shift) & mask
  }
  #setBits(shift: number, mask: number, value: number): void {
    const at = this.#word + FLAGS
    const words = this.#words
    words[at] = (words[at]! & ~(mask << shift)) | (value << shift)
  }
}
