/** The loop of the engine, without a disk, at the hour of many leases while members send commands. */
import { assert } from '../src/kernel/index.ts'
import { signerFromSeed, startEngine, type Clock } from '../src/engine/index.ts'
import { memoryLiveness, memoryQuarantine, memorySnapshotStore } from '../src/journal/index.ts'
import type { CommandLog, EventLog, RecordBatch } from '../src/messages/index.ts'
import { genesis } from '../test/support/engine-bench.ts'
import { START_US } from '../test/scenarios/venue.ts'
import { HOUR_US, LEASES, type Hour } from './hour.ts'

/** before the first lease's hour is over, and after all are billed */
const MARGIN_MS = 100
/** a command is due each so many milliseconds */
const EVERY_MS = 1

export interface HourWaits {
  /** milliseconds from when each command was due to its answer */
  readonly waits: readonly number[]
  /** from the end of the first lease's hour until the last one was billed */
  readonly hourMs: number
}

export async function waitsDuring(hour: Hour): Promise<HourWaits> {
  const { exchange } = hour
  const { lastSeq, lastTimeUs } = exchange
  // The clock stands still until the loop is running and watched.
  let began = Infinity
  const paceUs = (): number => Math.max(0, performance.now() - began) * 1_000
  const startUs = START_US + HOUR_US - MARGIN_MS * 1_000
  const clock: Clock = {
    nowUs: () => Math.floor(startUs + paceUs()),
    paceUs,
    after: (delayMs, wake) => {
      const timer = setTimeout(wake, delayMs)
      return () => clearTimeout(timer)
    },
  }
  const engine = await startEngine({
    ...nowhere(lastSeq),
    snapshots: memorySnapshotStore(),
    quarantine: memoryQuarantine(),
    liveness: memoryLiveness({ aliveUntilUs: startUs, clean: true }),
    clock,
    machine: () => exchange,
    warm: { machine: exchange, seq: lastSeq, lastTimeUs, snapshotSeq: 0, headHash: '' },
    signer: signerFromSeed(new Uint8Array(32).fill(7)),
    genesis,
    exit: (why) => {
      throw why
    },
  })
  const hourOver = { billed: 0 }
  let lastBillMs = 0
  engine.onDurable((records) => {
    for (const { commandKind, outcome } of records) {
      if (commandKind !== 'Tick') continue
      hourOver.billed += outcome.events.filter(({ kind }) => kind === 'LeaseBilled').length
      lastBillMs = performance.now() - began
    }
  })
  began = performance.now()
  const waits: number[] = []
  const open: Promise<void>[] = []
  const submit = async (dueMs: number): Promise<void> => {
    const { outcome } = await engine.submit(hour.anyOrder(clock.nowUs()))
    assert(outcome.refusal === null, outcome.refusal?.code ?? '')
    waits.push(performance.now() - began - dueMs)
  }
  for (let dueMs = 0; hourOver.billed < LEASES;) {
    for (; dueMs <= performance.now() - began; dueMs += EVERY_MS) open.push(submit(dueMs))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(open)
  await engine.stop()
  assert(hourOver.billed === LEASES, `${hourOver.billed} of ${LEASES} leases were billed`)
  const { faults } = exchange.audit()
  assert(faults.length === 0, faults.join())
  return { waits, hourMs: lastBillMs - MARGIN_MS }
}

/** Logs that keep nothing, after so many records: what is timed here is the loop alone. */
function nowhere(lastSeq: number): { readonly log: CommandLog; readonly events: EventLog } {
  const keep = { lastSeq }
  const append = (firstSeq: number, { count }: RecordBatch): void => {
    assert(firstSeq === keep.lastSeq + 1, 'no gap')
    keep.lastSeq += count
  }
  const nothing = async function* (): AsyncGenerator<never> {}
  const done = async (): Promise<void> => {}
  const log: CommandLog = {
    get lastSeq() {
      return keep.lastSeq
    },
    headHash: '',
    append: async (firstSeq, batch) => {
      await new Promise((resolve) => setImmediate(resolve))
      append(firstSeq, batch)
    },
    read: nothing,
    close: done,
  }
  const events: EventLog = {
    lastSeq: 0,
    pendingBytes: 0,
    append: () => {},
    flush: done,
    read: nothing,
    batches: nothing,
    get: async () => null,
    truncate: done,
    close: done,
  }
  return { log, events }
}
