import { leafHash } from '../merkle.ts'
import { Writer } from '../writer.ts'
import { SeededWords } from './chacha.ts'
import { IntegerKernel } from './integer-kernel.ts'

/** Blocks of the integer kernel between two checkpoints. */
const SEGMENT_BLOCKS = 32
/** Segments that are opened: a computed share f of them passes with f^16. */
export const OPENED_SEGMENTS = 16

/**
 * One core's chain: each block of the suite's integer kernel is made of what came out of the one
 * before, so that it cannot be shared out or begun in the middle. Work is counted in the unit of
 * `int_1t_ops_per_s`.
 */
export class WitnessChain {
  readonly #kernel = new IntegerKernel()

  /** State after segment number `segment` that began with `state`. */
  run(state: number, segment: number): number {
    let now = state
    for (let at = 0; at < SEGMENT_BLOCKS; at++) {
      // The number goes in: 32 bits come back to a state that they had, and then must not go on alike.
      now = this.#kernel.runBlock(
        (now ^ Math.imul(segment * SEGMENT_BLOCKS + at, 0x9e37_79b1)) >>> 0,
      )
    }
    return now
  }
}

/** State of a core before its first segment. */
export function witnessStart(seed: Uint8Array, core: number): number {
  return new SeededWords(seed, `witness ${core}`).next()
}

/** Leaf of the committed tree: checkpoint `index` of a core. */
export function checkpointLeaf(core: number, index: number, state: number): Uint8Array {
  const writer = new Writer()
  writer.u16(core)
  writer.u32(index)
  writer.u32(state)
  return leafHash(writer.finish())
}

/** Blocks that cores with so many checkpoints each (the start is one) have done. */
export function witnessWork(checkpoints: readonly number[]): number {
  return checkpoints.reduce((sum, count) => sum + (count - 1) * SEGMENT_BLOCKS, 0)
}

/** A segment between two checkpoints next to each other; `leaf` is the place of the first. */
export interface Segment {
  readonly core: number
  readonly index: number
  readonly leaf: number
}

/** The segments that are opened, of cores with so many checkpoints each. */
export function openedSegments(draw: Uint8Array, checkpoints: readonly number[]): Segment[] {
  const total = checkpoints.reduce((sum, count) => sum + count - 1, 0)
  return new SeededWords(draw, 'witness draw')
    .distinct(OPENED_SEGMENTS, total)
    .map((number) => segmentAt(number, checkpoints))
}

function segmentAt(number: number, checkpoints: readonly number[]): Segment {
  let [left, leaf] = [number, 0]
  for (const [core, count] of checkpoints.entries()) {
    if (left < count - 1) return { core, index: left, leaf: leaf + left }
    left -= count - 1
    leaf += count
  }
  throw new RangeError('a segment beyond the last')
}
