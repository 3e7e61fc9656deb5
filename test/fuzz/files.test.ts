// Damaged files of the journal, the event log and the snapshots: refused with a typed fault, or what is
// read is a beginning of what was written; never anything else, and nothing large for a length in them.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  openFileEventLog,
  openFileLog,
  openSnapshotStore,
  type Snapshot,
} from '../../src/journal/index.ts'
import { encode } from '../../src/kernel/index.ts'
import { eventRecord, Fault, packRecords, readRecords } from '../../src/messages/index.ts'
import { sampleRecord, sampleRecords } from '../contracts/event-log.contract.ts'
import { scratchFolder } from '../support/scratch.ts'
import { heldBytes, inputs, mutate, randomBytes, rngOf, timeoutMs } from './mutate.ts'

const COUNT = inputs(1_000)
const SEGMENT_BYTES = 8_192
const RECORDS = 40
const PER_APPEND = 4
const MEMORY_BYTES = 256 * 1024 * 1024
const TYPED = ['JOURNAL_CORRUPT', 'EVENT_LOG_CORRUPT']

let root: string
beforeAll(async () => {
  root = await scratchFolder('suan-fuzz-')
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** A folder with one file, whose bytes are replaced again and again. */
async function bench(name: string, fill: (directory: string) => Promise<void>) {
  const directory = join(root, name)
  await mkdir(directory)
  await fill(directory)
  const [file = ''] = (await readdir(directory)).filter((one) => one !== 'lock').toSorted()
  const path = join(directory, file)
  return { directory, path, whole: await readFile(path) }
}

/** Tries so many damaged files; answers how often they were refused, and how many were read short. */
async function tryAll(
  name: string,
  { path, whole }: { path: string; whole: Buffer },
  read: () => Promise<{ readonly count: number; readonly fault: string | null }>,
): Promise<{ refused: number; short: number; whole: number }> {
  const rng = rngOf(name)
  const seen = { refused: 0, short: 0, whole: 0 }
  const faults: string[] = []
  const before = heldBytes()
  for (let n = 0; n < COUNT && faults.length < 10; n++) {
    const damaged = n % 50 === 0 ? randomBytes(rng, rng.below(2_000)) : mutate(rng, whole, whole)
    await writeFile(path, damaged)
    try {
      const { count, fault } = await read()
      if (fault !== null) faults.push(`input ${n}: ${fault}`)
      if (count === RECORDS) seen.whole++
      else seen.short++
    } catch (error) {
      seen.refused++
      const isTyped = error instanceof Fault && TYPED.includes(error.code)
      if (!isTyped) faults.push(`input ${n}: ${String(error)}`)
    }
  }
  console.log(`${name}: ${COUNT} inputs`, seen)
  expect(faults).toEqual([])
  expect(heldBytes() - before).toBeLessThan(MEMORY_BYTES)
  return seen
}

const bytesOf = (seq: number): Buffer => Buffer.from(`record ${seq} `.repeat(1 + (seq % 7)))

test('journal', { timeout: timeoutMs(COUNT) }, async () => {
  const { directory, ...file } = await bench('journal', async (at) => {
    const log = await openFileLog({ directory: at, segmentBytes: SEGMENT_BYTES })
    for (let seq = 1; seq <= RECORDS; seq += PER_APPEND) {
      await log.append(seq, packRecords([0, 1, 2, 3].map((n) => bytesOf(seq + n))))
    }
    await log.close()
  })
  const seen = await tryAll('journal', file, async () => {
    const log = await openFileLog({ directory, readOnly: true })
    let count = 0
    let fault: string | null = null
    try {
      for await (const { seq, bytes } of readRecords(log, 1)) {
        count++
        const isRight = seq === count && Buffer.compare(bytes, bytesOf(seq)) === 0
        if (!isRight) fault ??= `record ${seq} at ${count} was not written so`
      }
    } finally {
      await log.close()
    }
    if (count !== log.lastSeq) fault ??= `${count} records of ${log.lastSeq}`
    if (count % PER_APPEND !== 0) fault ??= `${count} records: a part of an append`
    return { count, fault }
  })
  expect(Math.min(seen.refused, seen.short)).toBeGreaterThan(0)
})

test('a byte of the journal that changed is noticed, or the torn end is dropped', async () => {
  const log = await openFileLog({ directory: join(root, 'flips'), segmentBytes: SEGMENT_BYTES })
  await log.append(1, packRecords([bytesOf(1), bytesOf(2)]))
  await log.append(3, packRecords([bytesOf(3)]))
  await log.close()
  const [file = ''] = (await readdir(join(root, 'flips'))).filter((name) => name !== 'lock')
  const whole = await readFile(join(root, 'flips', file))
  const used = whole.findLastIndex((byte) => byte !== 0) + 1
  const lost: string[] = []
  for (let at = 0; at < used; at++) {
    const flipped = Buffer.from(whole)
    flipped[at]! ^= 0x40
    await writeFile(join(root, 'flips', file), flipped)
    try {
      const again = await openFileLog({ directory: join(root, 'flips'), readOnly: true })
      // The last append may have been torn; nothing before it.
      if (again.lastSeq < 2) lost.push(`${again.lastSeq} records after a flip at ${at}`)
      await again.close()
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'JOURNAL_CORRUPT')) lost.push(String(error))
    }
  }
  expect(lost).toEqual([])
})

test('event log', { timeout: timeoutMs(COUNT) }, async () => {
  const { directory, ...file } = await bench('events', async (at) => {
    const log = await openFileEventLog({ directory: at })
    const records = sampleRecords(1, RECORDS + 1).map((each) => encode(eventRecord, each))
    log.append(1, packRecords(records))
    await log.close()
  })
  const expected = Array.from({ length: RECORDS }, (_, n) => JSON.stringify(sampleRecord(n + 1)))
  const seen = await tryAll('event log', file, async () => {
    const log = await openFileEventLog({ directory, readOnly: true })
    let count = 0
    let fault: string | null = null
    try {
      for await (const found of log.read(1)) {
        if (JSON.stringify(found) !== expected[count]) fault ??= `record ${count + 1} differs`
        count++
      }
      if (count !== log.lastSeq) fault ??= `${count} records of ${log.lastSeq}`
    } finally {
      await log.close()
    }
    return { count, fault }
  })
  expect(seen.short).toBeGreaterThan(0)
})

test('snapshots', { timeout: timeoutMs(COUNT) }, async () => {
  const snapshot = { seq: 7, headHash: 'ab'.repeat(32), state: Buffer.from('state '.repeat(400)) }
  const { directory, ...file } = await bench('snapshots', async (at) => {
    await (await openSnapshotStore({ directory: at })).save(snapshot)
  })
  const store = await openSnapshotStore({ directory })
  const same = (found: Snapshot): boolean =>
    found.seq === 7 &&
    found.headHash === snapshot.headHash &&
    Buffer.compare(found.state, snapshot.state) === 0
  const seen = await tryAll('snapshots', file, async () => {
    const found = await store.list()
    return { count: found.length, fault: found.every(same) ? null : 'an altered snapshot' }
  })
  expect(seen.short).toBeGreaterThan(0)
})
