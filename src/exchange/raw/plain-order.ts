/**
 * A PlaceOrder without anything rare (no expiry, duration, cap, label, client, workload or retry), read
 * in one go: its fields lie at fixed places. Most orders are so, and each is read twice.
 */
import {
  capacityFlag,
  orderType,
  selfTrade,
  side,
  timeInForce,
  type CommandOf,
} from '../../messages/index.ts'

/** Reads the fields that begin at `at` and must end at `until`; false leaves the order to the cursor. */
export function readPlainOrder(
  bytes: Uint8Array,
  at: number,
  until: number,
  into: CommandOf<'PlaceOrder'>,
): boolean {
  const hasPrice = bytes[at + 10]!
  if (hasPrice > 1) return false
  // From the time in force on, and from the workload on.
  const mid = at + 11 + 4 * hasPrice
  const hasNode = bytes[mid + 20]!
  const end = mid + 21 + 4 * hasNode
  if (hasNode > 1 || end + 2 !== until) return false
  const rare =
    bytes[mid + 1]! |
    bytes[mid + 15]! |
    bytes[mid + 16]! |
    bytes[mid + 17]! |
    bytes[mid + 19]! |
    bytes[end]! |
    bytes[end + 1]!
  const flags = bytes[mid + 2]! | bytes[mid + 3]! | bytes[mid + 4]! | bytes[mid + 9]!
  if (rare !== 0 || flags > 1) return false
  const sideIs = side.values[bytes[at + 4]!]
  const type = orderType.values[bytes[at + 5]!]
  const inForce = timeInForce.values[bytes[mid]!]
  const mode = selfTrade.values[bytes[mid + 10]!]
  const capacity = capacityFlag.values[bytes[mid + 18]!]
  if (sideIs === undefined || type === undefined || inForce === undefined) return false
  if (mode === undefined || capacity === undefined) return false
  into.instrument = u32(bytes, at)
  into.side = sideIs
  into.type = type
  into.units = u32(bytes, at + 6)
  into.priceTicks = hasPrice === 1 ? u32(bytes, at + 11) : null
  into.timeInForce = inForce
  into.expiresAtUs = null
  into.postOnly = bytes[mid + 2] === 1
  into.allOrNone = bytes[mid + 3] === 1
  into.colocate = bytes[mid + 4] === 1
  into.minUnits = u32(bytes, mid + 5)
  into.standing = bytes[mid + 9] === 1
  into.selfTrade = mode
  into.horizonSeconds = u32(bytes, mid + 11)
  into.durationSeconds = null
  into.capMicro = null
  into.clientOrderId = null
  into.capacity = capacity
  into.onBehalfOf = null
  into.node = hasNode === 1 ? u32(bytes, mid + 21) : null
  into.workload = null
  into.retryTicks = null
  return true
}

function u32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  )
}
