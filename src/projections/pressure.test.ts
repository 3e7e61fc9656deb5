// A slow consumer: what it has not taken stays in the event log, and neither side keeps it in memory.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { factsOf, WAIT_MS } from '../../test/contracts/read-models.contract.ts'
import { EventSourceOf } from '../../test/tools/event-source.ts'
import { EventStream } from '../../test/tools/event-stream.ts'
import { readModelsTemplate } from '../../test/tools/read-models-template.ts'
import type { EventBatch } from '../messages/index.ts'
import { BATCH_BYTES, type EventSource } from './feed.ts'
import { FolderHome, inlineOpener, startReadModels, type Opener } from './index.ts'
import type { Store } from './store.ts'

vi.setConfig({ testTimeout: WAIT_MS })
const root = mkdtempSync(join(tmpdir(), 'suan-pressure-'))
afterAll(() => rmSync(root, { recursive: true }))

/** Bytes that left the log and are not in the tables, and how many it were at most. */
class Pressure {
  waiting = 0
  most = 0
  largest = 0

  taken({ records }: EventBatch): void {
    this.waiting += records.bytes.length
    this.most = Math.max(this.most, this.waiting)
    this.largest = Math.max(this.largest, records.bytes.length)
  }
}

/** The source, with what is read of it noted. */
function watched(source: EventSourceOf, pressure: Pressure): EventSource {
  async function* batches(fromSeq: number): AsyncIterable<EventBatch> {
    for await (const piece of source.events.batches(fromSeq)) {
      pressure.taken(piece)
      yield piece
    }
  }
  const { durableSeq, onAdvance, events } = source
  return { durableSeq, onAdvance, events: { ...events, batches } }
}

/** A store that applies a batch only when it is let. */
function gated(pressure: Pressure) {
  const gate = { open: false, asked: 0, let: (): void => {} }
  const slow = (store: Store): Store => ({
    get broken() {
      return store.broken
    },
    progress: () => store.progress(),
    async apply(afterSeq, batch) {
      gate.asked++
      if (!gate.open) await new Promise<void>((resolve) => (gate.let = resolve))
      const progress = await store.apply(afterSeq, batch)
      pressure.waiting -= batch.records.bytes.length
      return progress
    },
    read: (name, args) => store.read(name, args),
    compare: (facts) => store.compare(facts),
    close: () => store.close(),
  })
  const opener: Opener = {
    create: (folder, stop) => inlineOpener.create(folder, stop),
    open: async (folder, stop) => slow(await inlineOpener.open(folder, stop)),
  }
  return { gate, opener }
}

test('a store that stands still, and then goes on, never has more than two batches in memory', async () => {
  const pressure = new Pressure()
  const { gate, opener } = gated(pressure)
  const source = new EventSourceOf()
  const stream = new EventStream(2)
  source.append(stream.take(14_000))
  const home = new FolderHome({
    folder: join(root, 'a'),
    opener,
    template: await readModelsTemplate(),
  })
  const models = startReadModels({ source: watched(source, pressure), home, patienceMs: WAIT_MS })
  await vi.waitFor(() => expect(gate.asked).toBe(1), WAIT_MS)
  for (let n = 0; n < 20; n++) {
    source.append(stream.take(100))
    await new Promise((resolve) => setImmediate(resolve))
  }
  const bytes = source.records.length * 100
  expect(bytes).toBeGreaterThan(2 * BATCH_BYTES)
  expect(gate.asked).toBe(1)
  expect(models.appliedSeq()).toBe(0)
  // The one that is being applied, the next, and the piece that filled each.
  const most = 2 * (BATCH_BYTES + pressure.largest)
  expect(pressure.most).toBeGreaterThan(BATCH_BYTES)
  expect(pressure.most).toBeLessThanOrEqual(most)
  gate.open = true
  gate.let()
  expect(await models.waitFor(source.durableSeq(), WAIT_MS)).toBe(true)
  expect(pressure.waiting).toBe(0)
  expect(pressure.most).toBeLessThanOrEqual(most)
  expect(await models.compare(factsOf(source))).toEqual([])
  await models.close()
})
