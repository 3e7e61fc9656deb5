/** What a machine says that did not do the work is found out, whatever was drawn. */
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { cases } from '../../../test/support/cases.ts'
import { MatrixProof, MemoryProof, WitnessProof, fillMemory, runChain } from '../../agent/index.ts'
import { BLOCK_WORDS, factorsOf, productRows } from '../../kernel/index.ts'
import { matrixFault } from './matrix.ts'
import { memoryFault } from './memory.ts'
import { witnessFault } from './witness.ts'

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 })
const both = { seed: seeds, draw: seeds }
const ORDER = 48
const BLOCKS = 96
const SEGMENTS = 12

const product = (seed: Uint8Array): Int32Array =>
  productRows(factorsOf(seed, ORDER), ORDER, 0, ORDER)

function matrix(seed: Uint8Array, draw: Uint8Array, rows: Int32Array): string | null {
  const proof = new MatrixProof(rows, ORDER)
  return matrixFault({ seed, draw, size: ORDER, root: proof.root }, proof.answer(draw))
}

describe('a product of matrices', () => {
  test.prop(both, { numRuns: cases(20) })('that was computed passes', ({ seed, draw }) => {
    expect(matrix(seed, draw, product(seed))).toBeNull()
  })

  test.prop(both, { numRuns: cases(20) })('that is noise is found', ({ seed, draw }) => {
    const noise = product(draw)
    expect(
      matrix(
        seed,
        draw,
        noise.map((one, at) => one ^ (at & 1)),
      ),
    ).toBe('row')
  })

  test.prop(both, { numRuns: cases(20) })('whose rows are swapped is found', ({ seed, draw }) => {
    const rows = product(seed)
    const swapped = rows.slice()
    for (let row = 0; row < ORDER; row++) {
      const to = row ^ 1
      swapped.set(rows.subarray(row * ORDER, (row + 1) * ORDER), to * ORDER)
    }
    expect(matrix(seed, draw, swapped)).toBe('row')
  })

  test.prop(both, { numRuns: cases(20) })('of which half was computed is found', (each) => {
    const half = product(each.seed)
    half.fill(0, half.length / 2)
    expect(matrix(each.seed, each.draw, half)).toBe('row')
  })

  test.prop(both, { numRuns: cases(20) })('opened at other rows is found', ({ seed, draw }) => {
    const proof = new MatrixProof(product(seed), ORDER)
    const committed = { seed, draw, size: ORDER, root: proof.root }
    const answer = proof.answer(draw)
    const others = { rows: answer.rows.toReversed() }
    expect(matrixFault(committed, others)).toBe('path')
    expect(matrixFault(committed, { rows: answer.rows.slice(1) })).toBe('rows')
  })
})

function memory(seed: Uint8Array, draw: Uint8Array, blocks: Uint32Array): string | null {
  const proof = new MemoryProof(blocks)
  return memoryFault({ seed, draw, size: BLOCKS, root: proof.root }, proof.answer(draw))
}

describe('filled memory', () => {
  test.prop(both, { numRuns: cases(2) })('that was filled and kept passes', ({ seed, draw }) => {
    expect(memory(seed, draw, fillMemory(seed, BLOCKS))).toBeNull()
  })

  test.prop(both, { numRuns: cases(2) })('of another seed is found', ({ seed, draw }) => {
    // Without a chain behind it: as a generator would give it that needs no memory.
    const made = fillMemory(draw, BLOCKS)
    made[0]! ^= 1
    expect(memory(seed, draw, made)).not.toBeNull()
  })

  test.prop(both, { numRuns: cases(2) })('that is shorter is found', ({ seed, draw }) => {
    const short = fillMemory(seed, BLOCKS)
    const half = (BLOCKS / 2) * BLOCK_WORDS
    short.copyWithin(half, 0, half)
    expect(memory(seed, draw, short)).not.toBeNull()
  })

  test.prop(both, { numRuns: cases(2) })(
    'that is thrown away after the commit is found',
    (each) => {
      const full = new MemoryProof(fillMemory(each.seed, BLOCKS))
      const committed = { seed: each.seed, draw: each.draw, size: BLOCKS, root: full.root }
      const honest = full.answer(each.draw)
      const emptied = fillMemory(each.seed, BLOCKS).fill(0, (BLOCKS / 2) * BLOCK_WORDS)
      const late = new MemoryProof(emptied).answer(each.draw)
      expect(
        memoryFault(committed, { ...honest, walkRoot: late.walkRoot, steps: late.steps }),
      ).toBe('path')
      expect(memoryFault(committed, late)).toBe('path')
    },
  )
})

function until(count: number): () => boolean {
  let left = count
  return () => left-- <= 0
}
function witness(seed: Uint8Array, draw: Uint8Array, chains: number[][], cores = 2): string | null {
  const proof = new WitnessProof(chains)
  const { root, work } = proof
  return witnessFault({ seed, draw, size: 1_000, root, work, cores }, proof.answer(draw))
}
const chains = (seed: Uint8Array): number[][] =>
  [0, 1].map((core) => runChain(seed, core, until(SEGMENTS)))

describe("a witness's chains", () => {
  test.prop(both, { numRuns: cases(2) })('that were computed pass', ({ seed, draw }) => {
    expect(witness(seed, draw, chains(seed))).toBeNull()
  })

  test.prop(both, { numRuns: cases(2) })('that were begun for another seed are found', (each) => {
    const [first, second] = chains(each.draw)
    expect(witness(each.seed, each.draw, [second!, first!])).not.toBeNull()
  })

  test.prop(both, { numRuns: cases(2) })('of which half was computed are found', (each) => {
    const half = chains(each.seed).map((states) =>
      states.map((state, index) => (index > SEGMENTS / 2 ? state ^ 1 : state)),
    )
    expect(witness(each.seed, each.draw, half)).toBe('segment')
  })

  test.prop(both, { numRuns: cases(2) })('that claim more work are found', ({ seed, draw }) => {
    const proof = new WitnessProof(chains(seed))
    const committed = { seed, draw, size: 1_000, root: proof.root, cores: 2 }
    const more = { ...committed, work: proof.work + 32 }
    expect(witnessFault(more, proof.answer(draw))).toBe('work')
    const twice = proof.answer(draw)
    const longer = { ...twice, checkpoints: twice.checkpoints.map((count) => count + 1) }
    expect(witnessFault({ ...committed, work: proof.work + 64 }, longer)).not.toBeNull()
  })

  test.prop(both, { numRuns: cases(2) })('on more cores than were sold are found', (each) => {
    expect(witness(each.seed, each.draw, chains(each.seed), 1)).toBe('cores')
  })
})
