import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { cases } from '../../test/support/cases.ts'
import { MONITOR_METRICS } from '../messages/index.ts'
import { SCALES } from './metrics.ts'
import { linear, logarithmic } from './scale.ts'

describe('what 16 bits keep of a value', () => {
  const share = linear(1)
  test.prop([fc.double({ min: 0, max: 1, noNaN: true })], { numRuns: cases(1_000) })(
    'a share is off by less than eight millionths',
    (value) => {
      expect(Math.abs(share.value(share.code(value)) - value)).toBeLessThanOrEqual(1 / 131_068)
    },
  )

  const bytes = logarithmic(1, 1e13)
  const factor = 1e13 ** (1 / 131_066) * (1 + 1e-9)
  test.prop([fc.double({ min: 1, max: 1e13, noNaN: true })], { numRuns: cases(1_000) })(
    'bytes a second are off by less than a quarter of a thousandth',
    (value) => {
      const kept = bytes.value(bytes.code(value))
      expect(Math.max(kept / value, value / kept)).toBeLessThanOrEqual(factor)
      expect(factor).toBeLessThan(1.00025)
    },
  )

  test('zero, the ends, what lies beyond them, and what was not measured', () => {
    for (const scale of [share, bytes]) {
      expect(scale.value(scale.code(0))).toBe(0)
      expect(scale.code(Number.NaN)).toBe(0)
      expect(scale.value(0)).toBeNaN()
      expect(scale.code(1e30)).toBe(65_535)
      expect(scale.code(-1)).toBe(1)
    }
    expect(bytes.value(bytes.code(0.4))).toBe(0)
    expect(bytes.value(bytes.code(0.6))).toBeCloseTo(1, 9)
    expect(bytes.value(bytes.code(1e30)) / 1e13).toBeCloseTo(1, 9)
  })

  test('every metric has codes that say the same when they are coded again', () => {
    for (const [at, metric] of MONITOR_METRICS.entries()) {
      const scale = SCALES[at]!
      for (let code = 1; code < 65_536; code += 97) {
        expect(scale.code(scale.value(code)), metric).toBe(code)
      }
    }
  })
})
