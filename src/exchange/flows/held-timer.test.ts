import { expect, test } from 'vitest'
import { Reader, Writer } from '../../kernel/index.ts'
import { TimerFailure, type Command } from '../../messages/index.ts'
import { buildDesks } from '../build.ts'
import { Context } from '../context.ts'
import { run } from '../desks.ts'
import { Counters } from '../table.ts'
import { Timers } from '../timers.ts'

const HOUR_US = 3_600_000_000

/** An open venue in which two timers are due at once, the first of a lease that does not exist. */
function venue() {
  const x = buildDesks()
  let seq = 0
  const act = (command: Command, timeUs: number, actor = 0) => {
    const ctx = new Context({ seq: ++seq, timeUs, account: actor, key: actor })
    const refusal = run(x, ctx, command)
    return { refusal, events: ctx.events }
  }
  act(
    {
      kind: 'Genesis',
      venue: 'test',
      exchangePublicKey: '00'.repeat(32),
      rules: 1,
      mode: 'SIMULATED',
      retentionSeconds: 0,
      operatorSecret: '11'.repeat(32),
    },
    0,
  )
  const broken = x.timers.schedule(HOUR_US, 'renewal', 99)
  const sound = x.timers.schedule(HOUR_US, 'commitment_start', 1)
  return { x, act, broken, sound }
}
const tick = { kind: 'Tick', limit: 1_000 } as const

test('ENG-012 an assert in a timer says which timer it was', () => {
  const { act, broken } = venue()
  const fire = () => act(tick, HOUR_US)
  expect(fire).toThrow(TimerFailure)
  expect(venue().act.bind(null, tick, HOUR_US)).toThrow(
    expect.objectContaining({ timer: broken, message: expect.stringContaining('renewal 99') }),
  )
})

test('ENG-012 a held timer does not fire, lives through a snapshot, and fires late when released', () => {
  const { x, act, broken } = venue()
  const held = { kind: 'TimerHeld', timer: broken, what: 'renewal', subject: 99 }
  expect(act({ kind: 'HoldTimer', timer: broken }, 1)).toEqual({ refusal: null, events: [held] })
  // At every later start it is said again.
  expect(act({ kind: 'HoldTimer', timer: broken }, 1).events).toEqual([held])
  expect(act(tick, HOUR_US)).toEqual({ refusal: null, events: [] })
  expect(x.timers.nextDueUs()).toBe(null)

  const copy = new Timers(new Counters())
  x.timers.tables.forEach((table, index) => {
    const writer = new Writer()
    table.write(writer)
    copy.tables[index]?.read(new Reader(writer.finish()))
  })
  copy.rebuild()
  expect([copy.nextDueUs(), copy.isHeld(broken)]).toEqual([null, true])

  const release = { kind: 'ReleaseTimer', timer: broken } as const
  expect(act(release, 2 * HOUR_US, 1)).toMatchObject({ refusal: null })
  expect(x.timers.nextDueUs()).toBe(2 * HOUR_US)
  expect(x.timers.isHeld(broken)).toBe(false)
})

test('ENG-012 a held timer goes with its subject; only the exchange itself holds one', () => {
  const { x, act, broken, sound } = venue()
  expect(act({ kind: 'HoldTimer', timer: sound }, 1, 1).refusal?.code).toBe('SCOPE_MISSING')
  act({ kind: 'HoldTimer', timer: broken }, 1)
  x.timers.cancel(broken)
  expect(act({ kind: 'HoldTimer', timer: broken }, 2).events).toEqual([])
  // The list of what stopped the exchange still names it, until the operator takes it off.
  const released = { kind: 'TimerReleased', timer: broken }
  expect(act({ kind: 'ReleaseTimer', timer: broken }, 3, 1)).toEqual({
    refusal: null,
    events: [released],
  })
  expect(x.timers.isHeld(broken)).toBe(false)
})
