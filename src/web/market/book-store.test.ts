import { expect, test } from 'vitest'
import type { Level } from '../../wire/index.ts'
import { BookStore, spreadMicro } from './book-store.ts'

function slowStore() {
  const waiting: (() => void)[] = []
  const store = new BookStore({ later: (run) => void waiting.push(run) })
  const pass = (): void => waiting.splice(0).forEach((run) => run())
  const frame = (type: 'snapshot' | 'update', seq: number, bids: Level[], asks: Level[]) =>
    store.take({ type, seq, data: { bids, asks } })
  return { store, pass, frame, waiting }
}

test('a snapshot shows at once, best first by value and not by text', () => {
  const { store, frame } = slowStore()
  frame(
    'snapshot',
    5,
    [
      ['9.00', 1, 1],
      ['10.00', 2, 1],
    ],
    [
      ['100.00', 1, 1],
      ['20.00', 3, 2],
    ],
  )
  expect(store.view.get()).toEqual({
    seq: 5,
    bids: [
      ['10.00', 2, 1],
      ['9.00', 1, 1],
    ],
    asks: [
      ['20.00', 3, 2],
      ['100.00', 1, 1],
    ],
  })
  expect(spreadMicro(store.view.get()!)).toBe(10_000_000n)
})

test('many updates show once a beat; none while paused; zero units remove', () => {
  const { store, pass, frame, waiting } = slowStore()
  frame('snapshot', 1, [['1.00', 1, 1]], [])
  frame('update', 2, [['1.10', 4, 1]], [])
  frame('update', 3, [['1.00', 0, 0]], [])
  expect(store.view.get()?.seq).toBe(1)
  expect(waiting).toHaveLength(1)
  pass()
  expect(store.view.get()).toEqual({ seq: 3, bids: [['1.10', 4, 1]], asks: [] })
  store.pause(true)
  frame('update', 4, [['1.20', 1, 1]], [])
  pass()
  expect(store.view.get()?.seq).toBe(3)
  store.pause(false)
  expect(store.view.get()?.bids[0]).toEqual(['1.20', 1, 1])
  expect(spreadMicro(store.view.get()!)).toBeNull()
})
