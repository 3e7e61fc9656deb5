// The process dies at each step of the loop and starts again over what survived.
import { fc } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { CounterMachine } from '../../test/support/counter-machine.ts'
import { EngineBench, genesis, T0 } from '../../test/support/engine-bench.ts'
import { settle } from '../../test/support/manual-clock.ts'
import { decode, encode } from '../kernel/index.ts'
import { openMemoryEventLog, openMemoryLog } from '../journal/index.ts'
import { eventRecord, packRecords, record as recordCodec } from '../messages/index.ts'
import { makeSnapshot, signerFromSeed } from './index.ts'
import { SnapshotMaker } from './make-snapshot.ts'
import { cases } from '../../test/support/cases.ts'

const HOUR_US = 3_600_000_000

describe('the process dies', () => {
  test('before the command is executed: it is new when sent again', async () => {
    const bench = new EngineBench()
    const first = await bench.start()
    const envelope = bench.add(5)
    // Nobody hears of it any more: the process ends in the same turn.
    first.submit(envelope).catch(() => {})
    const second = await bench.start()
    expect(await second.submit(envelope)).toMatchObject({ seq: 2, replayed: false })
    expect(bench.machine.total).toBe(5)
  })

  test('after executing, before the write: it is new when sent again', async () => {
    const bench = new EngineBench()
    const first = await bench.start()
    bench.log.mood = 'hangs'
    const envelope = bench.add(5)
    first.submit(envelope).catch(() => {})
    await settle()
    expect(bench.machine.total).toBe(5)
    const second = await bench.start()
    expect(bench.machine.total).toBe(0)
    expect(await second.submit(envelope)).toMatchObject({ seq: 2, replayed: false })
  })

  test('after the write, before anyone hears: sent again it has its outcome', async () => {
    const bench = new EngineBench()
    const first = await bench.start()
    bench.log.mood = 'dies-after-write'
    const envelope = bench.add(5)
    first.submit(envelope).catch(() => {})
    await settle()
    expect(bench.published).toEqual([])
    const second = await bench.start()
    expect(bench.machine.total).toBe(5)
    expect(await second.submit(envelope)).toMatchObject({
      seq: 2,
      replayed: true,
      outcome: { events: [{ kind: 'RulesActivated', version: 5 }] },
    })
    expect(bench.machine.total).toBe(5)
  })

  test('before the event log is written: the events are written again', async () => {
    const bench = new EngineBench()
    const first = await bench.start()
    const sent = [1, 2, 3, 0, 5].map((n) => bench.add(n))
    for (const envelope of sent) await first.submit(envelope)
    const whole = [...bench.eventBytes]
    for (const kept of [5, 3, 1, 0]) {
      bench.eventBytes.length = kept
      const again = await bench.start()
      expect(bench.eventBytes).toEqual(whole)
      for (const [i, envelope] of sent.entries()) {
        expect(await again.submit(envelope)).toMatchObject({ seq: i + 2, replayed: true })
      }
    }
  })

  test('anywhere: state, replies and events are as if it had not', async () => {
    const step = fc.record({
      n: fc.integer({ min: 0, max: 40 }),
      waitUs: fc.integer({ min: 0, max: 3_000_000 }),
      dies: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 30 }),
        fc.nat({ max: 3 }),
        async (steps, lag) => {
          const bench = new EngineBench()
          let engine = await bench.start()
          const acknowledged: { seq: number; id: string }[] = []
          for (const { n, waitUs, dies } of steps) {
            const envelope = bench.add(n)
            const { seq } = await engine.submit(envelope)
            acknowledged.push({ seq, id: envelope.id })
            await bench.clock.advance(waitUs)
            if (!dies) continue
            const before = bench.machine.stateHash()
            const events = [...bench.eventBytes]
            bench.eventBytes.length = Math.max(0, events.length - lag)
            engine = await bench.start()
            expect(bench.machine.stateHash()).toBe(before)
            expect(bench.eventBytes).toEqual(events)
          }
          for (const { seq, id } of acknowledged) {
            expect((await engine.events.get(seq))?.command).toBe(id)
          }
        },
      ),
      { numRuns: cases(30) },
    )
  })
})

describe('snapshots', () => {
  test('a snapshot and the rest of the journal are the same as the whole journal', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    for (let n = 1; n <= 20; n++) {
      await engine.submit(bench.add(n))
      if (n !== 12) continue
      const state = bench.machine.snapshot()
      await bench.snapshots.save({ seq: engine.durableSeq(), headHash: bench.log.headHash, state })
    }
    const hash = bench.machine.stateHash()
    const short = await bench.start()
    expect(short.snapshotSeq).toBe(13)
    expect(bench.machine.stateHash()).toBe(hash)
    // Events older than the snapshot are lost: only the whole journal brings them back.
    bench.eventBytes.length = 5
    const whole = await bench.start()
    expect(whole.snapshotSeq).toBe(0)
    expect(bench.machine.stateHash()).toBe(hash)
    expect(bench.eventBytes.length).toBe(21)
  })

  test('one of another journal is of no use, and neither are the events, though all ends alike', async () => {
    const [bench, other] = [new EngineBench(), new EngineBench()]
    for (const [each, first] of [
      [bench, 2],
      [other, 7],
    ] as const) {
      const engine = await each.start()
      await engine.submit(each.add(first))
      const state = each.machine.snapshot()
      await each.snapshots.save({ seq: 2, headHash: each.log.headHash, state })
      await engine.submit(each.add(3))
    }
    bench.batches.splice(0, 3, ...other.batches)
    const restored = await bench.start()
    expect([restored.snapshotSeq, bench.machine.total]).toEqual([0, 10])
    expect(bench.eventBytes).toEqual(other.eventBytes)
    const log = await openMemoryLog(bench.batches)
    const machine = () => new CounterMachine()
    const made = await makeSnapshot({ log, snapshots: bench.snapshots, machine })
    expect(made).toMatchObject({ seq: 3, records: 3 })
  })

  test('one that cannot be read is passed over', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    await engine.submit(bench.add(3))
    const state = new Uint8Array([1, 2, 3])
    await bench.snapshots.save({ seq: 2, headHash: bench.log.headHash, state })
    const again = await bench.start()
    expect(again.snapshotSeq).toBe(0)
    expect(bench.machine.total).toBe(3)
  })
})

test('a state that was kept for the next snapshot is not used for another history', async () => {
  const bench = new EngineBench()
  const engine = await bench.start()
  await engine.submit(bench.add(3))
  const maker = new SnapshotMaker()
  const machine = () => new CounterMachine()
  const { snapshots } = bench
  await maker.make({ log: await openMemoryLog(bench.batches), snapshots, machine })
  const other = new EngineBench()
  const second = await other.start()
  for (const n of [5, 6, 7]) await second.submit(other.add(n))
  const log = await openMemoryLog(other.batches)
  const made = await maker.make({ log, snapshots: other.snapshots, machine })
  expect(made).toMatchObject({ seq: 4, records: 4 })
  expect((await other.snapshots.list())[0]?.state).toEqual(other.machine.snapshot())
})

test('a new snapshot is made over one that cannot be read', async () => {
  const bench = new EngineBench()
  const engine = await bench.start()
  await engine.submit(bench.add(3))
  await bench.snapshots.save({ seq: 2, headHash: bench.log.headHash, state: new Uint8Array(3) })
  await engine.submit(bench.add(4))
  const log = await openMemoryLog(bench.batches)
  const machine = () => new CounterMachine()
  const made = await makeSnapshot({ log, snapshots: bench.snapshots, machine })
  expect(made).toMatchObject({ seq: 3, records: 3 })
  expect((await bench.start()).snapshotSeq).toBe(3)
})

describe('recovery refuses', () => {
  test('a journal that is shorter than what was derived from it', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    await engine.submit(bench.add(3))
    await engine.submit(bench.add(4))
    bench.batches.pop()
    await expect(bench.start()).rejects.toMatchObject({
      code: 'JOURNAL_SHORT',
      facts: { journalSeq: 2, derivedSeq: 3 },
    })
  })

  test('a command that has another outcome than it had, naming both hashes', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    await engine.submit(bench.add(3))
    await engine.submit(bench.add(4))
    const entry = decode(recordCodec, bench.records()[1]!)
    const altered = encode(recordCodec, { ...entry, resultHash: 'ab'.repeat(8) })
    bench.batches[1] = packRecords([altered])
    await expect(bench.start()).rejects.toMatchObject({
      code: 'REPLAY_MISMATCH',
      facts: { seq: 2, journaled: 'ab'.repeat(8), computed: entry.resultHash },
    })
  })

  test('a record that names another place than it stands at', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    await engine.submit(bench.add(3))
    await engine.submit(bench.add(4))
    const entry = decode(recordCodec, bench.records()[1]!)
    bench.batches[1] = packRecords([encode(recordCodec, { ...entry, seq: 3 })])
    await expect(bench.start()).rejects.toMatchObject({
      name: 'AssertionFailure',
      message: 'record 3 at 2',
    })
  })

  test('a key that is not the one of the genesis record', async () => {
    const bench = new EngineBench()
    await bench.start()
    const signer = signerFromSeed(new Uint8Array(32).fill(8))
    await expect(bench.start({}, { signer })).rejects.toMatchObject({
      code: 'WRONG_KEY',
      facts: { genesis: genesis.exchangePublicKey, here: signer.publicKey },
    })
  })

  test('a gap of over an hour after a crash, unless the operator accepts it', async () => {
    const bench = new EngineBench()
    await bench.start()
    await bench.clock.advance(2_000_000)
    bench.clock.jump(HOUR_US + 1_000_000)
    await expect(bench.start()).rejects.toMatchObject({
      code: 'OPERATOR_NEEDED',
      facts: { gapSeconds: 3_601 },
    })
    await bench.start({}, { acceptGap: true })
    expect(bench.machine.gapUs).toBe(HOUR_US + 1_000_000)
  })
})

describe('starting', () => {
  test('events of another journal are written anew', async () => {
    const other = new EngineBench()
    const elsewhere = await other.start()
    await elsewhere.submit(other.add(30))
    const bench = new EngineBench()
    const engine = await bench.start()
    await engine.submit(bench.add(1))
    const own = [...bench.eventBytes]
    bench.eventBytes.splice(0, 2, ...other.eventBytes)
    await bench.start()
    expect(bench.eventBytes).toEqual(own)
  })

  test('after a clean stop of any length resumes with the gap, and short ones have none', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    await engine.submit(bench.add(9))
    await engine.stop()
    bench.clock.jump(4_000_000)
    const soon = await bench.start()
    expect(bench.machine.gapUs).toBe(0)
    await soon.stop()
    bench.clock.jump(30 * 24 * HOUR_US)
    await bench.start()
    expect(bench.machine.gapUs).toBe(30 * 24 * HOUR_US)
  })

  test('after a crash the gap counts from the last sign of life, and precedes due timers', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    await engine.submit(bench.add(4_000))
    await bench.clock.advance(2_000_000)
    bench.clock.jump(60_000_000)
    await bench.start()
    const last = bench
      .records()
      .slice(-2)
      .map((bytes) => decode(recordCodec, bytes))
    expect(last.map(({ envelope }) => envelope.command)).toEqual([
      { kind: 'ResumeAfterGap', fromUs: T0 + 2_000_000, toUs: T0 + 62_000_000 },
      { kind: 'Tick', limit: 1_000 },
    ])
  })

  test('without a sign of life the last record counts', async () => {
    const bench = new EngineBench()
    const engine = await bench.start()
    await bench.clock.advance(10_000_000)
    await engine.submit(bench.add(1))
    bench.life.aliveUntilUs = null
    bench.clock.jump(60_000_000)
    await bench.start()
    expect(bench.machine.gapUs).toBe(60_000_000)
  })
})

test('records and event records have the bytes of their codecs', async () => {
  const bench = new EngineBench()
  const engine = await bench.start()
  await engine.submit(bench.add(77))
  await engine.submit(bench.add(0))
  for (const bytes of bench.records()) {
    const entry = decode(recordCodec, bytes)
    expect(Buffer.compare(encode(recordCodec, entry), bytes)).toBe(0)
  }
  for (const bytes of bench.eventBytes) {
    const entry = decode(eventRecord, bytes)
    expect(Buffer.compare(encode(eventRecord, entry), bytes)).toBe(0)
  }
  expect(bench.records().length).toBe(3)
  expect((await openMemoryEventLog(bench.eventBytes)).lastSeq).toBe(3)
})
