/** What a challenge of hardware is: what both sides must compute alike, bit by bit. */
export {
  ANSWER_BYTES,
  matrixAnswer,
  memoryAnswer,
  witnessAnswer,
  type MatrixAnswer,
  type MemoryAnswer,
  type OpenedBlock,
  type WitnessAnswer,
} from './answers.ts'
export {
  BLOCK_BYTES,
  BLOCK_WORDS,
  FILL_MOST,
  WALK_STEPS,
  blockBytes,
  blockOf,
  firstBlock,
  nextBlock,
  openedBlocks,
  openedSteps,
  partnerOf,
  walkInput,
  walkRead,
  walkStart,
} from './fill.ts'
export { IntegerKernel, SET_BLOCKS, SET_CHECKSUM } from './integer-kernel.ts'
export {
  MATRIX_MOST,
  factorsOf,
  matrixDraw,
  productRows,
  rowBytes,
  rowOf,
  type Factors,
} from './matrix.ts'
export {
  WitnessChain,
  checkpointLeaf,
  openedSegments,
  witnessStart,
  witnessWork,
  type Segment,
} from './witness.ts'
