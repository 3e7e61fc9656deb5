import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { monotonicMs } from './clock.ts'
import { coveredMs, readBeats, Witness, type Interval } from './coverage.ts'

describe('covered time', () => {
  test.each<[string, Interval[], number]>([
    ['nothing', [], 0],
    ['one stretch', [[10, 30]], 20],
    [
      'two with a gap',
      [
        [10, 20],
        [25, 30],
      ],
      15,
    ],
    [
      'overlap counts once',
      [
        [10, 30],
        [20, 40],
        [15, 16],
      ],
      30,
    ],
    [
      'before ready and after the end is left out',
      [
        [0, 12],
        [90, 200],
      ],
      12,
    ],
  ])('%s', (_what, intervals, covered) => {
    expect(coveredMs(intervals, 10, 100)).toBe(covered)
  })

  test('is the number of instants that some witness saw', () => {
    const interval = fc
      .tuple(fc.nat(60), fc.nat(20))
      .map(([from, length]): Interval => [from, from + length])
    fc.assert(
      fc.property(
        fc.array(interval, { maxLength: 8 }),
        fc.nat(40),
        fc.nat(40),
        (all, from, length) => {
          const to = from + length
          let naive = 0
          for (let at = from; at < to; at++) if (all.some(([a, b]) => a <= at && at < b)) naive++
          expect(coveredMs(all, from, to)).toBe(naive)
        },
      ),
    )
  })
})

describe('witnesses', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'suan-beats-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  test('time between beats is vouched for, a pause is not', () => {
    const witness = new Witness(folder, 'daemon')
    const start = readBeats(folder)[0]?.[0] ?? 0
    witness.beat(start + 1_000)
    witness.beat(start + 4_000)
    witness.beat(start + 60_000)
    witness.beat(start + 61_000)
    const beats = readBeats(folder)
    expect(beats).toEqual([
      [start, start + 4_000],
      [start + 60_000, start + 61_000],
    ])
    expect(coveredMs(beats, start, start + 61_000)).toBe(5_000)
  })

  test('witnesses of other boots and torn files say nothing', () => {
    const witness = new Witness(folder, 'supervisor')
    witness.beat(monotonicMs())
    const beats = join(folder, 'beats')
    writeFileSync(join(beats, 'old.json'), '{"bootId":"another","intervals":[[0,1000000]]}')
    writeFileSync(join(beats, 'torn.json'), '{"bootId":"an')
    expect(readdirSync(beats)).toHaveLength(3)
    expect(readBeats(folder)).toHaveLength(1)
  })
})
