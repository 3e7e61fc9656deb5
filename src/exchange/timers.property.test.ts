// Timers beside a plain list: order, cancelling, holding, and a restart in between.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Reader, Writer } from '../kernel/index.ts'
import { cases } from '../../test/support/cases.ts'
import { Counters } from './table.ts'
import { Timers, type Timer } from './timers.ts'

const step = fc.record({
  op: fc.constantFrom('arm', 'arm', 'arm', 'cancel', 'hold', 'release', 'take', 'restart'),
  at: fc.integer({ min: 0, max: 30 }),
})

test('timers fire in the order of due times and ids, through holding, cancelling and restarts', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 300, size: 'max' }), (steps) => {
      const counters = new Counters()
      let timers = new Timers(counters)
      let armed: Timer[] = []
      const held = new Map<number, Timer>()
      const seen: unknown[] = []
      const wanted: unknown[] = []
      for (const { op, at } of steps) {
        if (op === 'arm') {
          const id = timers.schedule(at, 'accrual', at)
          armed.push({ id, dueUs: at, kind: 'accrual', subject: at })
        } else if (op === 'cancel') {
          timers.cancel(at)
          armed = armed.filter(({ id }) => id !== at)
          held.delete(at)
        } else if (op === 'hold') {
          const row = armed.find(({ id }) => id === at) ?? held.get(at) ?? null
          seen.push(timers.hold(at))
          wanted.push(row)
          armed = armed.filter(({ id }) => id !== at)
          if (row !== null) held.set(at, row)
        } else if (op === 'release') {
          const row = held.get(at)
          if (row === undefined) continue
          timers.release(at, 15)
          held.delete(at)
          armed.push({ ...row, dueUs: Math.max(15, row.dueUs) })
        } else if (op === 'take') {
          const [first] = armed.toSorted((a, b) => a.dueUs - b.dueUs || a.id - b.id)
          const taken = first !== undefined && first.dueUs <= at ? first : null
          seen.push(timers.nextDueUs(), timers.take(at))
          wanted.push(first?.dueUs ?? null, taken)
          armed = armed.filter((each) => each !== taken)
        } else timers = restarted(timers, counters)
      }
      expect(seen).toEqual(wanted)
      expect(timers.armed(new Set(['accrual']))).toEqual(armed.toSorted((a, b) => a.id - b.id))
    }),
    { numRuns: cases(200) },
  )
})

function restarted(timers: Timers, counters: Counters): Timers {
  const copy = new Timers(counters)
  timers.tables.forEach((table, index) => {
    const writer = new Writer()
    table.write(writer)
    copy.tables[index]?.read(new Reader(writer.finish()))
  })
  copy.rebuild()
  return copy
}
