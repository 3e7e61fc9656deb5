// When a machine measures itself again: in time, spread, only while nobody uses it.
import { describe, expect, test } from 'vitest'
import {
  intervalUs,
  reasonToMeasure,
  Remeasurer,
  type RemeasureWorld,
  type ReportsKnown,
} from './remeasure.ts'

const DAY = 86_400_000_000
const HOUR = DAY / 24
const rhythm = { everyDays: 60, key: 'aa' }
const known: ReportsKnown = {
  standingUs: 0,
  newestUs: 0,
  ratedUs: 0,
  retestUs: null,
  isOther: false,
}

describe('the reason', () => {
  test.each([
    ['nothing', {}, 1, null],
    ['time is up', {}, 75, 'expires'],
    ['a newer one of its own, though an assessor’s stands', { ratedUs: 40 * DAY }, 75, null],
    ['no report stands', { standingUs: null }, 1, 'unrated'],
    ['a retest was asked for', { retestUs: DAY }, 2, 'retest'],
    ['and it has measured since', { retestUs: DAY, newestUs: 2 * DAY }, 3, null],
    ['another machine', { isOther: true }, 1, 'inventory'],
  ] as const)('%s', (_what, changes, day, why) => {
    expect(reasonToMeasure({ ...known, ...changes }, rhythm, day * DAY)).toBe(why)
  })
  test('of 0 days: never, whatever there is', () => {
    const never = { ...rhythm, everyDays: 0 }
    expect(reasonToMeasure({ ...known, standingUs: null, isOther: true }, never, DAY)).toBeNull()
  })
  test('machines are spread over a quarter of the time, and none is as late as its report', () => {
    const days = Array.from({ length: 200 }, (_one, index) =>
      Math.floor(intervalUs({ everyDays: 60, key: String(index) }) / DAY),
    )
    expect([Math.min(...days), Math.max(...days)]).toEqual([60, 74])
    expect(new Set(days).size).toBe(15)
  })
})

class World implements RemeasureWorld {
  readonly rhythm = rhythm
  readonly measured: string[] = []
  leaseCount = 0
  busy = 0
  time = 80 * DAY
  reports = known
  work: (signal: AbortSignal) => Promise<void> = async () => {}
  readonly leases = () => this.leaseCount
  readonly load = () => this.busy
  known = async () => this.reports
  readonly nowUs = () => this.time
  readonly failed = (error: unknown) => this.measured.push(String(error))
  readonly measure = async (why: string, signal: AbortSignal) => {
    this.measured.push(why)
    await this.work(signal)
  }
}
async function looks(one: Remeasurer, count: number): Promise<unknown[]> {
  const found: unknown[] = []
  while (found.length < count) found.push(await one.look())
  return found
}

describe('the loop', () => {
  test('five idle looks in a row come first; a lease or load begins them anew', async () => {
    const world = new World()
    const one = new Remeasurer(world)
    expect(await looks(one, 4)).toEqual([null, null, null, null])
    world.leaseCount = 1
    await one.look()
    world.leaseCount = 0
    await looks(one, 4)
    world.busy = 0.5
    await one.look()
    world.busy = 0
    expect(await looks(one, 5)).toEqual([null, null, null, null, 'expires'])
  })
  test('what rated nothing is tried again after six hours, not before', async () => {
    const world = new World()
    const one = new Remeasurer(world)
    await looks(one, 8)
    expect(world.measured).toEqual(['expires'])
    world.time += 6 * HOUR
    await one.look()
    expect(world.measured).toEqual(['expires', 'expires'])
  })
  test('a lease that arrives ends it at once; it is tried again when the machine is idle', async () => {
    const world = new World()
    const one = new Remeasurer(world)
    world.work = async (signal) => {
      world.leaseCount = 1
      await new Promise((ended) => signal.addEventListener('abort', ended))
    }
    await looks(one, 5)
    world.leaseCount = 0
    world.work = async () => {}
    await looks(one, 1)
    expect(world.measured).toEqual(['expires', 'expires'])
  })
  test('an exchange that does not answer is asked again at the next look', async () => {
    const world = new World()
    world.known = async () => Promise.reject(new Error('away'))
    const one = new Remeasurer(world)
    expect(await looks(one, 6)).toEqual([null, null, null, null, null, null])
    expect(world.measured).toEqual(['Error: away', 'Error: away'])
  })
})
