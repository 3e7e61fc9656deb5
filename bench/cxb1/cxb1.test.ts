// The common workload: the files are the specification's, and the exchange's book does what they say.
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { BookPlay, handlesOf } from './book-play.ts'
import { generate } from './generate.ts'
import { bytesOf, RECORD_WORDS, wordsOf } from './record.ts'
import { REFERENCES } from './reference.ts'

test.each(REFERENCES)(
  '$name is the file of the specification, and the book trades as it says',
  (reference) => {
    const { words, result } = generate(reference.workload)
    expect(createHash('sha256').update(bytesOf(words)).digest('hex')).toBe(reference.sha256)
    expect(result).toEqual(reference.result)
    const play = new BookPlay(words)
    play.play(0, words.length / RECORD_WORDS)
    expect(play.finish()).toEqual(reference.result)
  },
)

test.each([
  { symbols: 1, prefill: 1, commands: 2_000, seed: 7, mix: 'std' },
  { symbols: 3, prefill: 50, commands: 20_000, seed: 0, mix: 'move' },
  { symbols: 40, prefill: 20, commands: 20_000, seed: 2 ** 32 - 1, mix: 'std' },
] as const)('oracle = book for seed $seed, by ids and by handles', (workload) => {
  const { words, result } = generate(workload)
  for (const handles of [null, handlesOf(words)]) {
    const play = new BookPlay(words, handles)
    play.play(0, words.length / RECORD_WORDS)
    expect(play.finish()).toEqual(result)
  }
})

test('another seed gives another file, the same seed the same', () => {
  const workload = { symbols: 2, prefill: 10, commands: 1_000, seed: 1, mix: 'std' } as const
  const { words, result } = generate(workload)
  expect(generate(workload).words).toEqual(words)
  expect(generate({ ...workload, seed: 2 }).result.h).not.toBe(result.h)
})

test('what is no CXB-1 flow is refused', () => {
  expect(() => wordsOf(new Uint8Array(33))).toThrow('records of 32 bytes')
  const { words } = generate({ symbols: 1, prefill: 2, commands: 0, seed: 1, mix: 'std' })
  words[0] = 9
  expect(() => new BookPlay(words).play(0, 2)).toThrow('type 1 to 4')
  // a cancel of an order that never came
  words[0] = 2
  expect(() => new BookPlay(words).play(0, 1)).toThrow('rests')
  for (const wrong of [{ prefill: 0 }, { symbols: 0 }, { commands: 2 ** 26 }]) {
    const workload = { symbols: 1, prefill: 1, commands: 1, seed: 1, mix: 'std', ...wrong } as const
    expect(() => generate(workload)).toThrow('CXB-1')
  }
})
