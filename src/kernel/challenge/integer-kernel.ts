/** Bytes of one block: fits the first-level cache of every processor of the last fifteen years. */
const BLOCK = 4_096

/** Blocks 0 … 255 must give this checksum on every machine: integer operations are bit-exact. */
export const SET_BLOCKS = 256
export const SET_CHECKSUM = 3_282_395_136

const HASH_SLOTS = 1_024

/** Reusable memory of the kernel, so that a run measures no allocation. */
export class IntegerKernel {
  readonly #block = new Uint8Array(BLOCK)
  readonly #sorted = new Uint16Array(BLOCK / 4)
  readonly #slots = new Int32Array(HASH_SLOTS)

  /** Works through one set of blocks: fill, match like LZ77, sort, hash. Returns its checksum. */
  runSet(): number {
    let checksum = 0
    for (let seed = 0; seed < SET_BLOCKS; seed++) {
      checksum = (Math.imul(checksum, 31) + this.runBlock(seed)) >>> 0
    }
    return checksum
  }

  /** One block made of 32 bits of seed: fill, match, sort, hash. Returns 32 bits. */
  runBlock(seed: number): number {
    fill(this.#block, seed)
    const matched = longestMatches(this.#block, this.#slots)
    for (let i = 0; i < this.#sorted.length; i++) {
      this.#sorted[i] = (this.#block[i * 4]! << 8) | this.#block[i * 4 + 3]!
    }
    this.#sorted.sort()
    return murmur(this.#block, murmur(this.#sorted, matched))
  }
}

/** Text-like bytes: a small alphabet, so that matches are found. */
function fill(block: Uint8Array, seed: number): void {
  let state = (seed + 0x9e37_79b9) >>> 0
  for (let i = 0; i < block.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    block[i] = 97 + ((state >>> 9) & 7)
  }
}

/** Sum of the lengths of greedy matches found through a table of the last place of each triple. */
function longestMatches(block: Uint8Array, slots: Int32Array): number {
  slots.fill(-1)
  let total = 0
  for (let at = 0; at + 3 < block.length;) {
    const triple = (block[at]! << 16) | (block[at + 1]! << 8) | block[at + 2]!
    const slot = Math.imul(triple, 0x9e37_79b1) >>> 22
    const earlier = slots[slot]!
    slots[slot] = at
    let length = 0
    if (earlier >= 0) {
      while (at + length < block.length && block[earlier + length] === block[at + length]) length++
    }
    total = (total + Math.imul(length, at + 1)) >>> 0
    at += length > 2 ? length : 1
  }
  return total
}

function murmur(values: ArrayLike<number>, seed: number): number {
  let hash = seed
  for (let i = 0; i < values.length; i++) {
    hash ^= Math.imul(values[i]!, 0xcc9e_2d51)
    hash = (hash << 13) | (hash >>> 19)
    hash = (Math.imul(hash, 5) + 0xe654_6b64) | 0
  }
  return hash >>> 0
}
