import {
  factorsOf,
  leafHash,
  matrixDraw,
  verifyInclusion,
  rowOf,
  type Factors,
  type MatrixAnswer,
} from '../../kernel/index.ts'

/** What a challenge asked and what was said before the draw. */
export interface Committed {
  readonly seed: Uint8Array
  readonly size: number
  readonly root: Uint8Array
  readonly draw: Uint8Array
}

/**
 * Freivalds' check on opened rows: row · r must be A[row] · (B r), exactly. A row that is not one of
 * the product passes with 2^-16, since r was drawn after the commitment. Null when all hold, else
 * what does not.
 */
export function matrixFault(committed: Committed, answer: MatrixAnswer): string | null {
  const { seed, size: n, root, draw } = committed
  const { vector, rows } = matrixDraw(draw, n)
  if (answer.rows.length !== rows.length) return 'rows'
  const factors = factorsOf(seed, n)
  const image = timesVector(factors, vector)
  for (const [at, index] of rows.entries()) {
    const { sums, path } = answer.rows[at]!
    const leaf = leafHash(sums)
    if (!verifyInclusion({ leafHash: leaf, index, size: n, proof: path, root })) return 'path'
    if (sums.length !== n * 4) return 'row'
    if (dot(rowOf(sums), vector) !== rowTimes(factors.a, index, image)) return 'row'
  }
  return null
}

/** B r: below n x 2^7 x 2^16. */
function timesVector({ b }: Factors, r: Uint16Array): Float64Array {
  const n = r.length
  return Float64Array.from({ length: n }, (_one, k) => {
    let sum = 0
    for (let j = 0; j < n; j++) sum += b[k * n + j]! * r[j]!
    return sum
  })
}

/** A[row] · v: below n^2 x 2^30, which is exact up to n = 2,048. */
function rowTimes(a: Int8Array, row: number, v: Float64Array): number {
  let sum = 0
  for (let k = 0; k < v.length; k++) sum += a[row * v.length + k]! * v[k]!
  return sum
}

function dot(row: Int32Array, r: Uint16Array): number {
  let sum = 0
  for (let j = 0; j < r.length; j++) sum += row[j]! * r[j]!
  return sum
}
