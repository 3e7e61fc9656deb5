import { createHash } from 'node:crypto'

const NODE_PREFIX = Uint8Array.of(1)
const LEAF_PREFIX = Uint8Array.of(0)

/** Hash of a leaf as kernel/merkle.ts has it, by the processor's own instructions. */
export function fastLeaf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(LEAF_PREFIX).update(bytes).digest()
}

/** The tree of kernel/merkle.ts with all its levels kept, so that paths cost nothing. */
export class MerkleTree {
  readonly #levels: readonly (readonly Uint8Array[])[]

  /** `leaves` are leaf hashes, at least one. */
  constructor(leaves: readonly Uint8Array[]) {
    const levels = [leaves]
    for (let last = leaves; last.length > 1;) {
      const above: Uint8Array[] = []
      for (let at = 0; at < last.length; at += 2) {
        const [left, right] = [last[at]!, last[at + 1]]
        above.push(right === undefined ? left : fastNode(left, right))
      }
      levels.push(above)
      last = above
    }
    this.#levels = levels
  }

  get root(): Uint8Array {
    return this.#levels.at(-1)![0]!
  }

  /** Siblings of a leaf from the bottom up; a node without one has none at its level. */
  path(index: number): Uint8Array[] {
    let at = index
    return this.#levels.flatMap((level) => {
      const sibling = level[at ^ 1]
      at >>= 1
      return sibling === undefined ? [] : [sibling]
    })
  }
}

function fastNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  return createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest()
}
