// Many timers at once and commands among them: both go on, and no command passes a due timer.
import { fc } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { cases } from '../../test/support/cases.ts'
import { EngineBench, T0 } from '../../test/support/engine-bench.ts'
import { settle } from '../../test/support/manual-clock.ts'
import { decode } from '../kernel/index.ts'
import { record as recordCodec, type EventRecord } from '../messages/index.ts'
import type { Clock } from './index.ts'
import { Turn } from './turn.ts'

/** The bench's clock, on which every look at the pace takes so long. */
function paced(bench: EngineBench, stepUs: number): Clock {
  let pace = 0
  return {
    nowUs: () => bench.clock.nowUs(),
    after: (delayMs, wake) => bench.clock.after(delayMs, wake),
    paceUs: () => (pace += stepUs),
  }
}

interface Told {
  /** where rule ENG-009 did not hold */
  readonly wrong: readonly string[]
  /** commands before the last Tick */
  readonly among: number
}

/** What the journal says, against rule ENG-009. */
function check(bench: EngineBench, published: readonly EventRecord[]): Told {
  const fired = new Map(published.map(({ seq, outcome }) => [seq, outcome.events.length]))
  const wrong: string[] = []
  let due: number[] = []
  let lastUs = 0
  let among = 0
  let commands = 0
  for (const bytes of bench.records()) {
    const { seq, timeUs, envelope } = decode(recordCodec, bytes)
    if (timeUs < lastUs) wrong.push(`${seq}: time goes back`)
    lastUs = timeUs
    if (envelope.command.kind === 'Tick') {
      const count = fired.get(seq)!
      if (due[count - 1]! > timeUs) wrong.push(`${seq}: a timer fired early`)
      due = due.slice(count)
      among = commands
    } else if (envelope.command.kind === 'ActivateRules') {
      if ((due[0] ?? Infinity) <= timeUs) wrong.push(`${seq}: a command passed a due timer`)
      due = [...due, timeUs + envelope.command.version * 1_000].toSorted((a, b) => a - b)
      commands++
    }
  }
  return { wrong, among }
}

test('ENG-009 commands come between Ticks, each after every timer that was due by its time', async () => {
  const bench = new EngineBench()
  const engine = await bench.start({}, { clock: paced(bench, 150) })
  const published: EventRecord[] = []
  engine.onDurable((records) => published.push(...records))
  // Two timers each millisecond, from 100 to 600 ms on.
  const arming = Array.from({ length: 1_000 }, (_, n) => bench.add(100 + (n >> 1)))
  await Promise.all(arming.map((envelope) => engine.submit(envelope)))
  bench.clock.jump(2_000_000)
  const sent = Array.from({ length: 50 }, () => bench.add(5_000))
  const replies = await Promise.all(sent.map((envelope) => engine.submit(envelope)))
  // The wall was at two seconds; the first of them came long before.
  expect(replies[0]!.timeUs).toBeLessThan(T0 + 200_000)
  for (let turn = 0; turn < 200; turn++) await settle()
  expect(bench.machine.total).toBe(
    arming.reduce((sum, { command }) => sum + (command as { version: number }).version, 0) +
      50 * 5_000 +
      1_000,
  )
  expect(check(bench, published)).toEqual({ wrong: [], among: 1_050 })
  expect(published.filter(({ commandKind }) => commandKind === 'Tick').length).toBeGreaterThan(100)
  const late = await engine.submit(bench.add(1))
  expect(late.timeUs).toBe(T0 + 2_000_000)
  // And replay, which knows no pace, comes to the same.
  const { total } = bench.machine
  await bench.start()
  expect(bench.machine.total).toBe(total)
})

test('ENG-009 holds at any pace, and replay, which knows none, comes to the same', async () => {
  const step = fc.record({
    sent: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }),
    jumpUs: fc.integer({ min: 0, max: 40_000 }),
  })
  const run = async (steps: readonly { sent: number[]; jumpUs: number }[], stepUs: number) => {
    const bench = new EngineBench()
    const engine = await bench.start({}, { clock: paced(bench, stepUs) })
    const published: EventRecord[] = []
    engine.onDurable((records) => published.push(...records))
    for (const { sent, jumpUs } of steps) {
      const replies = sent.map((n) => engine.submit(bench.add(n)))
      bench.clock.jump(jumpUs)
      await Promise.all(replies)
    }
    await engine.stop()
    expect(check(bench, published).wrong).toEqual([])
    const { total } = bench.machine
    const events = bench.eventBytes.splice(0)
    await bench.start()
    expect(bench.machine.total).toBeGreaterThanOrEqual(total)
    expect(bench.eventBytes.slice(0, events.length)).toEqual(events)
  }
  const steps = fc.array(step, { maxLength: 10 })
  await fc.assert(fc.asyncProperty(steps, fc.integer({ min: 0, max: 1_500 }), run), {
    numRuns: cases(60),
  })
})

test('timers of one time fire together, whatever the pace', async () => {
  const bench = new EngineBench()
  const engine = await bench.start({}, { clock: paced(bench, 10_000) })
  const published: EventRecord[] = []
  engine.onDurable((records) => published.push(...records))
  await Promise.all(Array.from({ length: 2_500 }, () => engine.submit(bench.add(200))))
  bench.clock.jump(300_000)
  const reply = await engine.submit(bench.add(1))
  expect(reply.timeUs).toBe(T0 + 300_000)
  expect(bench.machine.total).toBe(2_500 * 201 + 1)
  expect(check(bench, published).wrong).toEqual([])
})

test('commands that would be held back for long wait instead', () => {
  let pace = 0
  const clock: Clock = { nowUs: () => 0, after: () => () => {}, paceUs: () => pace }
  const nowUs = 100_000_000
  const turn = new Turn(clock, nowUs)
  // A share of timers, a share of commands, and no other before the next turn.
  expect(turn.tickUs(nowUs - 10_000, 0)).toBe(nowUs - 9_750)
  pace += 1_000
  expect(turn.tickUs(nowUs - 8_000, nowUs - 9_750)).toBeNull()
  expect(turn.commandUs(nowUs - 8_000)).toBe(nowUs - 8_001)
  expect(turn.tickUs(nowUs - 8_000, nowUs - 8_001)).toBeNull()
  expect(turn.isOver()).toBe(false)
  pace += 1_000
  expect(turn.isOver()).toBe(true)
  // What a command left for its own time precedes the next one.
  expect(turn.tickUs(nowUs - 8_001, nowUs - 8_001)).toBe(nowUs - 8_001)
  expect(turn.tickUs(nowUs - 70_000_000, nowUs - 80_000_000)).toBe(nowUs - 69_999_750)
  expect(turn.tickUs(nowUs + 1, nowUs)).toBeNull()
  expect(turn.commandUs(nowUs + 1)).toBe(nowUs)
})
