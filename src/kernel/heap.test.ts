import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Heap } from './index.ts'

const ascending = (a: number, b: number): number => a - b

// A number is pushed, null pops. Few distinct values make ties common.
const steps = fc.array(fc.option(fc.nat(20), { nil: null, freq: 2 }), { maxLength: 200 })

test('pops the least item at every moment, as a sorted list would', () => {
  fc.assert(
    fc.property(steps, (drawn) => {
      const heap = new Heap(ascending)
      const model: number[] = []
      for (const step of drawn) {
        const popped = step === null ? [heap.pop(), model.shift()] : []
        expect(popped[0]).toBe(popped[1])
        if (step !== null) {
          heap.push(step)
          model.push(step)
          model.sort(ascending)
        }
        expect(heap.size).toBe(model.length)
        expect(heap.peek()).toBe(model[0])
      }
    }),
  )
})

test('orders by the comparator that it is given', () => {
  const heap = new Heap<{ dueUs: number; id: number }>((a, b) => a.dueUs - b.dueUs || a.id - b.id)
  heap.push({ dueUs: 5, id: 1 })
  heap.push({ dueUs: 3, id: 9 })
  heap.push({ dueUs: 5, id: 0 })
  heap.push({ dueUs: 3, id: 2 })
  const order = Array.from({ length: 4 }, () => heap.pop()?.id)
  expect(order).toEqual([2, 9, 0, 1])
  expect(heap.pop()).toBeUndefined()
})
