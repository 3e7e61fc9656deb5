import { expect, test } from 'vitest'
import { SparseIndex } from './sparse-index.ts'

const FRAME = 1_000
const FRAMES = 180

/** Frames of one record each, the first at seq 1. */
function indexOfFrames(): SparseIndex {
  const index = new SparseIndex()
  for (let n = 0; n < FRAMES; n++) index.note(n + 1, n * FRAME)
  return index
}

test('a place is never after its record, and at most 64 KiB before it', () => {
  const index = indexOfFrames()
  for (let n = 0; n < FRAMES; n++) {
    const offset = index.offsetBefore(n + 1)
    expect(offset).toBeLessThanOrEqual(n * FRAME)
    expect(n * FRAME - offset).toBeLessThan(64 * 1024)
  }
})

test('the newest records are found at once, and nothing of what was cut', () => {
  const index = indexOfFrames()
  expect(index.offsetBefore(FRAMES)).toBe((FRAMES - 1) * FRAME)
  expect(index.offsetBefore(FRAMES + 5)).toBe((FRAMES - 1) * FRAME)
  index.cut(170 * FRAME)
  expect(index.offsetBefore(FRAMES)).toBe(169 * FRAME)
  index.cut(0)
  expect(index.offsetBefore(FRAMES)).toBe(0)
  index.note(1, 0)
  index.note(2, FRAME)
  expect(index.offsetBefore(2)).toBe(FRAME)
})
