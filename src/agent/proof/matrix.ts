import { matrixDraw, rowBytes, type MatrixAnswer } from '../../kernel/index.ts'
import { MerkleTree, fastLeaf } from './merkle-tree.ts'

/** A product of matrices that was committed to. `product` has its rows one after another. */
export class MatrixProof {
  readonly #product: Int32Array
  readonly #n: number
  readonly #tree: MerkleTree

  constructor(product: Int32Array, n: number) {
    this.#product = product
    this.#n = n
    this.#tree = new MerkleTree(n, (row) => fastLeaf(this.#row(row)))
  }

  get root(): Uint8Array {
    return this.#tree.root
  }

  /** The drawn rows with their paths. */
  answer(draw: Uint8Array): MatrixAnswer {
    const { rows } = matrixDraw(draw, this.#n)
    return { rows: rows.map((row) => ({ sums: this.#row(row), path: this.#tree.path(row) })) }
  }

  #row(row: number): Uint8Array {
    return rowBytes(this.#product.subarray(row * this.#n, (row + 1) * this.#n))
  }
}
