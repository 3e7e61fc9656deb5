import { describe, expect, test } from 'vitest'
import { EngineBench, T0 } from '../../test/support/engine-bench.ts'
import { POISON, POISON_TIMER } from '../../test/support/counter-machine.ts'
import { settle } from '../../test/support/manual-clock.ts'
import { LIMITS, NO_COMMAND_ID, type Reply } from '../messages/index.ts'

/** Watches a promise: null until it is settled. */
function watch(reply: Promise<Reply>): { value: Reply | Error | null } {
  const seen: { value: Reply | Error | null } = { value: null }
  reply.then(
    (value) => (seen.value = value),
    (error: Error) => (seen.value = error),
  )
  return seen
}

describe('submitting', () => {
  test('a command gets its outcome, a seq and a time; genesis is the first record', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    expect(engine.durableSeq()).toBe(1)
    const envelope = bench.add(5)
    const reply = await engine.submit(envelope)
    expect(reply).toEqual({
      seq: 2,
      timeUs: T0,
      account: 1,
      key: 1,
      command: envelope.id,
      commandKind: 'ActivateRules',
      outcome: { refusal: null, events: [{ kind: 'RulesActivated', version: 5 }] },
      replayed: false,
    })
    expect((await engine.events.get(1))?.commandKind).toBe('Genesis')
    expect(await engine.events.get(2)).toEqual(bench.published[0])
    await engine.stop()
  })

  test('a refusal of the machine is journaled too', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    const reply = await engine.submit(bench.add(0))
    expect(reply).toMatchObject({ seq: 2, outcome: { refusal: { code: 'RULES_UNKNOWN' } } })
    await engine.stop()
  })

  test('ENG-006 nothing is seen before it is durable, though the state is ahead', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    bench.log.mood = 'hangs'
    const first = watch(engine.submit(bench.add(5)))
    await settle()
    const second = watch(engine.submit(bench.add(7)))
    const third = watch(engine.submit(bench.add(1)))
    await settle()
    const asked = engine.ask('status', {})
    await settle()
    expect(bench.machine.total).toBe(13)
    // Who only looks, for himself, need not wait.
    expect(engine.peek('status', {}).venue).toBe('13')
    expect([first.value, second.value, third.value]).toEqual([null, null, null])
    expect(bench.published).toEqual([])
    expect(engine.durableSeq()).toBe(1)
    expect(await engine.events.get(2)).toBeNull()
    bench.log.release()
    expect((await asked).venue).toBe('13')
    // One append in flight at a time; what came meanwhile was one batch.
    expect(bench.log.attempts).toEqual([1, 1, 2])
    expect([first, second, third].map(({ value }) => (value as Reply).seq)).toEqual([2, 3, 4])
    expect(bench.published.map(({ seq }) => seq)).toEqual([2, 3, 4])
    await engine.stop()
  })

  test('replies, listeners and the event log keep the order of seq', async () => {
    const bench = new EngineBench()
    const engine = await bench.start({}, { limits: { batchRecords: 3 } })
    const order: number[] = []
    const sent = Array.from({ length: 20 }, (_, i) => bench.add(i + 1))
    await Promise.all(sent.map((e) => engine.submit(e).then(({ seq }) => order.push(seq))))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(bench.published.map(({ command }) => command)).toEqual(sent.map(({ id }) => id))
    expect(Math.max(...bench.log.attempts)).toBe(3)
    await engine.stop()
  })

  test('a full queue refuses with RATE_LIMITED, and nothing was done', async () => {
    const bench = new EngineBench()
    const engine = await bench.start({}, { limits: { queue: 2 } })
    const sent = [1, 2, 3].map((n) => watch(engine.submit(bench.add(n))))
    await settle()
    expect(sent[2]!.value).toMatchObject({ code: 'RATE_LIMITED', retryable: true })
    expect(bench.machine.total).toBe(3)
    await engine.stop()
  })

  test('so does one with too many bytes in it', async () => {
    const bench = new EngineBench()
    const engine = await bench.start({}, { limits: { queueBytes: 100_000 } })
    const large = () =>
      bench.envelope({ kind: 'Propose', action: new Uint8Array(60_000), expiresAtUs: 0 })
    const sent = [large(), large(), large()].map((envelope) => watch(engine.submit(envelope)))
    await settle()
    expect(sent.map(({ value }) => (value as { code?: string }).code)).toEqual([
      undefined,
      undefined,
      'RATE_LIMITED',
    ])
    expect((await engine.submit(bench.add(1))).outcome.refusal).toBeNull()
    await engine.stop()
  })

  test('a command of too many bytes is refused and not journaled', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    const action = new Uint8Array(LIMITS.commandBytes)
    const reply = await engine.submit(bench.envelope({ kind: 'Propose', action, expiresAtUs: 0 }))
    expect(reply).toMatchObject({ seq: 0, outcome: { refusal: { code: 'LIMIT_REACHED' } } })
    await engine.stop()
  })

  test('a command without an encoding is rejected and harms nobody', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    await expect(engine.submit(bench.add(1.5))).rejects.toThrow('command.version')
    expect((await engine.submit(bench.add(1))).seq).toBe(2)
    expect(bench.exits).toEqual([])
    await engine.stop()
  })

  test('ENG-008 after stop nothing is taken, and what was taken is finished', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    const taken = watch(engine.submit(bench.add(4)))
    const stopped = engine.stop()
    await expect(engine.submit(bench.add(1))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
    await stopped
    expect(taken.value).toMatchObject({ seq: 2 })
    expect(bench.life.clean).toBe(true)
    await bench.clock.advance(60_000_000)
    expect(bench.life).toEqual({ aliveUntilUs: T0, clean: true })
  })
})

describe('the same id again', () => {
  test('gets the first outcome, also while the first is not durable yet', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    bench.log.mood = 'hangs'
    const envelope = bench.add(5)
    const first = watch(engine.submit(envelope))
    const again = watch(engine.submit({ ...envelope }))
    await settle()
    expect([first.value, again.value]).toEqual([null, null])
    bench.log.release()
    await settle()
    expect(first.value).toMatchObject({ seq: 2, replayed: false })
    expect(again.value).toEqual({ ...(first.value as Reply), replayed: true })
    expect(bench.machine.total).toBe(5)
    await engine.stop()
  })

  test('with another body is refused and not journaled', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    const envelope = bench.add(5)
    await engine.submit(envelope)
    const other = { ...envelope, command: { kind: 'ActivateRules' as const, version: 6 } }
    expect(await engine.submit(other)).toMatchObject({
      seq: 0,
      outcome: { refusal: { code: 'COMMAND_ID_REUSED' }, events: [] },
    })
    expect(engine.durableSeq()).toBe(2)
    await engine.stop()
  })
})

test('the id of the exchange itself is not for members', async () => {
  const bench = new EngineBench()
  const engine = await bench.start()
  const reply = await engine.submit({ ...bench.add(5), id: NO_COMMAND_ID })
  expect(reply).toMatchObject({ seq: 0, outcome: { refusal: { code: 'COMMAND_ID_EXPIRED' } } })
  const own = { ...bench.add(6), account: 0, key: 0, id: NO_COMMAND_ID }
  expect(await engine.submit(own)).toMatchObject({ seq: 2, outcome: { refusal: null } })
  await engine.stop()
})

describe('time', () => {
  test('timers fire by themselves, and before any later command', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    await engine.submit(bench.add(300))
    await bench.clock.advance(299_000)
    expect(bench.machine.total).toBe(300)
    await bench.clock.advance(1_000)
    expect(bench.machine.total).toBe(301)
    expect(bench.published.at(-1)).toMatchObject({ commandKind: 'Tick', timeUs: T0 + 300_000 })
    await engine.submit(bench.add(40))
    bench.clock.jump(50_000)
    await engine.submit(bench.add(1))
    expect(bench.published.slice(-2).map(({ commandKind }) => commandKind)).toEqual([
      'Tick',
      'ActivateRules',
    ])
    await engine.stop()
  })

  test('many timers at once are spread over Ticks of at most 1,000', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    const sent = Array.from({ length: 2_500 }, () => bench.add(200))
    await Promise.all(sent.map((envelope) => engine.submit(envelope)))
    await bench.clock.advance(200_000)
    const ticks = bench.published.filter(({ commandKind }) => commandKind === 'Tick')
    expect(ticks.map(({ outcome }) => outcome.events.length)).toEqual([1_000, 1_000, 500])
    await engine.stop()
  })

  test('a wall clock that goes back does not take the engine with it', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    await engine.submit(bench.add(1))
    bench.clock.jump(-60_000_000)
    expect((await engine.submit(bench.add(2))).timeUs).toBeGreaterThanOrEqual(T0)
    await engine.stop()
  })

  test('a suspended machine resumes with ResumeAfterGap before anything else', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    await bench.clock.advance(3_000_000)
    bench.clock.jump(60_000_000)
    const reply = await engine.submit(bench.add(9))
    expect(bench.published.at(-2)).toMatchObject({
      commandKind: 'ResumeAfterGap',
      outcome: { events: [{ kind: 'GapResumed', fromUs: T0 + 3_000_000, toUs: T0 + 63_000_000 }] },
    })
    expect(reply.seq).toBe(engine.durableSeq())
    await engine.stop()
  })

  test('a jump of over an hour while running stops the exchange for its operator', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    bench.clock.jump(2 * 3_600_000_000)
    const lost = watch(engine.submit(bench.add(9)))
    await settle()
    expect(bench.exits).toMatchObject([{ code: 'OPERATOR_NEEDED' }])
    expect(lost.value).toMatchObject({ code: 'NOT_DURABLE' })
  })
})

describe('a journal that fails', () => {
  test('for a moment: the same batch is tried again, and whoever comes new is told to come again', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    bench.log.mood = 'fails'
    const reply = watch(engine.submit(bench.add(5)))
    await bench.clock.advance(2_000_000)
    const attempts = bench.log.attempts.length
    expect(attempts).toBeGreaterThan(3)
    expect(reply.value).toBeNull()
    // ENG-006: nothing more is accepted meanwhile.
    const refused = bench.add(6)
    await expect(engine.submit(refused)).rejects.toMatchObject({ code: 'NOT_DURABLE' })
    await expect(engine.ask('status', {})).rejects.toMatchObject({ code: 'NOT_DURABLE' })
    bench.log.mood = 'works'
    await bench.clock.advance(1_100_000)
    expect(reply.value).toMatchObject({ seq: 2 })
    expect(bench.exits).toEqual([])
    expect(await engine.submit(refused)).toMatchObject({ outcome: { refusal: null } })
    await engine.stop()
  })

  test.each(['fails', 'hangs'] as const)('%s for 10 s: nothing published, exit', async (mood) => {
    const bench = new EngineBench()
    const engine = await bench.start()
    bench.log.mood = mood
    const replies = [watch(engine.submit(bench.add(5))), watch(engine.submit(bench.add(6)))]
    await settle()
    const asked = engine.ask('status', {}).catch((error: Error) => error)
    await bench.clock.advance(9_900_000)
    expect(bench.exits).toEqual([])
    await bench.clock.advance(200_000)
    expect(bench.exits).toMatchObject([{ code: 'NOT_DURABLE' }])
    for (const { value } of replies) expect(value).toMatchObject({ code: 'NOT_DURABLE' })
    expect(bench.published).toEqual([])
    await expect(engine.submit(bench.add(1))).rejects.toMatchObject({ code: 'NOT_DURABLE' })
    expect(await asked).toBeInstanceOf(Error)
    await expect(engine.ask('status', {})).rejects.toMatchObject({ code: 'NOT_DURABLE' })
  })
})

describe('a command that trips an assert', () => {
  test('ENG-003 stops the process and is held back until an operator releases it', async () => {
    const bench = new EngineBench()
    const first = await bench.start()
    const good = bench.add(3)
    const poison = bench.add(POISON)
    await first.submit(good)
    const lost = watch(first.submit(poison))
    await settle()
    expect(bench.exits).toMatchObject([{ name: 'AssertionFailure' }])
    expect(lost.value).toMatchObject({ code: 'NOT_DURABLE' })
    expect(bench.quarantined).toMatchObject([
      { account: 1, command: poison.id, seq: 3, kind: 'ActivateRules' },
    ])

    const second = await bench.start()
    expect(await second.submit(poison)).toMatchObject({
      seq: 0,
      outcome: { refusal: { code: 'COMMAND_QUARANTINED' } },
    })
    expect(await second.submit(good)).toMatchObject({ seq: 2, replayed: true })
    const release = { kind: 'ReleaseQuarantine' as const, account: 1, command: poison.id }
    await second.submit(bench.envelope(release, 9))
    expect(bench.quarantined).toEqual([])
    await second.stop()

    const mended = await bench.start({ isMended: true })
    expect(await mended.submit(poison)).toMatchObject({ outcome: { refusal: null } })
    await mended.stop()
  })
})

describe('a timer that trips an assert', () => {
  const poisoned = async (bench: EngineBench) => {
    const engine = await bench.start()
    await engine.submit(bench.add(POISON_TIMER))
    await engine.submit(bench.add(700))
    await bench.clock.advance(690_000)
    expect(bench.exits).toMatchObject([{ name: 'TimerFailure', timer: 2 }])
    expect(bench.quarantined).toMatchObject([{ timer: 2, kind: 'Tick', seq: 4 }])
  }

  test('ENG-012 is set aside at the next start: the others fire, and it when it is released', async () => {
    const bench = new EngineBench()
    await poisoned(bench)
    const second = await bench.start()
    await bench.clock.advance(1_000_000)
    expect(bench.exits).toHaveLength(1)
    expect(bench.machine.total).toBe(POISON_TIMER + 700 + 1)
    await second.stop()

    // Held by the journal, not only by the file beside it; a replay comes to the same.
    const third = await bench.start()
    await bench.clock.advance(1_000_000)
    expect(bench.exits).toHaveLength(1)
    expect(bench.quarantined).toHaveLength(1)
    await third.stop()

    const mended = await bench.start({ isMended: true })
    await mended.submit(bench.envelope({ kind: 'ReleaseTimer', timer: 2 }, 9))
    expect(bench.quarantined).toEqual([])
    await bench.clock.advance(1_000_000)
    expect(bench.machine.total).toBe(POISON_TIMER + 700 + 2)
    await mended.stop()
    const state = bench.machine.stateHash()
    await (await bench.start({ isMended: true })).stop()
    expect(bench.machine.stateHash()).toBe(state)
  })

  test('ENG-012 the release counts although the process died before the file was changed', async () => {
    const bench = new EngineBench()
    await poisoned(bench)
    const held = bench.quarantined.slice()
    const second = await bench.start({ isMended: true })
    await second.submit(bench.envelope({ kind: 'ReleaseTimer', timer: 2 }, 9))
    bench.kill()
    bench.quarantined.push(...held)
    const third = await bench.start({ isMended: true })
    expect(bench.quarantined).toEqual([])
    await third.stop()
  })

  test('ENG-012 an entry of a timer that is not there is dropped', async () => {
    const bench = new EngineBench()
    bench.quarantined.push({ account: 0, command: '', seq: 9, kind: 'Tick', why: '', timer: 77 })
    const engine = await bench.start()
    expect(bench.quarantined).toEqual([])
    await engine.stop()
  })
})
