import { SeededWords } from './chacha.ts'

/** Rows of the product that are opened: one computed share f of them passes with f^16. */
export const OPENED_ROWS = 16
/** Largest order: sums of a row with the drawn vector stay exact below 2^53. */
export const MATRIX_MOST = 2_048

/** Two matrices of n x n signed bytes, row after row. */
export interface Factors {
  readonly a: Int8Array
  readonly b: Int8Array
}

/** The factors that a seed of 32 bytes means. */
export function factorsOf(seed: Uint8Array, n: number): Factors {
  return { a: signedBytes(seed, 'matrix a', n), b: signedBytes(seed, 'matrix b', n) }
}

function signedBytes(seed: Uint8Array, label: string, n: number): Int8Array {
  const words = new SeededWords(seed, label)
  const all = new Int8Array(n * n)
  for (let at = 0; at < all.length; at += 4) {
    const word = words.next()
    for (let byte = 0; byte < 4 && at + byte < all.length; byte++) {
      all[at + byte] = word >>> (8 * byte)
    }
  }
  return all
}

/** What is drawn after the commitment: a vector of 16-bit numbers and the rows to be opened. */
export interface MatrixDraw {
  readonly vector: Uint16Array
  readonly rows: readonly number[]
}

export function matrixDraw(draw: Uint8Array, n: number): MatrixDraw {
  const words = new SeededWords(draw, 'matrix draw')
  const vector = Uint16Array.from({ length: n }, () => words.next() & 0xffff)
  return { vector, rows: words.distinct(OPENED_ROWS, n) }
}

/** Rows `from` … `until` - 1 of the product, exact: |sums| <= n x 2^14. */
export function productRows({ a, b }: Factors, n: number, from: number, until: number): Int32Array {
  const c = new Int32Array((until - from) * n)
  for (let i = from; i < until; i++) {
    const to = (i - from) * n
    // Four rows of B at once while there are four: the sums stay in registers.
    let k = 0
    for (; k + 3 < n; k += 4) {
      const [a0, a1] = [a[i * n + k]!, a[i * n + k + 1]!]
      const [a2, a3] = [a[i * n + k + 2]!, a[i * n + k + 3]!]
      const at = k * n
      for (let j = 0; j < n; j++) {
        const first = Math.imul(a0, b[at + j]!) + Math.imul(a1, b[at + n + j]!)
        const last = Math.imul(a2, b[at + 2 * n + j]!) + Math.imul(a3, b[at + 3 * n + j]!)
        c[to + j] = (c[to + j]! + first + last) | 0
      }
    }
    for (; k < n; k++) {
      const one = a[i * n + k]!
      for (let j = 0; j < n; j++) c[to + j]! += Math.imul(one, b[k * n + j]!)
    }
  }
  return c
}

/** A row of the product as bytes, each sum little-endian. */
export function rowBytes(row: Int32Array): Uint8Array {
  const bytes = new Uint8Array(row.length * 4)
  const view = new DataView(bytes.buffer)
  row.forEach((sum, at) => view.setInt32(at * 4, sum, true))
  return bytes
}

/** The row of those bytes. */
export function rowOf(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Int32Array.from({ length: bytes.length >> 2 }, (_one, at) => view.getInt32(at * 4, true))
}
