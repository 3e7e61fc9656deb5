/** Test code: a daemon that answers challenges as it likes, over the real door. */
import type { MatrixProof, MemoryProof } from '../../src/agent/index.ts'
import { MatrixProof as Matrix, MemoryProof as Memory, fillMemory } from '../../src/agent/index.ts'
import type { Stream } from '../../src/client/index.ts'
import {
  encode,
  factorsOf,
  fromHex,
  matrixAnswer,
  memoryAnswer,
  productRows,
  toHex,
} from '../../src/kernel/index.ts'
import type { Challenge } from '../../src/wire/index.ts'
import type { TestNode } from '../support/api-venue.ts'

/** What it commits to, and what it then answers; null says nothing. */
export interface Claimed {
  readonly root: Uint8Array
  readonly answer: (draw: Uint8Array) => Uint8Array | null
}
export type Strategy = (challenge: Challenge) => Promise<Claimed | null>

/** Listens until closed, with one of the strategies below. */
export class LyingNode {
  strategy: Strategy
  readonly #stream: Stream
  readonly #node: TestNode
  readonly #claims = new Map<string, Promise<Claimed | null>>()
  readonly #answered = new Set<string>()

  constructor(node: TestNode, strategy: Strategy) {
    this.#node = node
    this.strategy = strategy
    this.#stream = node.daemon.openStream()
    this.#stream.subscribe('assignments', { node_id: node.id }, () => {})
    this.#stream.subscribe('challenges', { node_id: node.id, witness: true }, ({ data }) => {
      for (const each of data) void this.#take(each)
    })
  }

  close(): void {
    this.#stream.close()
  }

  async #take(challenge: Challenge): Promise<void> {
    const { id, step, draw } = challenge
    const params = { challenge_id: id }
    if (step === 'commit' && !this.#claims.has(id)) {
      const claim = this.strategy(challenge)
      this.#claims.set(id, claim)
      const claimed = await claim
      if (claimed === null) return
      const body = { root: toHex(claimed.root), work: 1 }
      // Too late is what some of them are meant to be.
      await this.#node.daemon.commitChallenge({ params, body }).catch(() => {})
    }
    if (step !== 'answer' || draw === null || this.#answered.has(id)) return
    this.#answered.add(id)
    const bytes = (await this.#claims.get(id))?.answer(fromHex(draw)) ?? null
    if (bytes !== null) await this.#node.daemon.answerChallenge({ params, body: bytes })
  }
}

/** Does the work; `spoil` changes the result before it is committed to. */
export function working(
  spoil: { matrix?: (product: Int32Array) => void; memory?: (blocks: Uint32Array) => void } = {},
): Strategy {
  return async ({ proof, seed, size }) => {
    const bytes = fromHex(seed)
    if (proof === 'matrix') {
      const product = productRows(factorsOf(bytes, size), size, 0, size)
      spoil.matrix?.(product)
      return matrixClaim(new Matrix(product, size))
    }
    const blocks = fillMemory(bytes, size)
    spoil.memory?.(blocks)
    return memoryClaim(new Memory(blocks))
  }
}

const matrixClaim = (proof: MatrixProof): Claimed => ({
  root: proof.root,
  answer: (draw) => encode(matrixAnswer, proof.answer(draw)),
})
export const memoryClaim = (proof: MemoryProof): Claimed => ({
  root: proof.root,
  answer: (draw) => encode(memoryAnswer, proof.answer(draw)),
})
