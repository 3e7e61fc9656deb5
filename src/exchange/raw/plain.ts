/**
 * The bytes of a PlaceOrder without anything special, behind the number of its kind: a limit order that
 * rests or takes at once, without a flag, a minimum, an expiry, a duration, a cap, a label, a client, a
 * workload or a retry. Such orders are nearly all, and their fields lie at fixed places.
 */
import { orderType, selfTrade, timeInForce } from '../../messages/index.ts'

// places of the fields
export const INSTRUMENT = 0
export const SIDE = 4
const TYPE = 5
export const UNITS = 6
const HAS_PRICE = 10
export const PRICE_TICKS = 11
export const TIME_IN_FORCE = 15
const EXPIRES = 16
const POST_ONLY = 17
const ALL_OR_NONE = 18
const COLOCATE = 19
const MIN_UNITS = 20
const STANDING = 24
export const SELF_TRADE = 25
export const HORIZON_SECONDS = 26
const DURATION = 30
const CAP = 31
const LABEL = 32
const CAPACITY = 33
const CLIENT = 34
const HAS_NODE = 35
export const NODE = 36
const BUY_BYTES = 38
const SELL_BYTES = 42

export const BUY = 0
const SELL = 1
const LIMIT = orderType.values.indexOf('limit')
export const GTC = timeInForce.values.indexOf('GTC')
const IOC = timeInForce.values.indexOf('IOC')
const MODES = selfTrade.values.length

/** Do the bytes from `at` to `until` hold such an order? A sell order names its node, a buy order none. */
export function isPlain(bytes: Uint8Array, at: number, until: number): boolean {
  const side = bytes[at + SIDE]!
  const size = until - at
  if (size !== (side === BUY ? BUY_BYTES : SELL_BYTES) || side > SELL) return false
  const inForce = bytes[at + TIME_IN_FORCE]!
  if (inForce !== GTC && inForce !== IOC) return false
  const special =
    bytes[at + EXPIRES]! |
    bytes[at + POST_ONLY]! |
    bytes[at + ALL_OR_NONE]! |
    bytes[at + COLOCATE]! |
    bytes[at + MIN_UNITS]! |
    bytes[at + MIN_UNITS + 1]! |
    bytes[at + MIN_UNITS + 2]! |
    bytes[at + MIN_UNITS + 3]! |
    bytes[at + STANDING]! |
    bytes[at + DURATION]! |
    bytes[at + CAP]! |
    bytes[at + LABEL]! |
    bytes[at + CAPACITY]! |
    bytes[at + CLIENT]! |
    bytes[until - 2]! |
    bytes[until - 1]!
  return (
    special === 0 &&
    bytes[at + TYPE] === LIMIT &&
    bytes[at + HAS_PRICE] === 1 &&
    bytes[at + HAS_NODE] === side &&
    bytes[at + SELF_TRADE]! < MODES
  )
}
