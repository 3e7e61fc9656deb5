/**
 * An allocation. Most have one lease, no workload and no cap, and then all of it lies in its record;
 * what the others have is an object of its own.
 */
import { RecordView, type Cells } from '../cells.ts'
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

export class AllocationRow extends RecordView implements AllocationFields {
  readonly #rare: Map<number, AllocationRarities>

  /** `rare` has the rarities of the allocations that have any, by allocation. */
  constructor(cells: Cells, record: number, rare: Map<number, AllocationRarities>) {
    super(cells, record)
    this.#rare = rare
  }

  get allocation(): number {
    return this.double(ALLOCATION)
  }
  set allocation(value: number) {
    this.setDouble(ALLOCATION, value)
  }
  get order(): number {
    return this.double(ORDER)
  }
  set order(value: number) {
    this.setDouble(ORDER, value)
  }
  get openedAtUs(): number {
    return this.double(OPENED_AT_US)
  }
  set openedAtUs(value: number) {
    this.setDouble(OPENED_AT_US, value)
  }
  get retiredRank(): number {
    return this.double(RETIRED_RANK)
  }
  set retiredRank(value: number) {
    this.setDouble(RETIRED_RANK, value)
  }
  get account(): number {
    return this.u32(ACCOUNT)
  }
  set account(value: number) {
    this.set32(ACCOUNT, value)
  }
  get key(): number {
    return this.u32(KEY)
  }
  set key(value: number) {
    this.set32(KEY, value)
  }
  get durationSeconds(): number | null {
    return this.bits(FLAGS, HAS_DURATION, ONE) === 0 ? null : this.u32(DURATION_SECONDS)
  }
  set durationSeconds(value: number | null) {
    this.setBits(FLAGS, HAS_DURATION, ONE, value === null ? 0 : 1)
    this.set32(DURATION_SECONDS, value ?? 0)
  }
  get closed(): boolean {
    return this.bits(FLAGS, CLOSED, ONE) === 1
  }
  set closed(value: boolean) {
    this.setBits(FLAGS, CLOSED, ONE, value ? 1 : 0)
  }
  /** Link to the allocation that the same order had before this one. */
  get older(): number {
    return this.i32(OLDER)
  }
  set older(value: number) {
    this.set32(OLDER, value)
  }
  /** The only lease; 0 where there are several. */
  get onlyLease(): number {
    const leases = this.#own?.leases
    if (leases === undefined) return this.double(LEASE)
    return leases.length === 1 ? leases[0]! : 0
  }
  get leases(): number[] {
    return this.#own?.leases ?? [this.double(LEASE)]
  }
  set leases(value: number[]) {
    const [first = 0] = value
    this.setDouble(LEASE, first)
    if (value.length !== 1) this.#toOwn().leases = [...value]
  }
  get workloads(): number[] {
    return this.#own?.workloads ?? []
  }
  addWorkload(workload: number): void {
    this.#toOwn().workloads.push(workload)
  }
  get capMicro(): bigint | null {
    return this.#own?.capMicro ?? null
  }
  set capMicro(value: bigint | null) {
    if (value !== this.capMicro) this.#toOwn().capMicro = value
  }
  /** Before the record goes. */
  dropRarities(): void {
    if (this.bits(FLAGS, IS_RARE, ONE) === 1) this.#rare.delete(this.allocation)
  }

  get #own(): AllocationRarities | undefined {
    return this.bits(FLAGS, IS_RARE, ONE) === 0 ? undefined : this.#rare.get(this.allocation)
  }
  /** `allocation` and the first lease are set before. */
  #toOwn(): AllocationRarities {
    const known = this.#own
    if (known !== undefined) return known
    const rare = { capMicro: null, leases: [this.double(LEASE)], workloads: [] }
    this.setBits(FLAGS, IS_RARE, ONE, 1)
    this.#rare.set(this.allocation, rare)
    return rare
  }
}
