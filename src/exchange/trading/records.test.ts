// Records keep what is in them through every step of growing, and slots are used again last first.
import { expect, test } from 'vitest'
import { doubleOf, Records, wordOf } from './records.ts'

test('records keep their words and their double while room is made, beyond the reserved million too', () => {
  const records = new Records()
  const count = 2 ** 20 + 10
  for (let n = 1; n <= count; n++) {
    const slot = records.take()
    records.words[wordOf(slot) + 5] = n
    records.doubles[doubleOf(slot)] = n * 2 ** 21
  }
  const wrong: number[] = []
  for (let slot = 1; slot <= count; slot++) {
    const kept =
      records.words[wordOf(slot) + 5] === slot && records.doubles[doubleOf(slot)] === slot * 2 ** 21
    if (!kept) wrong.push(slot)
  }
  expect(wrong).toEqual([])
  expect([records.has(0), records.has(count), records.has(count + 1)]).toEqual([false, true, false])
})

test('a slot that was given back is the next one taken', () => {
  const records = new Records()
  const slots = [records.take(), records.take(), records.take()]
  expect(slots).toEqual([1, 2, 3])
  records.give(1)
  records.give(3)
  expect([records.take(), records.take(), records.take()]).toEqual([3, 1, 4])
})
