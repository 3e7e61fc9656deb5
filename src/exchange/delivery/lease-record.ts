/**
 * A lease. Every field but the rare text of its end lies in one record, in the order in which a bill
 * needs them; money is in safe integers (ADR 0013).
 */
import { fromHex, toHex } from '../../kernel/index.ts'
import { faultParty, isolation, leaseEnd, leaseStatus } from '../../messages/index.ts'
import { fromNull, orNull, type Cells } from '../cells.ts'
import type { LeaseFields } from './rows.ts'

// doubles of a record
const LEASE = 0
const READY_AT_US = 1
const CLOSED_AT_US = 2
const SETTLED_AT_US = 3
const FREED_AT_US = 4
const PRICE_MICRO_PER_HOUR = 5
const PRINCIPAL_MICRO = 6
const FEE_ESCROW_MICRO = 7
const BILLED_MICRO = 8
const BUYER_FEE_MICRO = 9
const SELLER_FEE_MICRO = 10
const ACCRUAL_TIMER = 11
const RENEWAL_TIMER = 12
const END_TIMER = 13
const START_TIMER = 14
const SETTLE_TIMER = 15
const ALLOCATION = 16
const ORDER = 17
const OPENED_AT_US = 18
const START_DEADLINE_US = 19
const UNTIL_US = 20
const BELIEVED_US = 21
const CPU_US = 22
// words of a record, behind its doubles
const INSTRUMENT = 46
const NODE = 47
const BUY_ACCOUNT = 48
const BUY_KEY = 49
const SELL_ACCOUNT = 50
const UNITS = 51
const BUYER_FEE_PPM = 52
const SELLER_FEE_PPM = 53
const HORIZON_SECONDS = 54
const NOTICE_SECONDS = 55
const FUNDED_SECONDS = 56
const CLOCK_SECONDS = 57
const COVERED_SECONDS = 58
const DISCOUNT_SECONDS = 59
const MEMORY_PEAK_MIB = 60
/** four words each */
const RESOURCES = 61
const NONCE = 65
const FLAGS = 69
export const LEASE_WORDS = 70

// bits of the flags: shift, and mask of the unshifted value
const STATUS = 0
/** 0 is none, else the number of the end and one more; of the party as well */
const END = 3
const FAULT = 8
const ISOLATION = 11
const INTERRUPTIBLE = 15
const OPENED = 16
const HAS_DETAIL = 17
const ONE = 1
const THREE = 7
const FOUR = 15
const FIVE = 31

export class LeaseRow implements LeaseFields {
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #word: number
  readonly #double: number
  readonly #details: Map<number, string>

  /** `details` has the texts of the leases that have one, by lease. */
  constructor(cells: Cells, record: number, details: Map<number, string>) {
    const { words, doubles } = cells.pageOf(record)
    this.#words = words
    this.#doubles = doubles
    this.#word = cells.wordOf(record)
    this.#double = this.#word >>> 1
    this.#details = details
  }

  get lease(): number {
    return this.#doubles[this.#double + LEASE]!
  }
  set lease(value: number) {
    this.#doubles[this.#double + LEASE] = value
  }
  get readyAtUs(): number | null {
    return orNull(this.#doubles[this.#double + READY_AT_US]!)
  }
  set readyAtUs(value: number | null) {
    this.#doubles[this.#double + READY_AT_US] = fromNull(value)
  }
  get closedAtUs(): number | null {
    return orNull(this.#doubles[this.#double + CLOSED_AT_US]!)
  }
  set closedAtUs(value: number | null) {
    this.#doubles[this.#double + CLOSED_AT_US] = fromNull(value)
  }
  get settledAtUs(): number | null {
    return orNull(this.#doubles[this.#double + SETTLED_AT_US]!)
  }
  set settledAtUs(value: number | null) {
    this.#doubles[this.#double + SETTLED_AT_US] = fromNull(value)
  }
  get freedAtUs(): number | null {
    return orNull(this.#doubles[this.#double + FREED_AT_US]!)
  }
  set freedAtUs(value: number | null) {
    this.#doubles[this.#double + FREED_AT_US] = fromNull(value)
  }
  get priceMicroPerHour(): number {
    return this.#doubles[this.#double + PRICE_MICRO_PER_HOUR]!
  }
  set priceMicroPerHour(value: number) {
    this.#doubles[this.#double + PRICE_MICRO_PER_HOUR] = value
  }
  get principalMicro(): number {
    return this.#doubles[this.#double + PRINCIPAL_MICRO]!
  }
  set principalMicro(value: number) {
    this.#doubles[this.#double + PRINCIPAL_MICRO] = value
  }
  get feeEscrowMicro(): number {
    return this.#doubles[this.#double + FEE_ESCROW_MICRO]!
  }
  set feeEscrowMicro(value: number) {
    this.#doubles[this.#double + FEE_ESCROW_MICRO] = value
  }
  get billedMicro(): number {
    return this.#doubles[this.#double + BILLED_MICRO]!
  }
  set billedMicro(value: number) {
    this.#doubles[this.#double + BILLED_MICRO] = value
  }
  get buyerFeeMicro(): number {
    return this.#doubles[this.#double + BUYER_FEE_MICRO]!
  }
  set buyerFeeMicro(value: number) {
    this.#doubles[this.#double + BUYER_FEE_MICRO] = value
  }
  get sellerFeeMicro(): number {
    return this.#doubles[this.#double + SELLER_FEE_MICRO]!
  }
  set sellerFeeMicro(value: number) {
    this.#doubles[this.#double + SELLER_FEE_MICRO] = value
  }
  get accrualTimer(): number {
    return this.#doubles[this.#double + ACCRUAL_TIMER]!
  }
  set accrualTimer(value: number) {
    this.#doubles[this.#double + ACCRUAL_TIMER] = value
  }
  get renewalTimer(): number {
    return this.#doubles[this.#double + RENEWAL_TIMER]!
  }
  set renewalTimer(value: number) {
    this.#doubles[this.#double + RENEWAL_TIMER] = value
  }
  get endTimer(): number {
    return this.#doubles[this.#double + END_TIMER]!
  }
  set endTimer(value: number) {
    this.#doubles[this.#double + END_TIMER] = value
  }
  get startTimer(): number {
    return this.#doubles[this.#double + START_TIMER]!
  }
  set startTimer(value: number) {
    this.#doubles[this.#double + START_TIMER] = value
  }
  get settleTimer(): number {
    return this.#doubles[this.#double + SETTLE_TIMER]!
  }
  set settleTimer(value: number) {
    this.#doubles[this.#double + SETTLE_TIMER] = value
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
  get startDeadlineUs(): number {
    return this.#doubles[this.#double + START_DEADLINE_US]!
  }
  set startDeadlineUs(value: number) {
    this.#doubles[this.#double + START_DEADLINE_US] = value
  }
  get untilUs(): number | null {
    return orNull(this.#doubles[this.#double + UNTIL_US]!)
  }
  set untilUs(value: number | null) {
    this.#doubles[this.#double + UNTIL_US] = fromNull(value)
  }
  get believedUs(): number {
    return this.#doubles[this.#double + BELIEVED_US]!
  }
  set believedUs(value: number) {
    this.#doubles[this.#double + BELIEVED_US] = value
  }
  get cpuUs(): number {
    return this.#doubles[this.#double + CPU_US]!
  }
  set cpuUs(value: number) {
    this.#doubles[this.#double + CPU_US] = value
  }
  get instrument(): number {
    return this.#words[this.#word + INSTRUMENT]! >>> 0
  }
  set instrument(value: number) {
    this.#words[this.#word + INSTRUMENT] = value
  }
  get node(): number {
    return this.#words[this.#word + NODE]! >>> 0
  }
  set node(value: number) {
    this.#words[this.#word + NODE] = value
  }
  get buyAccount(): number {
    return this.#words[this.#word + BUY_ACCOUNT]! >>> 0
  }
  set buyAccount(value: number) {
    this.#words[this.#word + BUY_ACCOUNT] = value
  }
  get buyKey(): number {
    return this.#words[this.#word + BUY_KEY]! >>> 0
  }
  set buyKey(value: number) {
    this.#words[this.#word + BUY_KEY] = value
  }
  get sellAccount(): number {
    return this.#words[this.#word + SELL_ACCOUNT]! >>> 0
  }
  set sellAccount(value: number) {
    this.#words[this.#word + SELL_ACCOUNT] = value
  }
  get units(): number {
    return this.#words[this.#word + UNITS]! >>> 0
  }
  set units(value: number) {
    this.#words[this.#word + UNITS] = value
  }
  get buyerFeePpm(): number {
    return this.#words[this.#word + BUYER_FEE_PPM]! >>> 0
  }
  set buyerFeePpm(value: number) {
    this.#words[this.#word + BUYER_FEE_PPM] = value
  }
  get sellerFeePpm(): number {
    return this.#words[this.#word + SELLER_FEE_PPM]! >>> 0
  }
  set sellerFeePpm(value: number) {
    this.#words[this.#word + SELLER_FEE_PPM] = value
  }
  get horizonSeconds(): number {
    return this.#words[this.#word + HORIZON_SECONDS]! >>> 0
  }
  set horizonSeconds(value: number) {
    this.#words[this.#word + HORIZON_SECONDS] = value
  }
  get noticeSeconds(): number {
    return this.#words[this.#word + NOTICE_SECONDS]! >>> 0
  }
  set noticeSeconds(value: number) {
    this.#words[this.#word + NOTICE_SECONDS] = value
  }
  get fundedSeconds(): number {
    return this.#words[this.#word + FUNDED_SECONDS]! >>> 0
  }
  set fundedSeconds(value: number) {
    this.#words[this.#word + FUNDED_SECONDS] = value
  }
  get clockSeconds(): number {
    return this.#words[this.#word + CLOCK_SECONDS]! >>> 0
  }
  set clockSeconds(value: number) {
    this.#words[this.#word + CLOCK_SECONDS] = value
  }
  get coveredSeconds(): number {
    return this.#words[this.#word + COVERED_SECONDS]! >>> 0
  }
  set coveredSeconds(value: number) {
    this.#words[this.#word + COVERED_SECONDS] = value
  }
  get discountSeconds(): number {
    return this.#words[this.#word + DISCOUNT_SECONDS]! >>> 0
  }
  set discountSeconds(value: number) {
    this.#words[this.#word + DISCOUNT_SECONDS] = value
  }
  get memoryPeakMib(): number {
    return this.#words[this.#word + MEMORY_PEAK_MIB]! >>> 0
  }
  set memoryPeakMib(value: number) {
    this.#words[this.#word + MEMORY_PEAK_MIB] = value
  }
  get resources(): LeaseFields['resources'] {
    return {
      cores: this.#words[this.#word + RESOURCES]! >>> 0,
      memoryMib: this.#words[this.#word + RESOURCES + 1]! >>> 0,
      diskMib: this.#words[this.#word + RESOURCES + 2]! >>> 0,
      cards: this.#words[this.#word + RESOURCES + 3]! >>> 0,
    }
  }
  set resources({ cores, memoryMib, diskMib, cards }: LeaseFields['resources']) {
    this.#words[this.#word + RESOURCES] = cores
    this.#words[this.#word + RESOURCES + 1] = memoryMib
    this.#words[this.#word + RESOURCES + 2] = diskMib
    this.#words[this.#word + RESOURCES + 3] = cards
  }
  get nonce(): string {
    const bytes = new Uint8Array(16)
    const view = new DataView(bytes.buffer)
    for (let word = 0; word < 4; word++) view.setInt32(4 * word, this.nonceWord(word))
    return toHex(bytes)
  }
  set nonce(value: string) {
    const view = new DataView(fromHex(value).buffer)
    for (let word = 0; word < 4; word++) this.setNonceWord(word, view.getInt32(4 * word))
  }
  /** Four bytes of the nonce, the first of them highest. */
  nonceWord(word: number): number {
    return this.#words[this.#word + NONCE + word]!
  }
  setNonceWord(word: number, value: number): void {
    this.#words[this.#word + NONCE + word] = value
  }
  get status(): LeaseFields['status'] {
    return leaseStatus.values[this.#bits(STATUS, THREE)]!
  }
  set status(value: LeaseFields['status']) {
    this.#setBits(STATUS, THREE, leaseStatus.values.indexOf(value))
  }
  get end(): LeaseFields['end'] {
    return leaseEnd.values[this.#bits(END, FIVE) - 1] ?? null
  }
  set end(value: LeaseFields['end']) {
    this.#setBits(END, FIVE, value === null ? 0 : leaseEnd.values.indexOf(value) + 1)
  }
  get fault(): LeaseFields['fault'] {
    return faultParty.values[this.#bits(FAULT, THREE) - 1] ?? null
  }
  set fault(value: LeaseFields['fault']) {
    this.#setBits(FAULT, THREE, value === null ? 0 : faultParty.values.indexOf(value) + 1)
  }
  get isolation(): LeaseFields['isolation'] {
    return isolation.values[this.#bits(ISOLATION, FOUR)]!
  }
  set isolation(value: LeaseFields['isolation']) {
    this.#setBits(ISOLATION, FOUR, isolation.values.indexOf(value))
  }
  get interruptible(): boolean {
    return this.#bits(INTERRUPTIBLE, ONE) === 1
  }
  set interruptible(value: boolean) {
    this.#setBits(INTERRUPTIBLE, ONE, value ? 1 : 0)
  }
  get opened(): boolean {
    return this.#bits(OPENED, ONE) === 1
  }
  set opened(value: boolean) {
    this.#setBits(OPENED, ONE, value ? 1 : 0)
  }
  get detail(): string {
    return this.#bits(HAS_DETAIL, ONE) === 0 ? '' : (this.#details.get(this.lease) ?? '')
  }
  set detail(value: string) {
    if (value === this.detail) return
    this.#setBits(HAS_DETAIL, ONE, value === '' ? 0 : 1)
    if (value === '') this.#details.delete(this.lease)
    else this.#details.set(this.lease, value)
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
