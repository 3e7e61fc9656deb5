import { describe, expect, test } from 'vitest'
import { SAMPLE_METRICS } from '../messages/index.ts'
import { decodeSamples, encodeSamples, isSampleFrame } from './samples.ts'

const atUs = 1_700_000_000_123_456
const values = Float32Array.from(SAMPLE_METRICS, (_, at) => (at === 3 ? Number.NaN : at / 4))

describe('a frame of samples', () => {
  test('is read as it was written, and takes 96 bytes', () => {
    const frame = encodeSamples({ node: 4_000_000_000, atUs, values })
    expect(frame).toHaveLength(96)
    expect(isSampleFrame(frame)).toBe(true)
    expect(decodeSamples(frame)).toEqual({ node: 4_000_000_000, atUs, values })
  })

  test('of a daemon that knows fewer metrics, or more', () => {
    const few = encodeSamples({ node: 1, atUs, values: values.subarray(0, 2) })
    expect(decodeSamples(few).values).toEqual(values.subarray(0, 2))
    const many = encodeSamples({ node: 1, atUs, values: new Float32Array(40).fill(2) })
    expect(decodeSamples(many).values).toHaveLength(SAMPLE_METRICS.length)
  })

  test('with values that nothing measures: they are not measured', () => {
    const wrong = Float32Array.of(-1, Infinity, -Infinity, 0.5)
    const read = decodeSamples(encodeSamples({ node: 1, atUs, values: wrong })).values
    expect(read).toEqual(Float32Array.of(NaN, NaN, NaN, 0.5))
  })

  test.each([
    ['head', (frame: Uint8Array) => frame.subarray(0, 15)],
    ['length', (frame: Uint8Array) => frame.subarray(0, 95)],
    ['version', (frame: Uint8Array) => changed(frame, 0, 9)],
    ['count', (frame: Uint8Array) => changed(frame, 3, 9)],
    ['at', (frame: Uint8Array) => changed(frame, 15, 9)],
  ])('that is none says which field is wrong: %s', (path, spoil) => {
    const frame = encodeSamples({ node: 1, atUs, values })
    expect(() => decodeSamples(spoil(frame))).toThrow(expect.objectContaining({ path }))
  })
})

function changed(frame: Uint8Array, at: number, byte: number): Uint8Array {
  const copy = Uint8Array.from(frame)
  copy[at] = byte
  return copy
}
