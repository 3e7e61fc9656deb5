import { expect, test } from 'vitest'
import {
  concatBytes,
  consistencyProof,
  fromHex,
  inclusionProof,
  leafHash,
  nodeHash,
  sha256,
  toHex,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './index.ts'

// Entries and roots of the reference tests of Certificate Transparency (RFC 6962).
const entries = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const leaves = entries.map((entry) => leafHash(fromHex(entry)))

test('roots of the reference trees of 0 to 8 entries', () => {
  expect(treeRoot([])).toEqual(sha256(new Uint8Array()))
  expect(leaves.map((_, index) => toHex(treeRoot(leaves.slice(0, index + 1))))).toEqual(roots)
})

test('reference inclusion proofs', () => {
  const path = (index: number, size: number) =>
    inclusionProof(leaves.slice(0, size), index).map((hash) => toHex(hash))
  expect(path(0, 1)).toEqual([])
  expect(path(0, 8)).toEqual([
    '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  ])
  expect(path(5, 8)).toEqual([
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  ])
})

test('reference consistency proofs', () => {
  const path = (oldSize: number, size: number) =>
    consistencyProof(leaves.slice(0, size), oldSize).map((hash) => toHex(hash))
  expect(path(1, 1)).toEqual([])
  expect(path(6, 8)).toEqual([
    '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  ])
  expect(path(2, 5)).toEqual([
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  ])
})

const sizes = Array.from({ length: 40 }, (_, index) => index + 1)
const many = sizes.map((n) => leafHash(Uint8Array.of(n)))

function flipped(hash: Uint8Array): Uint8Array {
  const copy = hash.slice()
  copy[7]! ^= 1
  return copy
}

test('every inclusion proof verifies, and no altered one does', () => {
  for (const size of sizes) {
    const tree = many.slice(0, size)
    const root = treeRoot(tree)
    for (const [index, leaf] of tree.entries()) {
      const proof = inclusionProof(tree, index)
      const claim = { leafHash: leaf, index, size, proof, root }
      expect(verifyInclusion(claim)).toBe(true)
      expect(verifyInclusion({ ...claim, leafHash: flipped(leaf) })).toBe(false)
      expect(verifyInclusion({ ...claim, root: flipped(root) })).toBe(false)
      expect(verifyInclusion({ ...claim, proof: [...proof, leaf] })).toBe(false)
      expect(verifyInclusion({ ...claim, index: size })).toBe(false)
      if (proof.length === 0) continue
      expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false)
      expect(verifyInclusion({ ...claim, proof: proof.map(flipped) })).toBe(false)
      expect(verifyInclusion({ ...claim, index: index ^ 1 })).toBe(false)
    }
  }
})

test('every consistency proof verifies, and no altered one does', () => {
  for (const newSize of sizes) {
    const tree = many.slice(0, newSize)
    const newRoot = treeRoot(tree)
    for (let oldSize = 0; oldSize <= newSize; oldSize++) {
      const oldRoot = treeRoot(tree.slice(0, oldSize))
      const proof = consistencyProof(tree, oldSize)
      const claim = { oldSize, newSize, oldRoot, newRoot, proof }
      expect(verifyConsistency(claim)).toBe(true)
      expect(verifyConsistency({ ...claim, oldRoot: flipped(oldRoot) })).toBe(false)
      expect(verifyConsistency({ ...claim, proof: [...proof, newRoot] })).toBe(false)
      // Every tree extends the empty one, so there the new root is not bound to anything.
      if (oldSize === 0) continue
      expect(verifyConsistency({ ...claim, newRoot: flipped(newRoot) })).toBe(false)
      if (proof.length === 0) continue
      expect(verifyConsistency({ ...claim, proof: proof.slice(1) })).toBe(false)
      expect(verifyConsistency({ ...claim, proof: proof.map(flipped) })).toBe(false)
    }
  }
})

test('a proof does not verify for a tree of another size with the same root', () => {
  const tree = many.slice(0, 4)
  const [leaf, root] = [tree[0]!, treeRoot(tree)]
  const inclusion = { leafHash: leaf, index: 0, proof: inclusionProof(tree, 0), root }
  const accepted = sizes.filter((size) => verifyInclusion({ ...inclusion, size }))
  // Sizes 3 and 4 give the first leaf paths of one length, so the size itself must be signed too.
  expect(accepted).toEqual([3, 4])
  const oldRoot = treeRoot(tree.slice(0, 3))
  const consistency = { oldSize: 3, oldRoot, newRoot: root, proof: consistencyProof(tree, 3) }
  expect(sizes.filter((newSize) => verifyConsistency({ ...consistency, newSize }))).toEqual([4])
})

test('a proof longer than the tree is high does not verify, even if it leads to the root', () => {
  const [left, right] = [many[0]!, many[1]!]
  const claim = { leafHash: right, proof: [left], root: treeRoot([left, right]) }
  expect(verifyInclusion({ ...claim, index: 1, size: 2 })).toBe(true)
  expect(verifyInclusion({ ...claim, index: 0, size: 1 })).toBe(false)
  // From 3 to 4 leaves three hashes lead to the roots; the fourth puts both roots one level higher.
  const [top, proof] = [many[9]!, consistencyProof(many.slice(0, 4), 3)]
  const [oldRoot, newRoot] = [treeRoot(many.slice(0, 3)), treeRoot(many.slice(0, 4))]
  const [oldForged, newForged] = [nodeHash(top, oldRoot), nodeHash(top, newRoot)]
  const sizesClaimed = { oldSize: 3, newSize: 4 }
  expect(verifyConsistency({ ...sizesClaimed, oldRoot, newRoot, proof })).toBe(true)
  const forged = { oldRoot: oldForged, newRoot: newForged, proof: [...proof, top] }
  expect(verifyConsistency({ ...sizesClaimed, ...forged })).toBe(false)
})

test('hashes of another length cannot shift bytes between two nodes', () => {
  const [left, right] = [many[0]!, many[1]!]
  const root = treeRoot([left, right])
  const shifted = { leafHash: left.slice(0, 31), proof: [concatBytes(left.slice(31), right)] }
  expect(verifyInclusion({ ...shifted, index: 0, size: 2, root })).toBe(false)
  const whole = { leafHash: left, proof: [right], index: 0, size: 2, root }
  expect(verifyInclusion(whole)).toBe(true)
})

test('claims with impossible sizes or hashes of another length are refused', () => {
  const leaf = leaves[0]!
  const inclusion = { leafHash: leaf, index: 0, size: 1, proof: [], root: leaf }
  expect(verifyInclusion({ ...inclusion, index: -1 })).toBe(false)
  expect(verifyInclusion({ ...inclusion, size: 0 })).toBe(false)
  expect(verifyInclusion({ ...inclusion, index: 0.5 })).toBe(false)
  expect(verifyInclusion({ ...inclusion, leafHash: leaf.slice(1) })).toBe(false)
  const consistency = { oldSize: 2, newSize: 1, oldRoot: leaf, newRoot: leaf, proof: [] }
  expect(verifyConsistency(consistency)).toBe(false)
  expect(verifyConsistency({ ...consistency, oldSize: 3, newSize: 7 })).toBe(false)
  expect(verifyConsistency({ ...consistency, oldSize: 1.5, newSize: 7 })).toBe(false)
  const short = { ...consistency, oldSize: 1, oldRoot: leaf.slice(1), newRoot: leaf.slice(1) }
  expect(verifyConsistency({ ...short, newSize: 1 })).toBe(false)
  expect(() => inclusionProof(leaves, 8)).toThrow('index')
  expect(() => consistencyProof(leaves, 9)).toThrow('oldSize')
  expect(() => treeRoot([leaf.slice(1)])).toThrow('32 bytes')
})
