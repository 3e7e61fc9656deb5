// The engine over real files: crash images, snapshots, checks and export.
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CounterMachine } from '../../test/support/counter-machine.ts'
import { genesis } from '../../test/support/engine-bench.ts'
import { openFileLog } from '../journal/index.ts'
import { newCommandId } from '../kernel/index.ts'
import type { Envelope } from '../messages/index.ts'
import {
  checkParts,
  exportJournal,
  fsck,
  makeSnapshot,
  openEngineFiles,
  openEngineReader,
  signerFromSeed,
  startEngine,
  type Engine,
} from './index.ts'

let root: string
let directory: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'suan-engine-'))
  directory = join(root, 'data')
})
afterEach(() => rm(root, { recursive: true }))

const machine = () => new CounterMachine()
let ids = 0
/** added to a number, it arms a timer that does not fire within the test */
const LATE = 60_000

function add(version: number): Envelope {
  const random = new Uint8Array(10)
  new DataView(random.buffer).setUint32(4, ++ids)
  const command = { kind: 'ActivateRules' as const, version }
  return { account: 1, key: 1, id: newCommandId(Date.now(), random), command }
}

async function start(at: string): Promise<Engine> {
  return startEngine({
    ...(await openEngineFiles({ directory: at, segmentBytes: 64 * 1024 })),
    machine,
    signer: signerFromSeed(new Uint8Array(32).fill(7)),
    genesis,
    exit: (why) => {
      throw why
    },
  })
}

/** Submits in a loop; the list grows as acknowledgements come. */
function load(engine: Engine): { acknowledged: string[]; stop: () => Promise<void> } {
  const acknowledged: string[] = []
  const stopping = new AbortController()
  const one = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const envelope = add(1 + (ids % 3))
      await engine.submit(envelope)
      acknowledged.push(envelope.id)
    }
  }
  const done = Promise.all([one(), one(), one()])
  return {
    acknowledged,
    stop: async () => {
      stopping.abort()
      await done
    },
  }
}

async function makeSnapshotOf(at: string): Promise<unknown> {
  const reader = await openEngineReader(at)
  const made = await makeSnapshot({ log: reader.log, snapshots: reader.store, machine })
  await reader.log.close()
  await reader.events.close()
  return made
}

describe('crash images of a running engine', () => {
  test('hold everything acknowledged before, and the same id is not executed twice', async () => {
    const engine = await start(directory)
    const { acknowledged, stop } = load(engine)
    for (let round = 0; round < 4; round++) {
      await new Promise((resolve) => setTimeout(resolve, 30))
      const before = [...acknowledged]
      const image = join(root, `image-${round}`)
      // What is derived is copied first: the image may lag, as a disk does, but never runs ahead.
      for (const part of ['snapshots', 'events', 'alive', 'journal']) {
        const isNotLock = (path: string): boolean => !/lock|\.new/.test(path)
        await cp(join(directory, part), join(image, part), { recursive: true, filter: isNotLock })
      }
      if (round % 2 === 0) await makeSnapshotOf(directory)
      const again = await start(image)
      await again.stop()
      const found = new Set<string>()
      for await (const { id } of exportJournal({ directory: image })) found.add(id)
      expect(before.filter((id) => !found.has(id))).toEqual([])
      expect((await fsck({ directory: image, machine })).report.problems).toEqual([])
    }
    await stop()
    await engine.stop()
    expect(acknowledged.length).toBeGreaterThan(20)
  })
})

describe('snapshots', () => {
  test('are made beside the running engine, and the next start uses the newest', async () => {
    const engine = await start(directory)
    for (let n = 1; n <= 30; n++) await engine.submit(add(LATE + n))
    const seq = engine.durableSeq()
    expect(await makeSnapshotOf(directory)).toMatchObject({ seq, records: seq })
    expect(await makeSnapshotOf(directory)).toBeNull()
    await engine.submit(add(5))
    await engine.stop()
    const { report } = await fsck({ directory, machine })
    expect(report).toMatchObject({ problems: [], snapshots: 1 })
    const again = await start(directory)
    expect(again.snapshotSeq).toBe(seq)
    await again.stop()
    const after = await fsck({ directory, machine })
    expect(after.report.problems).toEqual([])
  })

  test('are worth nothing without the events before them: all is replayed', async () => {
    const engine = await start(directory)
    for (let n = 1; n <= 30; n++) await engine.submit(add(LATE + n))
    await makeSnapshotOf(directory)
    await engine.stop()
    await rm(join(directory, 'events'), { recursive: true })
    expect((await fsck({ directory, machine })).report).toMatchObject({ events: 0, problems: [] })
    const again = await start(directory)
    expect(again.snapshotSeq).toBe(0)
    expect(await again.events.get(15)).toMatchObject({ commandKind: 'ActivateRules' })
    await again.stop()
  })
})

describe('fsck', () => {
  async function filled(): Promise<void> {
    const engine = await start(directory)
    for (let n = 1; n <= 10; n++) await engine.submit(add(n))
    await makeSnapshotOf(directory)
    await engine.stop()
  }

  test('reports a state machine with other results, at the first record that shows it', async () => {
    await filled()
    class Other extends CounterMachine {
      override execute(entry: Parameters<CounterMachine['execute']>[0]) {
        const outcome = super.execute(entry)
        return entry.seq === 4 ? { ...outcome, events: [] } : outcome
      }
    }
    const { report } = await fsck({ directory, machine: () => new Other() })
    expect(report.problems).toMatchObject([{ seq: 4, code: 'REPLAY_STOPPED' }])
    expect(report.problems[0]!.detail).toContain('REPLAY_MISMATCH seq=4')
  })

  test('follows a snapshot to the end: what was rebuilt from it must give the same results', async () => {
    await filled()
    const engine = await start(directory)
    await engine.submit(add(LATE))
    await engine.stop()
    class Forgetful extends CounterMachine {
      #isLoaded = false
      override load(bytes: Uint8Array) {
        super.load(bytes)
        this.#isLoaded = true
      }
      override execute(entry: Parameters<CounterMachine['execute']>[0]) {
        const outcome = super.execute(entry)
        const { kind } = entry.envelope.command
        return this.#isLoaded && kind === 'ActivateRules' ? { ...outcome, events: [] } : outcome
      }
    }
    const { report } = await fsck({ directory, machine: () => new Forgetful() })
    expect(report.problems.map(({ code }) => code)).toEqual(['SNAPSHOT_DIVERGES'])
    expect((await fsck({ directory, machine })).report.problems).toEqual([])
  })

  test('reports altered events, snapshots and journals', async () => {
    await filled()
    const reader = await openEngineReader(directory)
    const other = new CounterMachine()
    const seq = reader.log.lastSeq
    await reader.store.save({
      seq,
      headHash: '11'.repeat(32),
      state: other.snapshot(),
    })
    await reader.log.close()
    await reader.events.close()
    const codes = (await fsck({ directory, machine })).report.problems.map(({ code }) => code)
    expect(codes).toEqual(['SNAPSHOT_OF_OTHER_JOURNAL', 'SNAPSHOT_DIFFERS'])

    const [name = ''] = await readdir(join(directory, 'journal'))
    const path = join(directory, 'journal', name)
    const bytes = await readFile(path)
    await writeFile(
      path,
      bytes.fill(
        0,
        bytes.findLastIndex((byte) => byte !== 0),
      ),
    )
    const short = (await fsck({ directory, machine })).report
    expect(short.problems.map(({ code }) => code)).toEqual(['JOURNAL_SHORT'])
    await expect(start(directory)).rejects.toMatchObject({ code: 'JOURNAL_SHORT' })
  })
})

test('damage inside the event log is reported, and deleting it brings the events back', async () => {
  const engine = await start(directory)
  for (let n = 1; n <= 10; n++) await engine.submit(add(LATE + n))
  await engine.stop()
  const [name = ''] = await readdir(join(directory, 'events'))
  const path = join(directory, 'events', name)
  const bytes = await readFile(path)
  const damaged = Buffer.from(bytes)
  const middle = damaged.length >> 1
  damaged[middle]! ^= 1
  const reader = await openEngineReader(directory)
  await writeFile(path, damaged)
  const { log, events } = reader
  const { report } = await checkParts({ log, events, snapshots: [], machine })
  expect(report.records).toBe(log.lastSeq)
  expect(report.problems.map(({ code }) => code)).toEqual(['EVENT_LOG_DAMAGED'])
  await events.close()
  await log.close()
  await rm(path)
  await (await start(directory)).stop()
  expect((await readFile(path)).subarray(0, bytes.length).equals(bytes)).toBe(true)
})

describe('export', () => {
  test('gives every record as plain JSON, from any seq', async () => {
    const engine = await start(directory)
    const sent = [add(1), add(2)]
    for (const envelope of sent) await engine.submit(envelope)
    const lines = []
    for await (const line of exportJournal({ directory, fromSeq: 2 })) {
      if (line.account !== 0) lines.push(line)
    }
    expect(lines[0]!.seq).toBe(2)
    const expected = sent.map((envelope) => ({ ...envelope }))
    expect(JSON.parse(JSON.stringify(lines))).toMatchObject(expected)
    await engine.stop()
    await expect(
      (async () => {
        for await (const line of exportJournal({ directory: join(root, 'none') })) return line
        return null
      })(),
    ).rejects.toMatchObject({ code: 'JOURNAL_MISSING' })
  })
})

test('a second engine on the same folder is refused', async () => {
  const engine = await start(directory)
  await expect(start(directory)).rejects.toMatchObject({ code: 'JOURNAL_LOCKED' })
  await engine.stop()
  const log = await openFileLog({ directory: join(directory, 'journal') })
  await log.close()
})
