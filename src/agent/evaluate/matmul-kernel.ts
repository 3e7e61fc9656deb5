/** Order of the matrices of all precisions. */
const ORDER = 256
/** Operations of one product: a multiplication and an addition each. */
export const PRODUCT_OPERATIONS = 2 * ORDER ** 3
/**
 * Sum of all elements of the product, weighted by place modulo 7. Elements are small integers: every
 * partial sum is exact in single precision (below 2^24) and in 32-bit integers.
 */
export const PRODUCT_SUM = -15_807

const left = (i: number, j: number): number => ((i * 7 + j * 13) % 17) - 8
const right = (i: number, j: number): number => ((i * 5 + j * 11) % 19) - 7

/** Matrix product of bytes, summed in 32-bit integers, as inference does it. */
export class Int8Kernel {
  readonly #a = Int8Array.from(elements(left))
  readonly #b = Int8Array.from(elements(right))
  readonly #c = new Int32Array(ORDER * ORDER)

  /** One product; returns its weighted sum. */
  run(): number {
    const [a, b, c] = [this.#a, this.#b, this.#c]
    c.fill(0)
    // Four rows of B at once, as in double precision; the order of additions never changes.
    for (let i = 0; i < ORDER; i++) {
      const row = i * ORDER
      for (let k = 0; k < ORDER; k += 4) {
        const [a0, a1] = [a[row + k]!, a[row + k + 1]!]
        const [a2, a3] = [a[row + k + 2]!, a[row + k + 3]!]
        const at = k * ORDER
        for (let j = 0; j < ORDER; j++) {
          const first = Math.imul(a0, b[at + j]!) + Math.imul(a1, b[at + ORDER + j]!)
          const last = Math.imul(a2, b[at + 2 * ORDER + j]!) + Math.imul(a3, b[at + 3 * ORDER + j]!)
          c[row + j] = (c[row + j]! + first + last) | 0
        }
      }
    }
    return weighted(c)
  }
}

/** Matrix product in single precision. */
export class SingleKernel {
  readonly #a = Float32Array.from(elements(left))
  readonly #b = Float32Array.from(elements(right))
  readonly #c = new Float32Array(ORDER * ORDER)

  /** One product; returns its weighted sum. */
  run(): number {
    const [a, b, c] = [this.#a, this.#b, this.#c]
    c.fill(0)
    for (let i = 0; i < ORDER; i++) {
      const row = i * ORDER
      for (let k = 0; k < ORDER; k += 4) {
        const [a0, a1] = [a[row + k]!, a[row + k + 1]!]
        const [a2, a3] = [a[row + k + 2]!, a[row + k + 3]!]
        const at = k * ORDER
        for (let j = 0; j < ORDER; j++) {
          const first = Math.fround(a0 * b[at + j]!) + Math.fround(a1 * b[at + ORDER + j]!)
          const last =
            Math.fround(a2 * b[at + 2 * ORDER + j]!) + Math.fround(a3 * b[at + 3 * ORDER + j]!)
          c[row + j]! += Math.fround(Math.fround(first) + Math.fround(last))
        }
      }
    }
    return weighted(c)
  }
}

function elements(element: (i: number, j: number) => number): number[] {
  return Array.from({ length: ORDER * ORDER }, (_one, at) =>
    element(Math.floor(at / ORDER), at % ORDER),
  )
}

function weighted(c: Int32Array | Float32Array): number {
  let sum = 0
  for (let i = 0; i < c.length; i++) sum += c[i]! * (1 + (i % 7))
  return sum
}
