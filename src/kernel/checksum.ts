/** The two halves of a checksum. The object is used again by the next call. */
export interface Checksum {
  /** unsigned 32 bits each */
  high: number
  low: number
}

const result: Checksum = { high: 0, low: 0 }

/**
 * A checksum of 64 bits over the bytes `from` to `until`: two lanes as in MurmurHash3 (public domain,
 * x86_128 constants), mixed into each other. It finds what changed by accident and is no defence
 * against somebody who wants two inputs with the same value: SHA-256 is.
 */
export function checksum64(bytes: DataView, from: number, until: number): Checksum {
  let a = 0x9747b28c | 0
  let b = 0x51ed270b | 0
  let at = from
  for (const words = until - 3; at < words; at += 4) {
    const word = bytes.getInt32(at, true)
    const x = Math.imul(word, 0x239b961b)
    a ^= Math.imul((x << 15) | (x >>> 17), 0xab0e9789)
    a = (Math.imul((a << 19) | (a >>> 13), 5) + ((b + 0x561ccd1b) | 0)) | 0
    const y = Math.imul(word, 0x38b34ae5)
    b ^= Math.imul((y << 16) | (y >>> 16), 0xa1e38b93)
    b = (Math.imul((b << 17) | (b >>> 15), 5) + ((a + 0x0bcaa747) | 0)) | 0
  }
  for (; at < until; at++) {
    const byte = bytes.getUint8(at)
    a = Math.imul(a ^ byte, 0x01000193)
    b = Math.imul(b ^ byte, 0x5bd1e995)
  }
  // A zero byte at the end must count as well.
  a = mix(a ^ (until - from))
  b = mix(b ^ a)
  result.high = mix(a + b) >>> 0
  result.low = b >>> 0
  return result
}

function mix(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
