import { concatBytes, sha256 } from '../hash.ts'
import { SeededWords, doubleRound, scaled } from './chacha.ts'

/** Words of a block: 1 KiB. No block can be made from less than the two before it. */
export const BLOCK_WORDS = 256
export const BLOCK_BYTES = BLOCK_WORDS * 4
/** Opened triples of the fill and opened steps of the walk. */
export const OPENED_BLOCKS = 32
/** Dependent reads of the walk: about 30 ms from memory, more than a second from a fast disk. */
export const WALK_STEPS = 16_384
/** Most blocks: 2 GiB. */
export const FILL_MOST = 2 ** 21

/** Block 0. */
export function firstBlock(seed: Uint8Array): Uint32Array {
  const words = new SeededWords(seed, 'memory')
  return Uint32Array.from({ length: BLOCK_WORDS }, () => words.next())
}

/** Which block goes into block i > 0 beside block i - 1: unknown until that one is made. */
export function partnerOf(previous: Uint32Array, i: number): number {
  return scaled(previous[0]!, i)
}

/**
 * Block i of block i - 1 and its partner: the compression of Argon2 (RFC 9106 section 3.5) with double
 * rounds of ChaCha on 32-bit words in place of its 64-bit permutation, rows first and then columns.
 * i goes in, so that a cycle of contents would not be one of blocks. `mixed` is memory to work in.
 */
export function nextBlock(
  block: { readonly i: number; readonly previous: Uint32Array; readonly partner: Uint32Array },
  out: Uint32Array,
  mixed: Uint32Array,
): void {
  const { previous, partner } = block
  for (let at = 0; at < BLOCK_WORDS; at++) out[at] = previous[at]! ^ partner[at]!
  out[1]! ^= block.i
  mixed.set(out)
  for (let row = 0; row < 16; row++) doubleRound(mixed, row * 16, 1)
  for (let column = 0; column < 16; column++) doubleRound(mixed, column, 16)
  for (let at = 0; at < BLOCK_WORDS; at++) out[at]! ^= mixed[at]!
}

/** A block as bytes, each word little-endian. */
export function blockBytes(block: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(BLOCK_BYTES)
  const view = new DataView(bytes.buffer)
  block.forEach((word, at) => view.setUint32(at * 4, word, true))
  return bytes
}

/** The block of those bytes. */
export function blockOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Uint32Array.from({ length: BLOCK_WORDS }, (_one, at) => view.getUint32(at * 4, true))
}

/** The blocks i > 0 whose making is opened. */
export function openedBlocks(draw: Uint8Array, size: number): number[] {
  const words = new SeededWords(draw, 'memory draw')
  return words.distinct(OPENED_BLOCKS, size - 1).map((at) => at + 1)
}

/** State before the first step of the walk. */
export const walkStart = (draw: Uint8Array): Uint8Array => sha256(draw)

/** The block that a state reads. */
export function walkRead(state: Uint8Array, size: number): number {
  const word = state[0]! + state[1]! * 2 ** 8 + state[2]! * 2 ** 16 + state[3]! * 2 ** 24
  return scaled(word, size)
}

/** What the next state of the walk is the SHA-256 of. */
export function walkInput(state: Uint8Array, block: Uint8Array): Uint8Array {
  return concatBytes(state, block)
}

/** The steps that are opened, known only once the whole walk is committed. */
export function openedSteps(draw: Uint8Array, walkRoot: Uint8Array): number[] {
  const words = new SeededWords(sha256(concatBytes(draw, walkRoot)), 'walk draw')
  return words.distinct(OPENED_BLOCKS, WALK_STEPS)
}
