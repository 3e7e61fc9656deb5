import { beforeEach, describe, expect, test } from 'vitest'
import { CounterMachine } from '../../test/support/counter-machine.ts'
import { EngineBench, genesis } from '../../test/support/engine-bench.ts'
import { toHex } from '../kernel/index.ts'
import {
  CHAIN_START,
  chainHash,
  memoryQuarantine,
  memorySnapshotStore,
  openMemoryEventLog,
  openMemoryLog,
  type FollowerLog,
} from '../journal/index.ts'
import { Fault, type CommandLog, type StoredBatch } from '../messages/index.ts'
import { signerFromSeed } from './signer.ts'
import { startStandby, type Promoted, type StandbyOptions } from './standby.ts'

/** A journal in memory as a follower sees it: the test says what is certain and who leads. */
class ToldLog implements FollowerLog {
  through = 0
  hasLeader = true
  fault: Fault | null = null
  looks = 0
  readonly #log: EngineBench['batches']
  #wake = (): void => {}

  /** every batch has one record */
  constructor(batches: EngineBench['batches']) {
    this.#log = batches
  }
  get lastSeq(): number {
    return this.through
  }
  get writtenSeq(): number {
    return this.#log.length
  }
  get headHash(): string {
    const certain = this.#log.slice(0, this.through)
    const start: Uint8Array = CHAIN_START
    return toHex(certain.reduce((hash, { bytes }) => chainHash(hash, bytes), start))
  }

  async refresh(): Promise<{ hasLeader: boolean }> {
    this.looks++
    if (this.fault !== null) throw this.fault
    return { hasLeader: this.hasLeader }
  }
  changed(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve))
  }
  /** Lets the standby look, and waits until it has. */
  async look(): Promise<void> {
    const { looks } = this
    while (this.looks === looks) {
      this.#wake()
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  async *read(fromSeq: number): AsyncIterable<StoredBatch> {
    const all = await openMemoryLog(this.#log)
    for await (const batch of all.read(fromSeq)) if (batch.firstSeq <= this.through) yield batch
  }
  append(): Promise<void> {
    throw new Error('not asked for')
  }
  async close(): Promise<void> {}
}

let bench: EngineBench
let log: ToldLog
let followed: CounterMachine
const touched: number[] = []
const troubles: string[] = []
beforeEach(async () => {
  bench = new EngineBench()
  const engine = await bench.start()
  for (const n of [1, 2, 3, 4]) await engine.submit(bench.add(n))
  log = new ToldLog(bench.batches)
  touched.splice(0)
  troubles.splice(0)
})

async function follow(overrides: Partial<StandbyOptions> = {}) {
  return startStandby({
    log,
    events: await openMemoryEventLog([]),
    snapshots: memorySnapshotStore(),
    quarantine: memoryQuarantine(),
    machine: () => (followed = new CounterMachine()),
    signer: signerFromSeed(new Uint8Array(32).fill(7)),
    liveness: { touch: (timeUs) => touched.push(timeUs) },
    promote: () => openMemoryLog(bench.batches),
    onTrouble: (fault) => troubles.push(fault.code),
    clock: bench.clock,
    ...overrides,
  })
}

/** Starts the engine that a standby has become. */
async function leadAs(promoted: Promoted | null, events: Uint8Array[] = []): Promise<void> {
  if (promoted === null) throw new Error('it was stopped')
  await bench.start({}, { ...promoted, events: await openMemoryEventLog(events), genesis })
}

describe('ENG-013 a standby', () => {
  test('applies only what is certain, and the rest once it leads', async () => {
    const events: Uint8Array[] = []
    log.through = 2
    const standby = await follow({ events: await openMemoryEventLog(events) })
    await log.look()
    expect([standby.seq(), followed.total]).toEqual([2, 1])
    log.through = 3
    await log.look()
    expect([standby.seq(), followed.total]).toEqual([3, 3])
    expect(touched.length).toBeGreaterThan(0)
    log.hasLeader = false
    await log.look()
    const promoted = await standby.promoted
    expect(promoted?.warm).toMatchObject({ seq: 3 })
    await leadAs(promoted, events)
    // The state goes on where it was: nothing was replayed into a new one.
    expect(followed.total).toBe(10)
    expect(bench.exits).toEqual([])
  })

  test('goes on following when another was quicker, and through a database that is away', async () => {
    let isLed = true
    const promote = async (): Promise<CommandLog> => {
      if (isLed) throw new Fault('JOURNAL_LED')
      return openMemoryLog(bench.batches)
    }
    log.hasLeader = false
    const standby = await follow({ promote })
    await log.look()
    await log.look()
    expect(troubles).toEqual([])
    log.hasLeader = true
    log.through = 5
    await log.look()
    expect(standby.seq()).toBe(5)
    log.fault = new Fault('JOURNAL_UNREACHABLE')
    await log.look()
    await log.look()
    expect(troubles).toEqual(['JOURNAL_UNREACHABLE'])
    log.fault = null
    log.hasLeader = false
    isLed = false
    await log.look()
    expect((await standby.promoted)?.warm.seq).toBe(5)
  })

  test('with another key, or with a journal that lost what it knew, ends at once', async () => {
    log.through = 5
    const other = await follow({ signer: signerFromSeed(new Uint8Array(32).fill(8)) })
    await expect(other.promoted).rejects.toThrow('WRONG_KEY')
    const snapshots = memorySnapshotStore()
    await snapshots.save({ seq: 6, headHash: '', state: new Uint8Array() })
    const ahead = await follow({ snapshots })
    await expect(ahead.promoted).rejects.toThrow('JOURNAL_SHORT')
  })

  test('keeps what its folder knows from when it led, though a follower does not hear it yet', async () => {
    log.through = 3
    const events = await openMemoryEventLog(bench.eventBytes)
    expect(events.lastSeq).toBe(5)
    const standby = await follow({ events })
    await log.look()
    expect([standby.seq(), events.lastSeq]).toEqual([3, 3])
    log.through = 5
    await log.look()
    expect([standby.seq(), events.lastSeq]).toEqual([5, 5])
  })

  test('does not lead another journal than the one it followed', async () => {
    log.through = 3
    log.hasLeader = false
    const events: Uint8Array[] = []
    const standby = await follow({ events: await openMemoryEventLog(events) })
    const promoted = await standby.promoted
    const other = new EngineBench()
    // The same commands with the same outcomes, at other times.
    other.clock.jump(1)
    const engine = await other.start()
    for (const n of [1, 2, 3, 4]) await engine.submit(other.add(n))
    const start = leadAs({ ...promoted!, log: await openMemoryLog(other.batches) }, events)
    await expect(start).rejects.toThrow('JOURNAL_FORKED')
  })

  test('stops when told to', async () => {
    const standby = await follow()
    await log.look()
    standby.stop()
    await Promise.race([standby.promoted, log.look()])
    expect(await standby.promoted).toBeNull()
  })
})
