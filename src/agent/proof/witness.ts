import {
  checkpointLeaf,
  openedSegments,
  WitnessChain,
  witnessStart,
  witnessWork,
  type WitnessAnswer,
} from '../../kernel/index.ts'
import { MerkleTree } from './merkle-tree.ts'

/** One core's checkpoints, its start first, until `until` says that the time is over. */
export function runChain(seed: Uint8Array, core: number, until: () => boolean): number[] {
  const chain = new WitnessChain()
  const states = [witnessStart(seed, core)]
  while (!until()) states.push(chain.run(states.at(-1)!, states.length - 1))
  return states
}

/** Chains of all cores that were committed to. */
export class WitnessProof {
  readonly #cores: readonly (readonly number[])[]
  readonly #tree: MerkleTree

  constructor(cores: readonly (readonly number[])[]) {
    this.#cores = cores
    const leaves = cores.flatMap((states, core) =>
      states.map((state, index) => checkpointLeaf(core, index, state)),
    )
    this.#tree = new MerkleTree(leaves.length, (at) => leaves[at]!)
  }

  get root(): Uint8Array {
    return this.#tree.root
  }
  /** blocks done on all cores */
  get work(): number {
    return witnessWork(this.#checkpoints)
  }
  get #checkpoints(): number[] {
    return this.#cores.map((states) => states.length)
  }

  /** Both ends of the drawn segments. */
  answer(draw: Uint8Array): WitnessAnswer {
    const checkpoints = this.#checkpoints
    const segments = openedSegments(draw, checkpoints).map(({ core, index, leaf }) => {
      const end = (after: 0 | 1) => ({
        state: this.#cores[core]![index + after]!,
        path: this.#tree.path(leaf + after),
      })
      return { before: end(0), after: end(1) }
    })
    return { checkpoints, segments }
  }
}
