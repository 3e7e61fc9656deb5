// A slow consumer: what it has not taken stays in the event log, and neither side keeps it in memory.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { factsOf, WAIT_MS } from '../../test/contracts/read-models.contract.ts'
import { batchOf, EventSourceOf } from '../../test/tools/event-source.ts'
import { EventStream } from '../../test/tools/event-stream.ts'
import { readModelsTemplate } from '../../test/tools/read-models-template.ts'
import { openFileEventLog } from '../journal/index.ts'
import type { EventBatch, EventRecord } from '../messages/index.ts'
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

/** An event log in files as a source, with what is read of it noted. */
async function sourceOn(directory: string, pressure: Pressure) {
  const log = await openFileEventLog({ directory })
  // Keeps the records as objects too, to compare with in the end.
  const said = new EventSourceOf()
  async function* batches(fromSeq: number): AsyncIterable<EventBatch> {
    for await (const piece of log.batches(fromSeq)) {
      pressure.taken(piece)
      yield piece
    }
  }
  const append = (records: readonly EventRecord[]): void => {
    const batch = batchOf(records)
    log.append(batch.firstSeq, batch.records)
    said.append(records)
  }
  const { durableSeq, onAdvance } = said
  const get = (seq: number) => log.get(seq)
  const events = { read: (fromSeq: number) => log.read(fromSeq), batches, get }
  const source: EventSource = { durableSeq, onAdvance, events }
  return { log, said, append, source }
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
  const { log, said, append, source } = await sourceOn(join(root, 'events'), pressure)
  const stream = new EventStream(2)
  append(stream.take(14_000))
  const home = new FolderHome({
    folder: join(root, 'a'),
    opener,
    template: await readModelsTemplate(),
  })
  const models = startReadModels({ source, home, patienceMs: WAIT_MS })
  await vi.waitFor(() => expect(gate.asked).toBe(1), WAIT_MS)
  for (let n = 0; n < 20; n++) {
    append(stream.take(100))
    await new Promise((resolve) => setImmediate(resolve))
  }
  // All of it is on the disk, whatever the store does.
  await log.flush()
  expect(log.pendingBytes).toBe(0)
  expect(batchOf(said.records).records.bytes.length).toBeGreaterThan(3 * BATCH_BYTES)
  expect([gate.asked, models.appliedSeq()]).toEqual([1, 0])
  // The batch that is being applied, the next one, and the piece that filled each.
  const most = 2 * (BATCH_BYTES + pressure.largest)
  expect(pressure.most).toBeGreaterThan(BATCH_BYTES)
  expect(pressure.most).toBeLessThanOrEqual(most)
  gate.open = true
  gate.let()
  expect(await models.waitFor(log.lastSeq, WAIT_MS)).toBe(true)
  expect(pressure.waiting).toBe(0)
  expect(pressure.most).toBeLessThanOrEqual(most)
  expect(await models.compare(factsOf(said))).toEqual([])
  await models.close()
  await log.close()
})
