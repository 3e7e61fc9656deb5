// Commands that come as encoded batches, the door over bytes, and a slow event log.
import { expect, test } from 'vitest'
import { collect } from '../../test/support/collect.ts'
import { EngineBench, genesis, T0 } from '../../test/support/engine-bench.ts'
import { ManualClock, settle } from '../../test/support/manual-clock.ts'
import { orderEnvelopes } from '../../test/support/order-envelopes.ts'
import { TallyMachine } from '../../test/support/tally-machine.ts'
import { encode } from '../kernel/index.ts'
import {
  memoryLiveness,
  memoryQuarantine,
  memorySnapshotStore,
  openMemoryEventLog,
  openMemoryLog,
} from '../journal/index.ts'
import {
  envelope as envelopeCodec,
  Fault,
  NO_COMMAND_ID,
  packRecords,
  type BatchReplies,
  type Envelope,
  type EventLog,
  type RecordBatch,
} from '../messages/index.ts'
import { signerFromSeed, startEngine, type Engine } from './index.ts'

const pack = (envelopes: readonly Envelope[]): RecordBatch =>
  packRecords(envelopes.map((each) => encode(envelopeCodec, each)))

function submitted(engine: Engine, batch: RecordBatch): Promise<BatchReplies> {
  return new Promise((resolve, reject) => {
    engine.submitBatch(batch, (result) => {
      if (result instanceof Error) reject(result)
      else resolve(result)
    })
  })
}

test('the replies of a batch are those that each command would have had', async () => {
  const bench = new EngineBench()
  const engine = await bench.start({}, { limits: { batchRecords: 2 } })
  const known = bench.add(3)
  await engine.submit(known)
  const reserved = { ...bench.add(5), id: NO_COMMAND_ID }
  const envelopes = [bench.add(1), known, bench.add(0), reserved, bench.add(2), bench.add(4)]
  const replies = await submitted(engine, pack(envelopes))
  const all = envelopes.map((_, n) => replies.replyOf(n))
  expect(all.map(({ seq }) => seq)).toEqual([3, 2, 4, 0, 5, 6])
  expect(all.map((_, n) => replies.seqOf(n))).toEqual([3, 2, 4, 0, 5, 6])
  expect(all.map(({ replayed }) => replayed)).toEqual([false, true, false, false, false, false])
  expect(all.map(({ outcome }) => outcome.refusal?.code ?? null)).toEqual([
    null,
    null,
    'RULES_UNKNOWN',
    'COMMAND_ID_EXPIRED',
    null,
    null,
  ])
  expect(all.map(({ command }) => command)).toEqual(envelopes.map(({ id }) => id))
  expect(() => replies.replyOf(6)).toThrow('command 6 of 6')
  expect((await submitted(engine, pack([]))).count).toBe(0)
  await engine.stop()
})

test('what is no batch of envelopes is refused whole, and nothing was done', async () => {
  const bench = new EngineBench()
  const engine = await bench.start()
  const good = pack([bench.add(1), bench.add(2)])
  const cut = { count: 2, bytes: good.bytes.subarray(0, -1) }
  const altered = good.bytes.slice()
  altered[28] = 0xff
  const never = (): void => expect.unreachable()
  for (const [batch, why] of [
    [cut, 'are not 2 records'],
    [{ ...good, count: 3 }, 'are not 3 records'],
    [{ ...good, bytes: altered }, 'no kind has number'],
  ] as const) {
    expect(() => engine.submitBatch(batch, never)).toThrow(why)
  }
  await settle()
  expect(engine.durableSeq()).toBe(1)
  await engine.stop()
})

test('a batch that never becomes durable gets one Fault', async () => {
  const bench = new EngineBench()
  const engine = await bench.start()
  bench.log.mood = 'hangs'
  const answers: (BatchReplies | Error)[] = []
  engine.submitBatch(pack([bench.add(1), bench.add(2)]), (result) => answers.push(result))
  await bench.clock.advance(10_100_000)
  expect(answers).toMatchObject([{ code: 'NOT_DURABLE' }])
})

test('what was answered is forgotten, also where groups reach from one batch into the next', async () => {
  const bench = new EngineBench()
  const engine = await bench.start({}, { limits: { batchRecords: 2 } })
  const answered: WeakRef<BatchReplies>[] = []
  engine.submitBatch(pack([bench.add(0)]), () => {})
  for (let n = 0; n < 100; n++) {
    engine.submitBatch(pack([bench.add(1), bench.add(2)]), (result) => {
      if (!(result instanceof Error)) answered.push(new WeakRef(result))
      // Some stay on their way, and hold what they need.
      if (answered.length === 60) bench.log.mood = 'hangs'
    })
  }
  while (answered.length < 60) await settle()
  await collect()
  expect(answered.filter((each) => each.deref() !== undefined).length).toBeLessThan(5)
  bench.kill()
})

/** An engine over a machine that does next to nothing, in memory. */
async function tally(isRaw: boolean, events?: EventLog) {
  const kept = { batches: [] as RecordBatch[], events: [] as Uint8Array[], life: T0 }
  let machine = new TallyMachine({ isRaw })
  const start = async (raw = isRaw): Promise<Engine> =>
    startEngine({
      log: await openMemoryLog(kept.batches),
      events: events ?? (await openMemoryEventLog(kept.events)),
      snapshots: memorySnapshotStore(),
      quarantine: memoryQuarantine(),
      liveness: memoryLiveness({ aliveUntilUs: T0, clean: true }),
      clock: new ManualClock(T0),
      machine: () => (machine = new TallyMachine({ isRaw: raw })),
      signer: signerFromSeed(new Uint8Array(32).fill(7)),
      genesis,
      limits: { queue: 2_000, batchRecords: 100, eventBytes: 10_000 },
      exit: (why) => {
        throw why
      },
    })
  return { kept, start, stateHash: () => machine.stateHash() }
}

test('the door over bytes leaves the same bytes and state as the door over objects', async () => {
  const orders = orderEnvelopes(250, T0 / 1_000)
  const [raw, plain] = [await tally(true), await tally(false)]
  for (const { start } of [raw, plain]) {
    const engine = await start()
    const replies = await submitted(engine, orders)
    expect(replies.seqOf(249)).toBe(251)
    expect(replies.replyOf(7)).toMatchObject({
      seq: 9,
      commandKind: 'PlaceOrder',
      outcome: { refusal: null, events: [{ kind: 'RulesActivated', version: 36 }] },
    })
    await engine.stop()
  }
  expect(raw.kept).toEqual(plain.kept)
  expect(raw.stateHash()).toBe(plain.stateHash())
  // And a replay through either door checks what the other wrote.
  for (const isRaw of [true, false]) {
    await (await raw.start(isRaw)).stop()
    expect(raw.stateHash()).toBe(plain.stateHash())
  }
})

test('a slow event log fills the queue, which refuses, and not the memory', async () => {
  const inner = await openMemoryEventLog()
  let pendingBytes = 0
  let wake = (): void => {}
  const slow: EventLog = {
    get lastSeq() {
      return inner.lastSeq
    },
    get pendingBytes() {
      return pendingBytes
    },
    append: (firstSeq, batch) => {
      pendingBytes += batch.bytes.length
      inner.append(firstSeq, batch)
    },
    flush: () => new Promise((resolve) => (wake = resolve)),
    read: (fromSeq) => inner.read(fromSeq),
    batches: (fromSeq) => inner.batches(fromSeq),
    get: (seq) => inner.get(seq),
    truncate: (afterSeq) => inner.truncate(afterSeq),
    close: async () => {},
  }
  const { start } = await tally(true, slow)
  const starting = start()
  await settle()
  wake()
  const engine = await starting
  const orders = orderEnvelopes(100, T0 / 1_000)
  let done = 0
  const faults: unknown[] = []
  for (let n = 0; n < 100; n++) {
    try {
      engine.submitBatch(orders, () => done++)
    } catch (error) {
      faults.push(error)
    }
    await settle()
  }
  expect(faults.every((fault) => fault instanceof Fault && fault.code === 'RATE_LIMITED')).toBe(
    true,
  )
  // What passed before the limit was seen, and a full queue; nothing more was taken.
  const mostWaiting = 10_000 + 2 * 100 * 100
  expect(pendingBytes).toBeLessThan(mostWaiting)
  expect(done).toBeLessThan(5)
  expect(faults.length).toBeGreaterThan(70)
  const taken = 100 - faults.length
  for (let turn = 0; turn < 100; turn++) {
    pendingBytes = 0
    wake()
    await settle()
  }
  expect(done).toBe(taken)
  expect(engine.durableSeq()).toBe(1 + 100 * taken)
  const stopped = engine.stop()
  await settle()
  wake()
  await stopped
})

test('a full queue refuses a batch whole', async () => {
  const { start } = await tally(true)
  const engine = await start()
  const orders = orderEnvelopes(1_500, T0 / 1_000)
  let done = 0
  engine.submitBatch(orders, () => done++)
  engine.submitBatch(orders, () => done++)
  expect(() => engine.submitBatch(orders, () => done++)).toThrow(Fault)
  await engine.stop()
  expect(done).toBe(2)
  expect(engine.durableSeq()).toBe(3_001)
})
