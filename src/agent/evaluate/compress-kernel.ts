/** Bytes that one round compresses and gets back. */
export const ROUND_BYTES = 65_536
/** Compressed length and a hash of the compressed bytes, mixed: the same on every machine. */
export const ROUND_CHECKSUM = 3_054_222_411

const HASH_BITS = 12
const MATCH_MIN = 4
const WINDOW = 65_535

/** LZ77 with byte-wise tokens, as LZ4 has them: literals, then a match of at least four bytes. */
export class CompressKernel {
  readonly #plain = textLike()
  readonly #packed = new Uint8Array(ROUND_BYTES * 2)
  readonly #again = new Uint8Array(ROUND_BYTES)
  readonly #places = new Int32Array(1 << HASH_BITS)

  /** One round there and back; returns the checksum, or -1 when the bytes came back changed. */
  run(): number {
    const length = compress(this.#plain, this.#packed, this.#places)
    decompress(this.#packed, length, this.#again)
    for (let i = 0; i < ROUND_BYTES; i++) if (this.#plain[i] !== this.#again[i]) return -1
    let hash = length
    for (let i = 0; i < length; i++) hash = (Math.imul(hash, 31) + this.#packed[i]!) | 0
    return hash >>> 0
  }
}

/** Words of a small vocabulary in an order that a generator draws. */
function textLike(): Uint8Array {
  const words = Array.from({ length: 64 }, (_one, n) => {
    const letters = Array.from(
      { length: 3 + (n % 7) },
      (_letter, i) => 97 + ((n * 7 + i * 11) % 26),
    )
    return [...letters, 32]
  })
  const plain = new Uint8Array(ROUND_BYTES)
  let state = 0x2545_f491
  for (let at = 0; at < ROUND_BYTES;) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    for (const byte of words[(state >>> 8) & 63]!) if (at < ROUND_BYTES) plain[at++] = byte
  }
  return plain
}

/** Writes (literals, their bytes, match length, distance) until the end; answers the length. */
function compress(plain: Uint8Array, packed: Uint8Array, places: Int32Array): number {
  places.fill(-1)
  let [at, literals, out] = [0, 0, 0]
  while (at + MATCH_MIN <= ROUND_BYTES) {
    const word =
      plain[at]! | (plain[at + 1]! << 8) | (plain[at + 2]! << 16) | (plain[at + 3]! << 24)
    const slot = Math.imul(word, 0x9e37_79b1) >>> (32 - HASH_BITS)
    const earlier = places[slot]!
    places[slot] = at
    const length = earlier < 0 || at - earlier > WINDOW ? 0 : matching(plain, earlier, at)
    if (length < MATCH_MIN) {
      at++
      continue
    }
    out = putToken(packed, out, plain.subarray(literals, at), length)
    packed[out++] = (at - earlier) & 255
    packed[out++] = (at - earlier) >>> 8
    at += length
    literals = at
  }
  return putToken(packed, out, plain.subarray(literals), 0)
}

function matching(plain: Uint8Array, earlier: number, at: number): number {
  let length = 0
  while (at + length < ROUND_BYTES && plain[earlier + length] === plain[at + length]) length++
  return length
}

function putToken(packed: Uint8Array, at: number, literals: Uint8Array, match: number): number {
  let out = putCount(packed, at, literals.length)
  packed.set(literals, out)
  out += literals.length
  return putCount(packed, out, match)
}
function putCount(packed: Uint8Array, at: number, count: number): number {
  let [out, rest] = [at, count]
  for (; rest >= 255; rest -= 255) packed[out++] = 255
  packed[out++] = rest
  return out
}

function decompress(packed: Uint8Array, length: number, plain: Uint8Array): void {
  let [at, out] = [0, 0]
  const count = (): number => {
    let total = 0
    for (;;) {
      const byte = packed[at++]!
      total += byte
      if (byte < 255) return total
    }
  }
  while (at < length) {
    for (let left = count(); left > 0; left--) plain[out++] = packed[at++]!
    const match = count()
    if (match === 0) continue
    const from = out - (packed[at]! | (packed[at + 1]! << 8))
    at += 2
    for (let i = 0; i < match; i++) plain[out++] = plain[from + i]!
  }
}
