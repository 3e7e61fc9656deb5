/**
 * An open or closed order. What every order has lies in its record of the cells, two cache lines and
 * nothing for the garbage collector; what few have is an object of its own.
 */
import {
  capacityFlag,
  orderEnd,
  orderStatus,
  orderType,
  selfTrade,
  side,
  timeInForce,
} from '../../messages/index.ts'
import { IS_RARE, ORDER_DOUBLES, ORDER_WORDS, type OrderCells } from './order-cells.ts'
import { NO_RARITIES, type Rarities } from './order-rarities.ts'
import type { OrderFields } from './rows.ts'

// doubles of a record
export const ORDER = 0
export const PRIORITY = 1
export const PLACED_AT_US = 2
export const FILLED_TICK_UNITS = 3
export const HELD_PRINCIPAL_MICRO = 4
export const HELD_FEE_MICRO = 5
export const TAKEN_MICRO = 6
export const CLOSED_RANK = 7
export const CLOSED_AT_US = 8
// words of a record, behind its doubles
export const ACCOUNT = 18
export const KEY = 19
export const INSTRUMENT = 20
export const UNITS = 21
export const FILLED_UNITS = 22
export const REMAINING_UNITS = 23
export const PRICE_TICKS = 24
export const HORIZON_SECONDS = 25
export const FEE_PPM = 26
export const MIN_UNITS = 27
export const SLOT = 28
export const HELD_UNITS = 29
export const NODE = 30
export const FLAGS = 31

// bits of the flags: shift and width
export const SIDE = 0
export const TYPE = 1
export const TIME_IN_FORCE = 2
export const POST_ONLY = 4
export const ALL_OR_NONE = 5
export const COLOCATE = 6
export const STANDING = 7
export const SELF_TRADE = 8
export const CAPACITY = 10
export const STATUS = 11
/** 0 is none, else the number of the end and one more */
export const END = 14
export const HAS_NODE = 19
/** the status as it lies in the flags */
export const ANY_STATUS = 7 << STATUS
export const IS_OPEN = orderStatus.values.indexOf('open') << STATUS
export const IS_FILLED = orderStatus.values.indexOf('filled') << STATUS
export const IS_PARTLY_FILLED = orderStatus.values.indexOf('partially_filled') << STATUS
export const IS_CANCELLED = orderStatus.values.indexOf('cancelled') << STATUS
export const IS_EXPIRED = orderStatus.values.indexOf('expired') << STATUS
/** how an order ended, as it lies in the flags; 0 while it is open, or when it was filled */
export const ANY_END = 31 << END
export const ENDED = Object.fromEntries(
  orderEnd.values.map((end, at) => [end, (at + 1) << END]),
) as Readonly<Record<(typeof orderEnd.values)[number], number>>
const ONE = 1
const TWO = 3
const THREE = 7
const FIVE = 31

export class OrderRow implements OrderFields {
  /** number of the record, whatever order it is of; lists are linked by it */
  readonly handle: number
  readonly #cells: OrderCells
  readonly #word: number
  readonly #double: number

  constructor(cells: OrderCells, handle: number) {
    this.handle = handle
    this.#cells = cells
    this.#word = handle * ORDER_WORDS
    this.#double = handle * ORDER_DOUBLES
  }

  get order(): number {
    return this.#cells.doubles[this.#double + ORDER]!
  }
  set order(value: number) {
    this.#cells.doubles[this.#double + ORDER] = value
  }
  get priority(): number {
    return this.#cells.doubles[this.#double + PRIORITY]!
  }
  set priority(value: number) {
    this.#cells.doubles[this.#double + PRIORITY] = value
  }
  get placedAtUs(): number {
    return this.#cells.doubles[this.#double + PLACED_AT_US]!
  }
  set placedAtUs(value: number) {
    this.#cells.doubles[this.#double + PLACED_AT_US] = value
  }
  get filledTickUnits(): number {
    return this.#cells.doubles[this.#double + FILLED_TICK_UNITS]!
  }
  set filledTickUnits(value: number) {
    this.#cells.doubles[this.#double + FILLED_TICK_UNITS] = value
  }
  get heldPrincipalMicro(): number {
    return this.#cells.doubles[this.#double + HELD_PRINCIPAL_MICRO]!
  }
  set heldPrincipalMicro(value: number) {
    this.#cells.doubles[this.#double + HELD_PRINCIPAL_MICRO] = value
  }
  get heldFeeMicro(): number {
    return this.#cells.doubles[this.#double + HELD_FEE_MICRO]!
  }
  set heldFeeMicro(value: number) {
    this.#cells.doubles[this.#double + HELD_FEE_MICRO] = value
  }
  get takenMicro(): number {
    return this.#cells.doubles[this.#double + TAKEN_MICRO]!
  }
  set takenMicro(value: number) {
    this.#cells.doubles[this.#double + TAKEN_MICRO] = value
  }
  get closedRank(): number {
    return this.#cells.doubles[this.#double + CLOSED_RANK]!
  }
  set closedRank(value: number) {
    this.#cells.doubles[this.#double + CLOSED_RANK] = value
  }
  get account(): number {
    return this.#cells.words[this.#word + ACCOUNT]! >>> 0
  }
  set account(value: number) {
    this.#cells.words[this.#word + ACCOUNT] = value
  }
  get key(): number {
    return this.#cells.words[this.#word + KEY]! >>> 0
  }
  set key(value: number) {
    this.#cells.words[this.#word + KEY] = value
  }
  get instrument(): number {
    return this.#cells.words[this.#word + INSTRUMENT]! >>> 0
  }
  set instrument(value: number) {
    this.#cells.words[this.#word + INSTRUMENT] = value
  }
  get units(): number {
    return this.#cells.words[this.#word + UNITS]!
  }
  set units(value: number) {
    this.#cells.words[this.#word + UNITS] = value
  }
  get filledUnits(): number {
    return this.#cells.words[this.#word + FILLED_UNITS]!
  }
  set filledUnits(value: number) {
    this.#cells.words[this.#word + FILLED_UNITS] = value
  }
  get remainingUnits(): number {
    return this.#cells.words[this.#word + REMAINING_UNITS]!
  }
  set remainingUnits(value: number) {
    this.#cells.words[this.#word + REMAINING_UNITS] = value
  }
  get priceTicks(): number {
    return this.#cells.words[this.#word + PRICE_TICKS]! >>> 0
  }
  set priceTicks(value: number) {
    this.#cells.words[this.#word + PRICE_TICKS] = value
  }
  get horizonSeconds(): number {
    return this.#cells.words[this.#word + HORIZON_SECONDS]! >>> 0
  }
  set horizonSeconds(value: number) {
    this.#cells.words[this.#word + HORIZON_SECONDS] = value
  }
  get feePpm(): number {
    return this.#cells.words[this.#word + FEE_PPM]! >>> 0
  }
  set feePpm(value: number) {
    this.#cells.words[this.#word + FEE_PPM] = value
  }
  get minUnits(): number {
    return this.#cells.words[this.#word + MIN_UNITS]! >>> 0
  }
  set minUnits(value: number) {
    this.#cells.words[this.#word + MIN_UNITS] = value
  }
  get slot(): number {
    return this.#cells.words[this.#word + SLOT]!
  }
  set slot(value: number) {
    this.#cells.words[this.#word + SLOT] = value
  }
  get heldUnits(): number {
    return this.#cells.words[this.#word + HELD_UNITS]!
  }
  set heldUnits(value: number) {
    this.#cells.words[this.#word + HELD_UNITS] = value
  }
  get side(): OrderFields['side'] {
    return this.#bits(SIDE, ONE) === 0 ? 'buy' : 'sell'
  }
  set side(value: OrderFields['side']) {
    this.#setBits(SIDE, ONE, side.values.indexOf(value))
  }
  get type(): OrderFields['type'] {
    return orderType.values[this.#bits(TYPE, ONE)]!
  }
  set type(value: OrderFields['type']) {
    this.#setBits(TYPE, ONE, orderType.values.indexOf(value))
  }
  get timeInForce(): OrderFields['timeInForce'] {
    return timeInForce.values[this.#bits(TIME_IN_FORCE, TWO)]!
  }
  set timeInForce(value: OrderFields['timeInForce']) {
    this.#setBits(TIME_IN_FORCE, TWO, timeInForce.values.indexOf(value))
  }
  get selfTrade(): OrderFields['selfTrade'] {
    return selfTrade.values[this.#bits(SELF_TRADE, TWO)]!
  }
  set selfTrade(value: OrderFields['selfTrade']) {
    this.#setBits(SELF_TRADE, TWO, selfTrade.values.indexOf(value))
  }
  get capacity(): OrderFields['capacity'] {
    return capacityFlag.values[this.#bits(CAPACITY, ONE)]!
  }
  set capacity(value: OrderFields['capacity']) {
    this.#setBits(CAPACITY, ONE, capacityFlag.values.indexOf(value))
  }
  get status(): OrderFields['status'] {
    return orderStatus.values[this.#bits(STATUS, THREE)]!
  }
  set status(value: OrderFields['status']) {
    this.#setBits(STATUS, THREE, orderStatus.values.indexOf(value))
  }
  get postOnly(): boolean {
    return this.#bits(POST_ONLY, ONE) === 1
  }
  set postOnly(value: boolean) {
    this.#setBits(POST_ONLY, ONE, value ? 1 : 0)
  }
  get allOrNone(): boolean {
    return this.#bits(ALL_OR_NONE, ONE) === 1
  }
  set allOrNone(value: boolean) {
    this.#setBits(ALL_OR_NONE, ONE, value ? 1 : 0)
  }
  get colocate(): boolean {
    return this.#bits(COLOCATE, ONE) === 1
  }
  set colocate(value: boolean) {
    this.#setBits(COLOCATE, ONE, value ? 1 : 0)
  }
  get standing(): boolean {
    return this.#bits(STANDING, ONE) === 1
  }
  set standing(value: boolean) {
    this.#setBits(STANDING, ONE, value ? 1 : 0)
  }
  /** The words of its terms by their numbers on disk, a bit field: see the shifts above. */
  get flags(): number {
    return this.#cells.words[this.#word + FLAGS]!
  }
  set flags(value: number) {
    this.#cells.words[this.#word + FLAGS] = value
  }
  get end(): OrderFields['end'] {
    return orderEnd.values[this.#bits(END, FIVE) - 1] ?? null
  }
  set end(value: OrderFields['end']) {
    this.#setBits(END, FIVE, value === null ? 0 : orderEnd.values.indexOf(value) + 1)
  }
  get node(): number | null {
    const node = this.#cells.words[this.#word + NODE]!
    return this.#bits(HAS_NODE, ONE) === 0 ? null : node >>> 0
  }
  set node(value: number | null) {
    this.#cells.words[this.#word + NODE] = value ?? 0
    this.#setBits(HAS_NODE, ONE, value === null ? 0 : 1)
  }
  get closedAtUs(): number | null {
    const at = this.#cells.doubles[this.#double + CLOSED_AT_US]!
    return at < 0 ? null : at
  }
  set closedAtUs(value: number | null) {
    this.#cells.doubles[this.#double + CLOSED_AT_US] = value ?? -1
  }
  get expiresAtUs(): Rarities['expiresAtUs'] {
    return this.#rare().expiresAtUs
  }
  get durationSeconds(): Rarities['durationSeconds'] {
    return this.#rare().durationSeconds
  }
  get capMicro(): Rarities['capMicro'] {
    return this.#rare().capMicro
  }
  get clientOrderId(): Rarities['clientOrderId'] {
    return this.#rare().clientOrderId
  }
  get onBehalfOf(): Rarities['onBehalfOf'] {
    return this.#rare().onBehalfOf
  }
  get workload(): Rarities['workload'] {
    return this.#rare().workload
  }
  get retryTicks(): Rarities['retryTicks'] {
    return this.#rare().retryTicks
  }
  get failedNodes(): Rarities['failedNodes'] {
    return this.#rare().failedNodes
  }
  get replacedBy(): Rarities['replacedBy'] {
    return this.#rare().replacedBy
  }
  set replacedBy(value: Rarities['replacedBy']) {
    if (this.replacedBy !== value) this.#own().replacedBy = value
  }
  get retryRefused(): Rarities['retryRefused'] {
    return this.#rare().retryRefused
  }
  set retryRefused(value: Rarities['retryRefused']) {
    if (this.retryRefused !== value) this.#own().retryRefused = value
  }
  get offer(): Rarities['offer'] {
    return this.#rare().offer
  }
  get detail(): Rarities['detail'] {
    return this.#rare().detail
  }
  set detail(value: Rarities['detail']) {
    if (this.detail !== value) this.#own().detail = value
  }
  get expiryTimer(): Rarities['expiryTimer'] {
    return this.#rare().expiryTimer
  }
  set expiryTimer(value: Rarities['expiryTimer']) {
    if (this.expiryTimer !== value) this.#own().expiryTimer = value
  }
  /** Has it anything of what few orders have? */
  get isRare(): boolean {
    return this.#bits(IS_RARE, ONE) === 1
  }
  /** Becomes an order with these and no others. */
  setRarities(rare: Readonly<Rarities>): void {
    const isRare = rare !== NO_RARITIES
    this.#setBits(IS_RARE, ONE, isRare ? 1 : 0)
    if (isRare) this.#cells.rare[this.handle] = rare
  }

  /**
   * Nearly always the record itself says that there are none, and nothing else is looked at. No private
   * getter: V8 calls its runtime for those.
   */
  #rare(): Readonly<Rarities> {
    return this.#bits(IS_RARE, ONE) === 0 ? NO_RARITIES : this.#cells.rare[this.handle]!
  }
  #own(): Rarities {
    if (this.#bits(IS_RARE, ONE) === 0) this.setRarities({ ...NO_RARITIES })
    return this.#cells.rare[this.handle]!
  }
  #bits(shift: number, mask: number): number {
    return (this.#cells.words[this.#word + FLAGS]! >>> shift) & mask
  }
  #setBits(shift: number, mask: number, value: number): void {
    const at = this.#word + FLAGS
    const { words } = this.#cells
    words[at] = (words[at]! & ~(mask << shift)) | (value << shift)
  }
}
