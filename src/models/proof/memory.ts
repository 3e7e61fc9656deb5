import {
  blockBytes,
  blockOf,
  BLOCK_BYTES,
  BLOCK_WORDS,
  equalBytes,
  firstBlock,
  leafHash,
  nextBlock,
  openedBlocks,
  openedSteps,
  partnerOf,
  sha256,
  verifyInclusion,
  WALK_STEPS,
  walkInput,
  walkRead,
  walkStart,
  type MemoryAnswer,
  type OpenedBlock,
} from '../../kernel/index.ts'
import type { Committed } from './matrix.ts'

/**
 * Looks at the opened blocks and the opened steps of the walk. Null when all hold, else what does not.
 * A fill of which a share f is right passes with about f^32, and so does a walk.
 */
export function memoryFault(committed: Committed, answer: MemoryAnswer): string | null {
  return fillFault(committed, answer) ?? walkFault(committed, answer)
}

function fillFault(committed: Committed, { triples }: MemoryAnswer): string | null {
  const { draw, size } = committed
  const drawn = openedBlocks(draw, size)
  if (triples.length !== drawn.length) return 'blocks'
  const made = new Uint32Array(BLOCK_WORDS)
  const mixed = new Uint32Array(BLOCK_WORDS)
  for (const [at, i] of drawn.entries()) {
    const { previous, partner, block } = triples[at]!
    if (!isBlock(committed, previous, i - 1) || !isBlock(committed, block, i)) return 'path'
    const before = blockOf(previous.bytes)
    if (!isBlock(committed, partner, partnerOf(before, i))) return 'path'
    if (i === 1 && !equalBytes(previous.bytes, blockBytes(firstBlock(committed.seed)))) {
      return 'block'
    }
    nextBlock({ i, previous: before, partner: blockOf(partner.bytes) }, made, mixed)
    if (!equalBytes(block.bytes, blockBytes(made))) return 'block'
  }
  return null
}

function walkFault(committed: Committed, { walkRoot, steps }: MemoryAnswer): string | null {
  const { draw, size } = committed
  const drawn = openedSteps(draw, walkRoot)
  if (steps.length !== drawn.length) return 'steps'
  for (const [at, step] of drawn.entries()) {
    const { before, after, block } = steps[at]!
    if (!isState(walkRoot, before, step) || !isState(walkRoot, after, step + 1)) return 'path'
    if (step === 0 && !equalBytes(before.bytes, walkStart(draw))) return 'step'
    if (!isBlock(committed, block, walkRead(before.bytes, size))) return 'path'
    if (!equalBytes(after.bytes, sha256(walkInput(before.bytes, block.bytes)))) return 'step'
  }
  return null
}

function isBlock({ root, size }: Committed, { bytes, path }: OpenedBlock, index: number): boolean {
  const leaf = leafHash(bytes)
  const isHeld = verifyInclusion({ leafHash: leaf, index, size, proof: path, root })
  return bytes.length === BLOCK_BYTES && isHeld
}

function isState(
  root: Uint8Array,
  { bytes, path }: MemoryAnswer['steps'][number]['before'],
  index: number,
): boolean {
  const size = WALK_STEPS + 1
  const leaf = leafHash(bytes)
  return bytes.length === 32 && verifyInclusion({ leafHash: leaf, index, size, proof: path, root })
}
