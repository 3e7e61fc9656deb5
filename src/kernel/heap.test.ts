import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { Heap } from './index.ts'

const ascending = (a: number, b: number): number => a - b

// A number is pushed, null pops. Few distinct values make ties common.
const steps = fc.array(fc.option(fc.nat(20), { nil: null, freq: 2 }), { maxLength: 200 })

test.prop([steps])('pops the least item at every moment, as a sorted list would', (drawn) => {
  const heap = new Heap(ascending)
  const model: number[] = []
  for (const step of drawn) {
    if (step === null) {
      expect(heap.pop()).toBe(model.shift())
    } else {
      heap.push(step)
      model.push(step)
      model.sort(ascending)
    }
    expect(heap.size).toBe(model.length)
    expect(heap.peek()).toBe(model[0])
  }
})

test('orders by the comparator that it is given', () => {
  const heap = new Heap<{ dueUs: number; id: number }>((a, b) => a.dueUs - b.dueUs || a.id - b.id)
  for (const [dueUs, id] of [
    [5, 1],
    [3, 9],
    [5, 0],
    [3, 2],
  ] as const)
    heap.push({ dueUs, id })
  const order = Array.from({ length: 4 }, () => heap.pop()?.id)
  expect(order).toEqual([2, 9, 0, 1])
  expect(heap.pop()).toBeUndefined()
})
