import { fc, test as propertyTest } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { contestedSeconds, isBeyondTolerance, unspokenSeconds } from './contest.ts'

const over = (claimedSeconds: number, clockSeconds = claimedSeconds) => ({
  claimedSeconds,
  coveredSeconds: clockSeconds,
  clockSeconds,
  isOver: true,
})

describe('DSP-005 what is contested', () => {
  test('the difference, without what the buyer did not look at', () => {
    expect(contestedSeconds(over(600), { coveredSeconds: 400, heardSeconds: 600 })).toBe(200)
    expect(contestedSeconds(over(600), { coveredSeconds: 400, heardSeconds: 550 })).toBe(150)
    expect(contestedSeconds(over(600), { coveredSeconds: 700, heardSeconds: 600 })).toBe(0)
  })

  test('seconds that are left out already are not contested again', () => {
    // 120 of 600 failed by a quorum: both sides leave them out.
    expect(contestedSeconds(over(480, 600), { coveredSeconds: 480, heardSeconds: 600 })).toBe(0)
  })

  test('DSP-004 a seller whose report is behind gets no more than the buyer counts', () => {
    const claim = { claimedSeconds: 50, coveredSeconds: 50, clockSeconds: 100, isOver: false }
    expect(contestedSeconds(claim, { coveredSeconds: 45, heardSeconds: 90 })).toBe(5)
  })

  propertyTest.prop([fc.nat(10_000), fc.nat(10_000), fc.nat(10_000), fc.nat(10_000), fc.boolean()])(
    'it is between nothing and all that is claimed',
    (claimedSeconds, clockSeconds, coveredSeconds, heardSeconds, isOver) => {
      const claim = { claimedSeconds, coveredSeconds: claimedSeconds, clockSeconds, isOver }
      const contested = contestedSeconds(claim, { coveredSeconds, heardSeconds })
      expect(contested).toBeGreaterThanOrEqual(0)
      expect(contested).toBeLessThanOrEqual(claimedSeconds)
    },
  )
})

test('DSP-005 more than five seconds, and more than two per cent of what the seller claims', () => {
  const cases = [
    [100, 5, false],
    [100, 6, true],
    [250, 5, false],
    [300, 6, false],
    [299, 6, true],
    [1_000_000, 20_000, false],
    [1_000_000, 20_001, true],
    [10, -3, false],
  ] as const
  for (const [claimed, contested, isBeyond] of cases) {
    expect(isBeyondTolerance(claimed, contested), `${contested} of ${claimed}`).toBe(isBeyond)
  }
})

test('DSP-003 a silence of more than 11 minutes is the seller’s', () => {
  expect([0, 660, 661, 5_000].map((silent) => unspokenSeconds(silent + 7, 7))).toEqual([
    0, 0, 1, 4_340,
  ])
})
