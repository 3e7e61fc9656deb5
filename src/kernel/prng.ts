import { assert } from './assert.ts'

/**
 * Seeded random integers for simulations and workloads, never for secrets: xoshiro128** 1.1, its
 * four words being four outputs of splitmix32(seed) (spec/engine.md section 2).
 */
export class Prng {
  readonly #state: Uint32Array

  constructor(seed: number) {
    assert(Number.isSafeInteger(seed), 'Prng: the seed is an integer')
    this.#state = new Uint32Array(4)
    let s = seed >>> 0
    for (let i = 0; i < 4; i++) {
      s = (s + 0x9e37_79b9) >>> 0
      let z = s
      z = Math.imul(z ^ (z >>> 16), 0x21f0_aaad)
      z = Math.imul(z ^ (z >>> 15), 0x735a_2d97)
      this.#state[i] = z ^ (z >>> 15)
    }
  }

  /** The next integer 0..2^32-1. */
  next(): number {
    const state = this.#state
    const s1 = state[1]!
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0
    state[2]! ^= state[0]!
    state[3]! ^= s1
    state[1]! ^= state[2]!
    state[0]! ^= state[3]!
    state[2]! ^= s1 << 9
    state[3] = rotateLeft(state[3]!, 11)
    return result
  }

  /** next() modulo n, for 1 <= n <= 2^32; the slight bias is part of the specified workload. */
  below(n: number): number {
    assert(Number.isInteger(n) && n >= 1 && n <= 2 ** 32, 'Prng.below: 1..2^32')
    return this.next() % n
  }
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits))
}
