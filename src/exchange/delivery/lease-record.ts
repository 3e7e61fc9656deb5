/**
 * A lease. Every field but the rare text of its end lies in one record, in the order in which a bill
 * needs them; money is in safe integers (ADR 0013).
 */
import { fromHex, toHex } from '../../kernel/index.ts'
import { faultParty, isolation, leaseEnd, leaseStatus } from '../../messages/index.ts'
import { RecordView, type Cells } from '../cells.ts'
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

export class LeaseRow extends RecordView implements LeaseFields {
  readonly #details: Map<number, string>

  /** `details` has the texts of the leases that have one, by lease. */
  constructor(cells: Cells, record: number, details: Map<number, string>) {
    super(cells, record)
    this.#details = details
  }

  get lease(): number {
    return this.double(LEASE)
  }
  set lease(value: number) {
    this.setDouble(LEASE, value)
  }
  get readyAtUs(): number | null {
    return this.doubleOrNull(READY_AT_US)
  }
  set readyAtUs(value: number | null) {
    this.setDoubleOrNull(READY_AT_US, value)
  }
  get closedAtUs(): number | null {
    return this.doubleOrNull(CLOSED_AT_US)
  }
  set closedAtUs(value: number | null) {
    this.setDoubleOrNull(CLOSED_AT_US, value)
  }
  get settledAtUs(): number | null {
    return this.doubleOrNull(SETTLED_AT_US)
  }
  set settledAtUs(value: number | null) {
    this.setDoubleOrNull(SETTLED_AT_US, value)
  }
  get freedAtUs(): number | null {
    return this.doubleOrNull(FREED_AT_US)
  }
  set freedAtUs(value: number | null) {
    this.setDoubleOrNull(FREED_AT_US, value)
  }
  get priceMicroPerHour(): number {
    return this.double(PRICE_MICRO_PER_HOUR)
  }
  set priceMicroPerHour(value: number) {
    this.setDouble(PRICE_MICRO_PER_HOUR, value)
  }
  get principalMicro(): number {
    return this.double(PRINCIPAL_MICRO)
  }
  set principalMicro(value: number) {
    this.setDouble(PRINCIPAL_MICRO, value)
  }
  get feeEscrowMicro(): number {
    return this.double(FEE_ESCROW_MICRO)
  }
  set feeEscrowMicro(value: number) {
    this.setDouble(FEE_ESCROW_MICRO, value)
  }
  get billedMicro(): number {
    return this.double(BILLED_MICRO)
  }
  set billedMicro(value: number) {
    this.setDouble(BILLED_MICRO, value)
  }
  get buyerFeeMicro(): number {
    return this.double(BUYER_FEE_MICRO)
  }
  set buyerFeeMicro(value: number) {
    this.setDouble(BUYER_FEE_MICRO, value)
  }
  get sellerFeeMicro(): number {
    return this.double(SELLER_FEE_MICRO)
  }
  set sellerFeeMicro(value: number) {
    this.setDouble(SELLER_FEE_MICRO, value)
  }
  get accrualTimer(): number {
    return this.double(ACCRUAL_TIMER)
  }
  set accrualTimer(value: number) {
    this.setDouble(ACCRUAL_TIMER, value)
  }
  get renewalTimer(): number {
    return this.double(RENEWAL_TIMER)
  }
  set renewalTimer(value: number) {
    this.setDouble(RENEWAL_TIMER, value)
  }
  get endTimer(): number {
    return this.double(END_TIMER)
  }
  set endTimer(value: number) {
    this.setDouble(END_TIMER, value)
  }
  get startTimer(): number {
    return this.double(START_TIMER)
  }
  set startTimer(value: number) {
    this.setDouble(START_TIMER, value)
  }
  get settleTimer(): number {
    return this.double(SETTLE_TIMER)
  }
  set settleTimer(value: number) {
    this.setDouble(SETTLE_TIMER, value)
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
  get startDeadlineUs(): number {
    return this.double(START_DEADLINE_US)
  }
  set startDeadlineUs(value: number) {
    this.setDouble(START_DEADLINE_US, value)
  }
  get untilUs(): number | null {
    return this.doubleOrNull(UNTIL_US)
  }
  set untilUs(value: number | null) {
    this.setDoubleOrNull(UNTIL_US, value)
  }
  get believedUs(): number {
    return this.double(BELIEVED_US)
  }
  set believedUs(value: number) {
    this.setDouble(BELIEVED_US, value)
  }
  get cpuUs(): number {
    return this.double(CPU_US)
  }
  set cpuUs(value: number) {
    this.setDouble(CPU_US, value)
  }
  get instrument(): number {
    return this.u32(INSTRUMENT)
  }
  set instrument(value: number) {
    this.set32(INSTRUMENT, value)
  }
  get node(): number {
    return this.u32(NODE)
  }
  set node(value: number) {
    this.set32(NODE, value)
  }
  get buyAccount(): number {
    return this.u32(BUY_ACCOUNT)
  }
  set buyAccount(value: number) {
    this.set32(BUY_ACCOUNT, value)
  }
  get buyKey(): number {
    return this.u32(BUY_KEY)
  }
  set buyKey(value: number) {
    this.set32(BUY_KEY, value)
  }
  get sellAccount(): number {
    return this.u32(SELL_ACCOUNT)
  }
  set sellAccount(value: number) {
    this.set32(SELL_ACCOUNT, value)
  }
  get units(): number {
    return this.u32(UNITS)
  }
  set units(value: number) {
    this.set32(UNITS, value)
  }
  get buyerFeePpm(): number {
    return this.u32(BUYER_FEE_PPM)
  }
  set buyerFeePpm(value: number) {
    this.set32(BUYER_FEE_PPM, value)
  }
  get sellerFeePpm(): number {
    return this.u32(SELLER_FEE_PPM)
  }
  set sellerFeePpm(value: number) {
    this.set32(SELLER_FEE_PPM, value)
  }
  get horizonSeconds(): number {
    return this.u32(HORIZON_SECONDS)
  }
  set horizonSeconds(value: number) {
    this.set32(HORIZON_SECONDS, value)
  }
  get noticeSeconds(): number {
    return this.u32(NOTICE_SECONDS)
  }
  set noticeSeconds(value: number) {
    this.set32(NOTICE_SECONDS, value)
  }
  get fundedSeconds(): number {
    return this.u32(FUNDED_SECONDS)
  }
  set fundedSeconds(value: number) {
    this.set32(FUNDED_SECONDS, value)
  }
  get clockSeconds(): number {
    return this.u32(CLOCK_SECONDS)
  }
  set clockSeconds(value: number) {
    this.set32(CLOCK_SECONDS, value)
  }
  get coveredSeconds(): number {
    return this.u32(COVERED_SECONDS)
  }
  set coveredSeconds(value: number) {
    this.set32(COVERED_SECONDS, value)
  }
  get discountSeconds(): number {
    return this.u32(DISCOUNT_SECONDS)
  }
  set discountSeconds(value: number) {
    this.set32(DISCOUNT_SECONDS, value)
  }
  get memoryPeakMib(): number {
    return this.u32(MEMORY_PEAK_MIB)
  }
  set memoryPeakMib(value: number) {
    this.set32(MEMORY_PEAK_MIB, value)
  }
  get resources(): LeaseFields['resources'] {
    return {
      cores: this.u32(RESOURCES),
      memoryMib: this.u32(RESOURCES + 1),
      diskMib: this.u32(RESOURCES + 2),
      cards: this.u32(RESOURCES + 3),
    }
  }
  set resources({ cores, memoryMib, diskMib, cards }: LeaseFields['resources']) {
    this.set32(RESOURCES, cores)
    this.set32(RESOURCES + 1, memoryMib)
    this.set32(RESOURCES + 2, diskMib)
    this.set32(RESOURCES + 3, cards)
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
    return this.i32(NONCE + word)
  }
  setNonceWord(word: number, value: number): void {
    this.set32(NONCE + word, value)
  }
  get status(): LeaseFields['status'] {
    return leaseStatus.values[this.bits(FLAGS, STATUS, THREE)]!
  }
  set status(value: LeaseFields['status']) {
    this.setBits(FLAGS, STATUS, THREE, leaseStatus.values.indexOf(value))
  }
  get end(): LeaseFields['end'] {
    return leaseEnd.values[this.bits(FLAGS, END, FIVE) - 1] ?? null
  }
  set end(value: LeaseFields['end']) {
    this.setBits(FLAGS, END, FIVE, value === null ? 0 : leaseEnd.values.indexOf(value) + 1)
  }
  get fault(): LeaseFields['fault'] {
    return faultParty.values[this.bits(FLAGS, FAULT, THREE) - 1] ?? null
  }
  set fault(value: LeaseFields['fault']) {
    this.setBits(FLAGS, FAULT, THREE, value === null ? 0 : faultParty.values.indexOf(value) + 1)
  }
  get isolation(): LeaseFields['isolation'] {
    return isolation.values[this.bits(FLAGS, ISOLATION, FOUR)]!
  }
  set isolation(value: LeaseFields['isolation']) {
    this.setBits(FLAGS, ISOLATION, FOUR, isolation.values.indexOf(value))
  }
  get interruptible(): boolean {
    return this.bits(FLAGS, INTERRUPTIBLE, ONE) === 1
  }
  set interruptible(value: boolean) {
    this.setBits(FLAGS, INTERRUPTIBLE, ONE, value ? 1 : 0)
  }
  get opened(): boolean {
    return this.bits(FLAGS, OPENED, ONE) === 1
  }
  set opened(value: boolean) {
    this.setBits(FLAGS, OPENED, ONE, value ? 1 : 0)
  }
  get detail(): string {
    return this.bits(FLAGS, HAS_DETAIL, ONE) === 0 ? '' : (this.#details.get(this.lease) ?? '')
  }
  set detail(value: string) {
    if (value === this.detail) return
    this.setBits(FLAGS, HAS_DETAIL, ONE, value === '' ? 0 : 1)
    if (value === '') this.#details.delete(this.lease)
    else this.#details.set(this.lease, value)
  }
}
