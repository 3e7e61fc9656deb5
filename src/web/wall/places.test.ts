import { expect, test } from 'vitest'
import { placesOf } from './places.ts'

test('hubs have places on the map, apart from each other and from the exchange', () => {
  expect(placesOf(0)).toEqual([])
  expect(placesOf(1)).toEqual([{ x: 50, y: 14 }])
  for (const count of [2, 8, 9, 16]) {
    const places = [...placesOf(count), { x: 50, y: 50 }]
    expect(places).toHaveLength(count + 1)
    for (const [at, { x, y }] of places.entries()) {
      expect(x >= 10 && x <= 90 && y >= 10 && y <= 90).toBe(true)
      for (const other of places.slice(at + 1)) {
        expect(Math.hypot(x - other.x, y - other.y)).toBeGreaterThan(12)
      }
    }
  }
})
