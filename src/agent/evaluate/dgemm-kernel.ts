/** Order of the matrices: three of them take 1.5 MiB, beyond the first-level cache. */
const ORDER = 256
/** Floating-point operations of one product. */
export const PRODUCT_FLOPS = 2 * ORDER ** 3
/** Sum of all elements of the product; every partial sum is an integer below 2^53, hence exact. */
export const PRODUCT_SUM = -15_807

/** Double-precision matrix product C = A·B with integer elements (spec: bit-exact everywhere). */
export class DgemmKernel {
  readonly #a = matrix((i, j) => ((i * 7 + j * 13) % 17) - 8)
  readonly #b = matrix((i, j) => ((i * 5 + j * 11) % 19) - 7)
  readonly #c = new Float64Array(ORDER * ORDER)

  /** One product; returns the sum of its elements weighted by position modulo 7. */
  run(): number {
    multiply(this.#a, this.#b, this.#c)
    let sum = 0
    for (let i = 0; i < this.#c.length; i++) sum += this.#c[i]! * (1 + (i % 7))
    return sum
  }
}

/** Row times row with four columns of A at once: the order of additions never changes. */
function multiply(a: Float64Array, b: Float64Array, c: Float64Array): void {
  c.fill(0)
  for (let i = 0; i < ORDER; i++) {
    const row = i * ORDER
    for (let k = 0; k < ORDER; k += 4) {
      const a0 = a[row + k]!
      const a1 = a[row + k + 1]!
      const a2 = a[row + k + 2]!
      const a3 = a[row + k + 3]!
      const at = k * ORDER
      for (let j = 0; j < ORDER; j++) {
        c[row + j]! +=
          a0 * b[at + j]! +
          a1 * b[at + ORDER + j]! +
          a2 * b[at + 2 * ORDER + j]! +
          a3 * b[at + 3 * ORDER + j]!
      }
    }
  }
}

function matrix(element: (i: number, j: number) => number): Float64Array {
  const values = new Float64Array(ORDER * ORDER)
  for (let i = 0; i < ORDER; i++) {
    for (let j = 0; j < ORDER; j++) values[i * ORDER + j] = element(i, j)
  }
  return values
}
