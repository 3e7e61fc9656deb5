import { fc } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { checksum64 } from './index.ts'

function valueOf(bytes: Uint8Array, from = 0, until = bytes.length): string {
  const { high, low } = checksum64(new DataView(bytes.buffer, bytes.byteOffset), from, until)
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}

test('the value of known bytes does not change: journals hold it', () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i * 7)
  expect([0, 1, 4, 7, 100].map((n) => valueOf(bytes, 0, n))).toMatchInlineSnapshot(`
    [
      "6cb03e3dfa75ba61",
      "a0ae39356cc47d70",
      "32c05f8b11ac2d0b",
      "0fdd105ec1e5ab24",
      "7db5da13429720c1",
    ]
  `)
})

test('counts only the bytes of its range, wherever they stand', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), fc.uint8Array(), (before, bytes, after) => {
      const whole = Uint8Array.from([...before, ...bytes, ...after])
      expect(valueOf(whole, before.length, before.length + bytes.length)).toBe(valueOf(bytes))
    }),
  )
})

test('every flipped bit, every cut and every zero at the end changes about half of it', () => {
  const bytes = Uint8Array.from({ length: 67 }, (_, i) => (i * i) % 256)
  const plain = BigInt(`0x${valueOf(bytes)}`)
  let changed = 0
  const others: string[] = []
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = bytes.slice()
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    others.push(valueOf(flipped))
  }
  for (let n = 0; n < bytes.length; n++) others.push(valueOf(bytes, 0, n))
  for (let n = 1; n < 9; n++)
    others.push(valueOf(Uint8Array.from([...bytes, ...new Uint8Array(n)])))
  for (const other of others) {
    const bits = (BigInt(`0x${other}`) ^ plain).toString(2).replaceAll('0', '').length
    expect(bits).toBeGreaterThan(8)
    changed += bits
  }
  expect(new Set(others).size).toBe(others.length)
  expect(Math.abs(changed / others.length - 32)).toBeLessThan(2)
})

test('half a million short inputs have different values', () => {
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  const seen = new Set<bigint>()
  for (let n = 0; n < 500_000; n++) {
    view.setUint32(n % 5, n)
    const { high, low } = checksum64(view, 0, 4 + (n % 5))
    seen.add((BigInt(high) << 32n) | BigInt(low))
    bytes.fill(0)
  }
  expect(seen.size).toBe(500_000)
})
