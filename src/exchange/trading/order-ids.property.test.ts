// The index of ids against a Map, through growth in steps and through collisions.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cases } from '../../../test/support/cases.ts'
import { OrderIds } from './order-ids.ts'
import { doubleOf, NONE, Records } from './records.ts'

class Both {
  readonly #orders = new Records()
  readonly #ids = new OrderIds(this.#orders)
  readonly #map = new Map<number, number>()

  add(id: number): void {
    if (this.#map.has(id)) return
    const slot = this.#orders.take()
    this.#orders.doubles[doubleOf(slot)] = id
    this.#ids.add(id, slot)
    this.#map.set(id, slot)
  }
  delete(id: number): void {
    const slot = this.#map.get(id)
    if (slot === undefined) return
    this.#ids.delete(id, slot)
    this.#map.delete(id)
    this.#orders.give(slot)
  }
  /** Ids that the index does not find where the map has them, or finds although they are gone. */
  wrong(gone: Iterable<number>): number[] {
    const lost = [...this.#map].filter(([id, slot]) => this.#ids.find(id) !== slot)
    const left = [...gone].filter((id) => !this.#map.has(id) && this.#ids.find(id) !== NONE)
    return [...lost.map(([id]) => id), ...left]
  }
}

/** Ids in a row, ids of one home, ids of one group, and any. */
const id = fc.oneof(
  fc.integer({ min: 1, max: 3_000 }),
  fc.integer({ min: 1, max: 300 }).map((n) => n * 2 ** 35),
  fc.integer({ min: 1, max: 3_000 }).map((n) => n * 8),
  fc.integer({ min: 1, max: 2 ** 53 - 1 }),
)
const steps = fc.array(fc.tuple(fc.boolean(), id), { minLength: 50, maxLength: 600, size: 'max' })

test('finds what is there and nothing else, whatever came and went', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 1_100 }), (all, filled) => {
      const both = new Both()
      // With many there already, the flow meets the table while it grows.
      for (let n = 0; n < filled; n++) both.add(10_000 + n)
      for (const [adds, each] of all) {
        if (adds) both.add(each)
        else both.delete(each)
      }
      for (let n = 0; n < filled; n += 3) both.delete(10_000 + n)
      expect(
        both.wrong([
          ...all.map(([, each]) => each),
          ...Array.from({ length: filled }, (_, n) => 10_000 + n),
        ]),
      ).toEqual([])
    }),
    { numRuns: cases(60) },
  )
})

test('every id is found at every moment of growing, while others leave', () => {
  const both = new Both()
  const step = (n: number) => {
    both.add(n * 5)
    if (n % 4 === 3) both.delete((n - 2) * 5)
  }
  for (let n = 0; n < 1_300; n++) step(n)
  for (let n = 1_300; n < 1_600; n++) {
    step(n)
    expect(both.wrong([(n - 2) * 5, n * 5 + 1])).toEqual([])
  }
})

test('an id that is there cannot come again, before, while and after the table grows', () => {
  const orders = new Records()
  const ids = new OrderIds(orders)
  const add = (one: number) => {
    const slot = orders.take()
    orders.doubles[doubleOf(slot)] = one
    ids.add(one, slot)
  }
  for (let n = 1; n <= 1_000; n++) add(n)
  expect(() => add(500)).toThrow('no two orders')
  for (let n = 1_001; n <= 1_040; n++) add(n)
  for (let n = 1; n <= 1_040; n += 13) expect(() => add(n)).toThrow('no two orders')
  for (let n = 1_041; n <= 2_000; n++) add(n)
  expect(() => add(1)).toThrow('no two orders')
})

test('ids that collide without end are no ids of a venue', () => {
  const both = new Both()
  expect(() => {
    for (let n = 0; n < 4_000; n++) both.add(n * 2 ** 35)
  }).toThrow('collide')
})
