import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import {
  BLOCK_WORDS,
  WALK_STEPS,
  blockBytes,
  firstBlock,
  nextBlock,
  openedBlocks,
  openedSteps,
  partnerOf,
  walkInput,
  walkRead,
  walkStart,
  type MemoryAnswer,
  type OpenedBlock,
} from '../../kernel/index.ts'
import { MerkleTree, fastLeaf } from './merkle-tree.ts'

/** All `size` blocks of a seed, one after another in memory. */
export function fillMemory(seed: Uint8Array, size: number): Uint32Array {
  const memory = new Uint32Array(size * BLOCK_WORDS)
  const mixed = new Uint32Array(BLOCK_WORDS)
  const block = (i: number) => memory.subarray(i * BLOCK_WORDS, (i + 1) * BLOCK_WORDS)
  memory.set(firstBlock(seed))
  for (let i = 1; i < size; i++) {
    const previous = block(i - 1)
    nextBlock({ i, previous, partner: block(partnerOf(previous, i)) }, block(i), mixed)
  }
  return memory
}

/** Filled memory that was committed to. */
export class MemoryProof {
  readonly #memory: Uint32Array
  readonly #size: number
  readonly #tree: MerkleTree

  constructor(memory: Uint32Array) {
    this.#memory = memory
    this.#size = memory.length / BLOCK_WORDS
    this.#tree = new MerkleTree(this.#size, (i) => fastLeaf(this.#bytes(i)))
  }

  get root(): Uint8Array {
    return this.#tree.root
  }

  /** 1 opened triples, 2 the walk over all of the memory, 3 its opened steps. */
  answer(draw: Uint8Array): MemoryAnswer {
    const triples = openedBlocks(draw, this.#size).map((i) => {
      const previous = this.#opened(i - 1)
      const partner = this.#opened(partnerOf(this.#block(i - 1), i))
      return { previous, partner, block: this.#opened(i) }
    })
    const states = this.#walk(draw)
    const tree = new MerkleTree(states.length, (step) => fastLeaf(states[step]!))
    const state = (step: number) => ({ bytes: states[step]!, path: tree.path(step) })
    const steps = openedSteps(draw, tree.root).map((step) => ({
      before: state(step),
      after: state(step + 1),
      block: this.#opened(walkRead(states[step]!, this.#size)),
    }))
    return { triples, walkRoot: tree.root, steps }
  }

  /** Every state of the walk: each says which block is read next. */
  #walk(draw: Uint8Array): Uint8Array[] {
    const states = [walkStart(draw)]
    for (let state = states[0]!; states.length <= WALK_STEPS;) {
      const input = walkInput(state, this.#bytes(walkRead(state, this.#size)))
      state = createHash('sha256').update(input).digest()
      states.push(state)
    }
    return states
  }

  #opened(i: number): OpenedBlock {
    return { bytes: this.#bytes(i), path: this.#tree.path(i) }
  }
  #block(i: number): Uint32Array {
    return this.#memory.subarray(i * BLOCK_WORDS, (i + 1) * BLOCK_WORDS)
  }
  #bytes(i: number): Uint8Array {
    return isLittleEndian ? viewOf(this.#block(i)) : blockBytes(this.#block(i))
  }
}

const isLittleEndian = endianness() === 'LE'

/** A block's memory as it lies there is the form that is hashed. */
function viewOf(block: Uint32Array): Uint8Array {
  return new Uint8Array(block.buffer, block.byteOffset, block.byteLength)
}
