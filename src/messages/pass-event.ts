/**
 * The two events that every order has, passed over field by field: the codecs' own way of skipping goes
 * through a function for each field. A test holds both to the same place.
 */
import type { ByteCursor } from './byte-cursor.ts'

/** account, key, offer, instrument, side, type, units: fixed widths in front of the price */
const PLACED_HEAD = 4 + 4 + 1 + 4 + 1 + 1 + 4
/** postOnly, allOrNone, colocate, minUnits, standing, selfTrade, horizonSeconds */
const PLACED_MIDDLE = 1 + 1 + 1 + 4 + 1 + 1 + 4
/** the digest of a specification, and whether the allocation closes with it */
const WORKLOAD = 32 + 1

/** An OrderPlaced from behind its order on. */
export function passPlaced(cursor: ByteCursor): void {
  cursor.pass(PLACED_HEAD)
  passGiven(cursor, 4)
  cursor.u8()
  if (cursor.u8() === 1) cursor.varint()
  cursor.pass(PLACED_MIDDLE)
  passGiven(cursor, 4)
  passGiven(cursor, 8)
  if (cursor.u8() === 1) cursor.pass(cursor.varint())
  cursor.u8()
  passGiven(cursor, 4)
  passGiven(cursor, 4)
  passGiven(cursor, WORKLOAD)
  passGiven(cursor, 4)
}

/** A whole EntryPosted. */
export function passEntry(cursor: ByteCursor): void {
  cursor.pass(cursor.varint())
  cursor.varint()
  cursor.pass(2)
  for (let left = cursor.varint(); left > 0 && !cursor.isOver; left--) {
    cursor.pass(2)
    cursor.varint()
    cursor.pass(cursor.varint())
    cursor.pass(8)
  }
}

/** A nullable of a fixed width. */
function passGiven(cursor: ByteCursor, width: number): void {
  if (cursor.u8() === 1) cursor.pass(width)
}
