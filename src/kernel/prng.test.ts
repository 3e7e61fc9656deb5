import { expect, test } from 'vitest'
import { Prng } from './index.ts'

// Outputs 1 to 5 and 1,000 of the reference C code of xoshiro128** 1.1 after splitmix32. With seed
// 42 the workload of the engine specification (section 2, w1) gives its published trades and hash.
const reference: readonly (readonly [seed: number, first: readonly number[], last: number])[] = [
  [0, [1_789_933_344, 44_971_166, 2_521_387_044, 3_848_737_593, 1_138_324_114], 1_312_086_629],
  [1, [393_288_148, 2_174_103_013, 3_814_759_091, 2_092_745_082, 1_865_176_206], 4_071_296_275],
  [42, [660_444_221, 3_652_823_732, 77_672_526, 910_233_633, 2_297_337_756], 742_781_573],
  [
    2 ** 32 - 1,
    [4_104_197_751, 1_825_856_343, 1_152_209_388, 2_427_537_429, 3_685_145_430],
    695_274_267,
  ],
]

test.each(reference)('seed %d gives the reference sequence', (seed, first, last) => {
  const prng = new Prng(seed)
  const outputs = Array.from({ length: 1_000 }, () => prng.next())
  expect(outputs.slice(0, 5)).toEqual(first)
  expect(outputs.at(-1)).toBe(last)
})

test('below(n) is the next output modulo n', () => {
  const [prng, twin] = [new Prng(7), new Prng(7)]
  for (const n of [1, 2, 100, 2 ** 31 + 1, 2 ** 32]) expect(prng.below(n)).toBe(twin.next() % n)
  expect(() => prng.below(0)).toThrow('1..2^32')
  expect(() => prng.below(2 ** 32 + 1)).toThrow('1..2^32')
  expect(() => new Prng(0.5)).toThrow('seed')
})
