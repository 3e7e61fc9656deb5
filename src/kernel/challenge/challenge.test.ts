import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../hex.ts'
import { sha256 } from '../hash.ts'
import { SeededWords, doubleRound } from './chacha.ts'
import { BLOCK_WORDS, blockBytes, blockOf, firstBlock, nextBlock, partnerOf } from './fill.ts'
import { factorsOf, matrixDraw, productRows, rowBytes, rowOf } from './matrix.ts'
import { WitnessChain, openedSegments, witnessStart, witnessWork } from './witness.ts'

const SEED = sha256(new Uint8Array())
/** What this program gave when it was written: another value is another challenge. */
const FILLED = '9d14f1e034f13be57731397ad59336bb720f0579cd814670d100ca7a24e40056'
const CHAINED = 2_658_606_751

describe('words from a seed', () => {
  test('are the rounds of RFC 8439 section 2.3.2', () => {
    const key = Array.from({ length: 8 }, (_one, at) => 0x0302_0100 + at * 0x0404_0404)
    const words = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574, ...key]
    const start = Uint32Array.of(...words, 1, 0x0900_0000, 0x4a00_0000, 0)
    const state = start.slice()
    for (let round = 0; round < 10; round++) doubleRound(state, 0, 1)
    expect(Array.from(state.map((word, at) => word + start[at]!).slice(0, 4))).toEqual([
      0xe4e7_f110, 0x1559_3bd1, 0x1fdd_0f50, 0xc471_20a3,
    ])
  })

  test('are the same every time, differ by label, and give different numbers', () => {
    const first = new SeededWords(SEED, 'a')
    const again = new SeededWords(SEED, 'a')
    expect(Array.from({ length: 40 }, () => first.next())).toEqual(
      Array.from({ length: 40 }, () => again.next()),
    )
    expect(new SeededWords(SEED, 'b').next()).not.toBe(new SeededWords(SEED, 'a').next())
    const numbers = new SeededWords(SEED, 'a').distinct(50, 20)
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_one, at) => at))
  })
})

describe('the product', () => {
  test('is what the definition says, for orders that four does not divide too', () => {
    for (const n of [1, 3, 4, 7, 18]) {
      const factors = factorsOf(SEED, n)
      const { a, b } = factors
      const plain = Array.from({ length: n * n }, (_one, at) => {
        const [i, j] = [Math.floor(at / n), at % n]
        return Array.from({ length: n }, (_k, k) => a[i * n + k]! * b[k * n + j]!).reduce(
          (sum, one) => sum + one,
          0,
        )
      })
      expect([...productRows(factors, n, 0, n)]).toEqual(plain)
      expect([...productRows(factors, n, n - 1, n)]).toEqual(plain.slice(-n))
    }
  })

  test('goes to bytes and back, negative sums too', () => {
    const row = Int32Array.of(-1, 0, 2 ** 31 - 1, -(2 ** 31))
    expect([...rowOf(rowBytes(row))]).toEqual([...row])
  })

  test('is opened at sixteen different rows, at all of them when there are fewer', () => {
    expect(new Set(matrixDraw(SEED, 64).rows).size).toBe(16)
    expect(matrixDraw(SEED, 5).rows.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4])
  })
})

describe('the fill', () => {
  test('has the same block after the same two on every machine', () => {
    const previous = firstBlock(SEED)
    const out = new Uint32Array(BLOCK_WORDS)
    nextBlock({ i: 1, previous, partner: previous }, out, new Uint32Array(BLOCK_WORDS))
    expect(partnerOf(previous, 1)).toBe(0)
    expect(toHex(sha256(blockBytes(out)))).toBe(FILLED)
    expect([...blockOf(blockBytes(out))]).toEqual([...out])
  })
})

describe('the witness', () => {
  test('has the same chain on every machine', () => {
    expect(new WitnessChain().run(witnessStart(SEED, 0), 0)).toBe(CHAINED)
    expect(witnessStart(SEED, 1)).not.toBe(witnessStart(SEED, 0))
  })

  test('opens segments of every core, by their place in the tree', () => {
    const opened = openedSegments(fromHex('07'.repeat(32)), [1, 3, 2])
    expect(witnessWork([1, 3, 2])).toBe(3 * 32)
    expect(opened.toSorted((a, b) => a.leaf - b.leaf)).toEqual([
      { core: 1, index: 0, leaf: 1 },
      { core: 1, index: 1, leaf: 2 },
      { core: 2, index: 0, leaf: 4 },
    ])
  })
})
