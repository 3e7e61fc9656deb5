import { describe, expect, test } from 'vitest'
import { partOf } from './ranges.ts'

describe('the Range header', () => {
  test.each<[string | undefined, readonly [number, number] | null]>([
    [undefined, null],
    ['bytes=0-0', [0, 1]],
    ['bytes=3-', [3, 10]],
    ['bytes=3-5', [3, 6]],
    ['bytes=3-500', [3, 10]],
    ['bytes=-4', [6, 10]],
    ['bytes=-400', [0, 10]],
    ['bytes=5-3', null],
    ['bytes=-', null],
    ['bytes=0-1,4-5', null],
    ['lines=1-2', null],
    ['bytes=a-b', null],
  ])('%s', (header, part) => {
    expect(partOf(header, 10)).toEqual(part === null ? null : { from: part[0], to: part[1] })
  })

  test.each(['bytes=10-', 'bytes=11-12', 'bytes=-0'])('OBJ-007 %s is past the end', (header) => {
    expect(() => partOf(header, 10)).toThrow('RANGE_INVALID')
  })
})
