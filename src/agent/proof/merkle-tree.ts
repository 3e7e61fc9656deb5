import { createHash } from 'node:crypto'

const NODE_PREFIX = Uint8Array.of(1)
const LEAF_PREFIX = Uint8Array.of(0)
const HASH = 32

/** Hash of a leaf as kernel/merkle.ts has it, by the processor's own instructions. */
export function fastLeaf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(LEAF_PREFIX).update(bytes).digest()
}

/**
 * The tree of kernel/merkle.ts with all its levels kept, so that paths cost nothing. Hashes lie side by
 * side: millions of them as objects of their own would take more memory than what they are of.
 */
export class MerkleTree {
  /** from the leaves up */
  readonly #levels: Uint8Array[] = []

  /** Of `count` leaf hashes, at least one. */
  constructor(count: number, leafAt: (index: number) => Uint8Array) {
    let level = new Uint8Array(count * HASH)
    for (let at = 0; at < count; at++) level.set(leafAt(at), at * HASH)
    this.#levels.push(level)
    while (level.length > HASH) this.#levels.push((level = above(level)))
  }

  get root(): Uint8Array {
    return this.#levels.at(-1)!.slice()
  }

  /** Siblings of a leaf from the bottom up; a node without one has none at its level. */
  path(index: number): Uint8Array[] {
    let at = index
    return this.#levels.flatMap((level) => {
      const from = (at ^ 1) * HASH
      at >>= 1
      return from < level.length && level.length > HASH ? [level.slice(from, from + HASH)] : []
    })
  }
}

function above(level: Uint8Array): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(Math.ceil(level.length / HASH / 2) * HASH)
  for (let at = 0; at < level.length; at += 2 * HASH) {
    const pair = level.subarray(at, at + 2 * HASH)
    const isWhole = pair.length === 2 * HASH
    next.set(isWhole ? nodeOf(pair) : pair, at / 2)
  }
  return next
}

/** Of left and right hash side by side. */
function nodeOf(pair: Uint8Array): Uint8Array {
  return createHash('sha256').update(NODE_PREFIX).update(pair).digest()
}
