import { expect, test } from 'vitest'
import { ManualClock, settle } from '../../test/support/manual-clock.ts'
import { startReplica, type SnapshotMade } from './index.ts'

function bench(everyRecords: number) {
  const clock = new ManualClock(1_750_000_000_000_000)
  const reports: (SnapshotMade | Error)[] = []
  const state = { seq: 0, made: 0, fails: false, finish: (): void => {} }
  const replica = startReplica({
    engine: { durableSeq: () => state.seq },
    snapshotSeq: 0,
    make: async () => {
      state.made++
      await new Promise<void>((resolve) => (state.finish = resolve))
      if (state.fails) throw new Error('disk full')
      return { seq: state.seq, records: state.seq, bytes: 1 }
    },
    report: (result) => reports.push(result),
    clock,
    everyRecords,
    everyMs: 600_000,
  })
  return { clock, reports, state, replica }
}

test('a snapshot is due after so many records, and one is made at a time', async () => {
  const { clock, state, reports, replica } = bench(100)
  state.seq = 99
  await clock.advance(30_000_000)
  expect(state.made).toBe(0)
  state.seq = 100
  await clock.advance(10_000_000)
  state.seq = 250
  await clock.advance(30_000_000)
  expect(state.made).toBe(1)
  state.finish()
  await settle()
  expect(reports).toEqual([{ seq: 250, records: 250, bytes: 1 }])
  await clock.advance(60_000_000)
  expect(state.made).toBe(1)
  await replica.stop()
})

test('or after ten minutes, when there is anything new', async () => {
  const { clock, state, replica } = bench(100)
  await clock.advance(1_200_000_000)
  expect(state.made).toBe(0)
  state.seq = 1
  await clock.advance(10_000_000)
  expect(state.made).toBe(1)
  const stopped = replica.stop()
  state.finish()
  await stopped
})

test('one that fails is reported and tried again when the next is due', async () => {
  const { clock, state, reports, replica } = bench(100)
  state.fails = true
  state.seq = 100
  await clock.advance(10_000_000)
  state.finish()
  await clock.advance(60_000_000)
  expect(reports).toMatchObject([{ message: 'disk full' }])
  expect(state.made).toBe(1)
  state.seq = 200
  await clock.advance(10_000_000)
  expect(state.made).toBe(2)
  state.finish()
  await replica.stop()
})
