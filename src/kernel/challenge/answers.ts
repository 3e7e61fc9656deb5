import { list, struct } from '../codec-compose.ts'
import { u32 } from '../codec-numbers.ts'
import { bytes } from '../codec-text.ts'
import type { Infer } from '../codec.ts'
import { BLOCK_BYTES, OPENED_BLOCKS } from './fill.ts'
import { MATRIX_MOST, OPENED_ROWS } from './matrix.ts'
import { OPENED_SEGMENTS } from './witness.ts'

/** Largest answer that is taken. */
export const ANSWER_BYTES = 1_048_576

const hash = bytes(32)
const path = list(hash, 32)

/** The drawn rows in the order of the draw, each with its path to the committed root. */
export const matrixAnswer = struct({
  rows: list(struct({ sums: bytes(MATRIX_MOST * 4), path }), OPENED_ROWS),
})
export type MatrixAnswer = Infer<typeof matrixAnswer>

const openedBlock = struct({ bytes: bytes(BLOCK_BYTES), path })
export type OpenedBlock = Infer<typeof openedBlock>

const state = struct({ bytes: hash, path })
/** Drawn blocks with the two that each was made of; the walk's root and its opened steps. */
export const memoryAnswer = struct({
  triples: list(
    struct({ previous: openedBlock, partner: openedBlock, block: openedBlock }),
    OPENED_BLOCKS,
  ),
  walkRoot: hash,
  steps: list(struct({ before: state, after: state, block: openedBlock }), OPENED_BLOCKS),
})
export type MemoryAnswer = Infer<typeof memoryAnswer>

const checkpoint = struct({ state: u32, path })
/** Checkpoints of each core, and both ends of each drawn segment. */
export const witnessAnswer = struct({
  checkpoints: list(u32, 4_096),
  segments: list(struct({ before: checkpoint, after: checkpoint }), OPENED_SEGMENTS),
})
export type WitnessAnswer = Infer<typeof witnessAnswer>
