import { assert } from './assert.ts'
import { concatBytes, sha256 } from './hash.ts'

// The Merkle tree of RFC 6962 section 2.1. Every function below takes and gives 32-byte hashes:
// a tree is given by its leaf hashes, the leafHash of each entry in order.

const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

/** The hash of a log entry: SHA-256(0x00 || entry). */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(concatBytes(leafPrefix, entry))
}

/** The hash of an inner node: SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(nodePrefix, left, right))
}

/** The root over leaf hashes; SHA-256 of nothing for an empty tree. */
export function treeRoot(leafHashes: readonly Uint8Array[]): Uint8Array {
  assert(
    leafHashes.every((hash) => hash.length === 32),
    'treeRoot: leaf hashes of 32 bytes',
  )
  return leafHashes.length === 0
    ? sha256(new Uint8Array())
    : rangeRoot(leafHashes, 0, leafHashes.length)
}

/** The audit path of leaf `index`, from the leaf up (RFC 6962 section 2.1.1). */
export function inclusionProof(leafHashes: readonly Uint8Array[], index: number): Uint8Array[] {
  const size = leafHashes.length
  assert(Number.isInteger(index) && index >= 0 && index < size, 'inclusionProof: index')
  const path: Uint8Array[] = []
  let [from, until] = [0, size]
  while (until - from > 1) {
    const middle = from + splitPoint(until - from)
    if (index < middle) {
      path.push(rangeRoot(leafHashes, middle, until))
      until = middle
    } else {
      path.push(rangeRoot(leafHashes, from, middle))
      from = middle
    }
  }
  return path.toReversed()
}

/**
 * The proof that the tree of the first `oldSize` leaves is a prefix of the whole tree (RFC 6962
 * section 2.1.2). Empty when `oldSize` is 0 or the whole size.
 */
export function consistencyProof(leafHashes: readonly Uint8Array[], oldSize: number): Uint8Array[] {
  const size = leafHashes.length
  assert(Number.isInteger(oldSize) && oldSize >= 0 && oldSize <= size, 'consistencyProof: oldSize')
  if (oldSize === 0 || oldSize === size) return []
  const path: Uint8Array[] = []
  let [from, until] = [0, size]
  while (until !== oldSize) {
    const middle = from + splitPoint(until - from)
    if (oldSize <= middle) {
      path.push(rangeRoot(leafHashes, middle, until))
      until = middle
    } else {
      path.push(rangeRoot(leafHashes, from, middle))
      from = middle
    }
  }
  // The old root itself is known to the verifier unless the walk has left the left edge.
  if (from > 0) path.push(rangeRoot(leafHashes, from, until))
  return path.toReversed()
}

function rangeRoot(leafHashes: readonly Uint8Array[], from: number, until: number): Uint8Array {
  const size = until - from
  if (size === 1) return leafHashes[from]!
  const middle = from + splitPoint(size)
  return nodeHash(rangeRoot(leafHashes, from, middle), rangeRoot(leafHashes, middle, until))
}

/** The greatest power of two below `size` > 1. */
function splitPoint(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}
