/** Inputs that somebody or some disk has altered, from a seed that is printed. */
import { randomInt } from 'node:crypto'
import { Prng } from '../../src/kernel/index.ts'

const INPUTS = process.env['SUAN_FUZZ']
/** Every day the same inputs; who asks for more gets new ones. */
const DEFAULT_SEED = INPUTS === undefined ? 2064281045 : randomInt(2 ** 31)
const SEED = Number(process.env['SUAN_FUZZ_SEED'] ?? DEFAULT_SEED)

/** How many inputs a decoder gets: SUAN_FUZZ (a million in `.ci/long`), or its everyday number. */
export const inputs = (everyday: number): number => Number(INPUTS ?? everyday)

/** Generous: a slow machine takes a millisecond an input. */
export const timeoutMs = (count: number): number => 60_000 + 10 * count

/** A generator of its own for each test, so that one does not change the other's inputs. */
export function rngOf(test: string): Prng {
  console.log(`${test}: SUAN_FUZZ_SEED=${SEED}`)
  return new Prng(SEED)
}

/** Bytes that this thread holds now; other threads' tests do not count. */
export function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

export function pick<T>(rng: Prng, items: readonly T[]): T {
  return items[rng.below(items.length)] as T
}

/** Lengths and counts that promise more than there is: varints and u32 of 2^31 and about. */
const PROMISES = [
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0x80, 0x80, 0x80, 0x80, 0x08],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0x00, 0x00, 0x00, 0x80],
  [0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff],
  [0x00, 0x00, 0x00, 0x00],
] as const

/** `bytes` with one to three changes; `other` is what pieces are taken from. */
export function mutate(rng: Prng, bytes: Uint8Array, other: Uint8Array): Buffer {
  let result = Buffer.from(bytes)
  for (let changes = 1 + rng.below(3); changes > 0; changes--) result = change(rng, result, other)
  return result
}

function change(rng: Prng, bytes: Buffer<ArrayBuffer>, other: Uint8Array): Buffer<ArrayBuffer> {
  if (bytes.length === 0) return randomBytes(rng, 8)
  const at = rng.below(bytes.length)
  const before = bytes.subarray(0, at)
  const after = bytes.subarray(at)
  switch (rng.below(8)) {
    case 0:
      bytes[at]! ^= 1 << rng.below(8)
      return bytes
    case 1:
      bytes[at] = rng.below(256)
      return bytes
    case 2:
      return Buffer.from(before)
    case 3:
      return Buffer.concat([before, randomBytes(rng, 1 + rng.below(4)), after])
    case 4:
      return Buffer.concat([before, bytes.subarray(at + 1 + rng.below(4))])
    case 5: {
      const promise = Buffer.from(pick(rng, PROMISES))
      return Buffer.concat([before, promise, bytes.subarray(at + promise.length)])
    }
    case 6: {
      const from = rng.below(other.length + 1)
      const piece = other.subarray(from, from + rng.below(64))
      return Buffer.concat([before, piece, bytes.subarray(at + piece.length)])
    }
    default:
      return Buffer.concat([before, after.subarray(0, rng.below(32)), after])
  }
}

export function randomBytes(rng: Prng, length: number): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at++) bytes[at] = rng.below(256)
  return bytes
}
