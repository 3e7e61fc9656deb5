import { expect, test } from 'vitest'
import { CodecError, encode, Reader, Writer } from '../kernel/index.ts'
import { readIds, usedIds, writeIds } from './command-id-rows.ts'
import type { CommandIds } from './command-ids.ts'

const rows = Array.from({ length: 50 }, (_, n) => ({
  account: n % 3 === 0 ? 4_294_967_295 : n % 3,
  id: (0xf1_02_03_04_05_06 + n * 1_000_003).toString(16).padStart(12, '0').padEnd(32, `e${n}`),
  seq: 2 ** 40 + n * 7,
  body: (0x81_02_03_04_05_06 + n).toString(16).padStart(16, '9'),
}))

function written(ids: CommandIds): Uint8Array {
  const writer = new Writer()
  writeIds(writer, ids)
  return writer.finish()
}

test('the words are written as the rows of text are', () => {
  const bytes = encode(usedIds, rows)
  const ids = readIds(new Reader(bytes))
  expect(ids.size).toBe(50)
  expect(written(ids)).toEqual(bytes)
})

test('ids that were forgotten are not written, and those that took their places come last', () => {
  const ids = readIds(new Reader(encode(usedIds, rows)))
  ids.dropOldest(1)
  ids.dropOldest(2)
  ids.add(7, Int32Array.of(1, 2, 3, 4), Int32Array.of(5, 6), 2 ** 41)
  const left = [...rows.slice(0, 1), ...rows.slice(3)]
  const id = '00000001000000020000000300000004'
  const added = { account: 7, id, seq: 2 ** 41, body: '0000000500000006' }
  expect(written(ids)).toEqual(encode(usedIds, [...left, added]))
})

test('another order and bytes that end too soon are refused', () => {
  const [first, second] = [rows[0]!, rows[1]!]
  expect(() => readIds(new Reader(encode(usedIds, [second, first])))).toThrow('order of use')
  const short = encode(usedIds, rows).subarray(0, 700)
  expect(() => readIds(new Reader(short))).toThrow(CodecError)
})
