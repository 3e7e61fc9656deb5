import { concatBytes, sha256 } from '../hash.ts'
import { utf8Encode } from '../utf8.ts'

/** "expand 32-byte k" (RFC 8439 section 2.3). */
const CONSTANTS = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]
const WORDS = 16

/**
 * A double round of ChaCha (RFC 8439 section 2.3: four columns, four diagonals) over the sixteen words
 * of `x` that lie at `at`, `at + step`, …
 */
export function doubleRound(x: Uint32Array, at: number, step: number): void {
  quarter(x, at, at + 4 * step, at + 8 * step, at + 12 * step)
  quarter(x, at + step, at + 5 * step, at + 9 * step, at + 13 * step)
  quarter(x, at + 2 * step, at + 6 * step, at + 10 * step, at + 14 * step)
  quarter(x, at + 3 * step, at + 7 * step, at + 11 * step, at + 15 * step)
  quarter(x, at, at + 5 * step, at + 10 * step, at + 15 * step)
  quarter(x, at + step, at + 6 * step, at + 11 * step, at + 12 * step)
  quarter(x, at + 2 * step, at + 7 * step, at + 8 * step, at + 13 * step)
  quarter(x, at + 3 * step, at + 4 * step, at + 9 * step, at + 14 * step)
}

function quarter(x: Uint32Array, ia: number, ib: number, ic: number, id: number): void {
  let [a, b, c, d] = [x[ia]! | 0, x[ib]! | 0, x[ic]! | 0, x[id]! | 0]
  a = (a + b) | 0
  d ^= a
  d = (d << 16) | (d >>> 16)
  c = (c + d) | 0
  b ^= c
  b = (b << 12) | (b >>> 20)
  a = (a + b) | 0
  d ^= a
  d = (d << 8) | (d >>> 24)
  c = (c + d) | 0
  b ^= c
  b = (b << 7) | (b >>> 25)
  x[ia] = a
  x[ib] = b
  x[ic] = c
  x[id] = d
}

/**
 * Random words that everybody can make again from 32 bytes and a label: the key stream of ChaCha20
 * under the key SHA-256(seed || label), counter from 0, no nonce.
 */
export class SeededWords {
  readonly #start: Uint32Array
  readonly #block = new Uint32Array(WORDS)
  #left = 0

  constructor(seed: Uint8Array, label: string) {
    const key = sha256(concatBytes(seed, utf8Encode(label)))
    const view = new DataView(key.buffer, key.byteOffset, key.byteLength)
    const words = Array.from({ length: 8 }, (_one, at) => view.getUint32(at * 4, true))
    this.#start = Uint32Array.of(...CONSTANTS, ...words, 0, 0, 0, 0)
  }

  /** The next 32 bits. */
  next(): number {
    if (this.#left === 0) this.#refill()
    return this.#block[WORDS - this.#left--]!
  }

  /** `count` different numbers of 0 … limit - 1, in the order in which they come; all when fewer. */
  distinct(count: number, limit: number): number[] {
    const found = new Set<number>()
    while (found.size < Math.min(count, limit)) found.add(scaled(this.next(), limit))
    return [...found]
  }

  #refill(): void {
    this.#block.set(this.#start)
    for (let round = 0; round < 10; round++) doubleRound(this.#block, 0, 1)
    for (let at = 0; at < WORDS; at++) this.#block[at]! += this.#start[at]!
    this.#start[12]!++
    this.#left = WORDS
  }
}

/** 32 bits spread evenly over 0 … limit - 1, for a limit of at most 2^21. */
export function scaled(word: number, limit: number): number {
  return Math.floor((word * limit) / 2 ** 32)
}
