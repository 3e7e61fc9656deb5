/**
 * Writing into bytes at a place, for the records that are many: each function returns the place
 * behind what it wrote, little-endian, and nothing is checked. `Writer` is the same for all else.
 */
export function putU16(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  return at + 2
}
export function putU32(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 24
  return at + 4
}
/** A safe integer as eight bytes, two's complement. */
export function putI64(bytes: Uint8Array, at: number, value: number): number {
  const low = value | 0
  putU32(bytes, at, low)
  return putU32(bytes, at + 4, (value - (low >>> 0)) / 0x1_0000_0000)
}
/** LEB128 of an integer 0..2^53-1 in minimal form: 1 to 8 bytes. */
export function putVarint(bytes: Uint8Array, from: number, value: number): number {
  let at = from
  let rest = value
  // Beyond 31 bits the bitwise operators would wrap, so the low 28 bits go first on their own.
  while (rest > 0x7fff_ffff) {
    // Not `%`: of two doubles it is a call into the runtime.
    const high = Math.floor(rest / 0x1000_0000)
    const low = rest - high * 0x1000_0000
    rest = high
    bytes[at++] = low | 0x80
    bytes[at++] = (low >>> 7) | 0x80
    bytes[at++] = (low >>> 14) | 0x80
    bytes[at++] = (low >>> 21) | 0x80
  }
  while (rest > 0x7f) {
    bytes[at++] = rest | 0x80
    rest >>>= 7
  }
  bytes[at++] = rest
  return at
}
