import { expect, test } from 'vitest'
import { durationUs, sizeBytes } from './commands.ts'

test.each([
  ['00:00:02', 2_000_000],
  ['00:01.874', 1_874_000],
  ['1-02:03:04', 93_784_000_000],
  ['', 0],
  ['n/a', 0],
])('the duration %s', (text, us) => {
  expect(durationUs(text)).toBe(us)
})

test.each([
  ['108K', 110_592],
  ['1.50M', 1_572_864],
  ['2G', 2_147_483_648],
  ['0', 0],
  ['', 0],
])('the size %s', (text, bytes) => {
  expect(sizeBytes(text)).toBe(bytes)
})
