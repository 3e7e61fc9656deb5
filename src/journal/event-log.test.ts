import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratchFolder } from '../../test/support/scratch.ts'
import {
  appendEvents,
  eventLogContract,
  sampleRecord,
  sampleRecords,
} from '../../test/contracts/event-log.contract.ts'
import { eventSegmentPath } from './event-segment.ts'
import { openFileEventLog, openMemoryEventLog } from './index.ts'

eventLogContract('an event log in memory', async () => {
  const kept: Uint8Array[] = []
  return { open: () => openMemoryEventLog(kept), destroy: async () => {} }
})

for (const segmentBytes of [3_000, 1 << 20]) {
  eventLogContract(`an event log in files of ${segmentBytes} bytes`, async () => {
    const directory = await scratchFolder('suan-events-')
    return {
      open: () => openFileEventLog({ directory, segmentBytes }),
      destroy: () => rm(directory, { recursive: true }),
    }
  })
}

test('a torn tail is dropped at any byte, and what was before is intact', async () => {
  const directory = await scratchFolder('suan-events-')
  const log = await openFileEventLog({ directory })
  for (const seq of [1, 2, 3]) appendEvents(log, [sampleRecord(seq)])
  await log.close()
  const [name = ''] = await readdir(directory)
  const path = join(directory, name)
  const whole = await readFile(path)
  const each = whole.length / 3
  expect(Number.isInteger(each)).toBe(true)
  for (let at = 2 * each; at < whole.length; at++) {
    const flipped = Buffer.from(whole)
    flipped[at]! ^= 4
    for (const damaged of [whole.subarray(0, at), flipped]) {
      await writeFile(path, damaged)
      const again = await openFileEventLog({ directory })
      expect(again.lastSeq).toBe(2)
      appendEvents(again, [sampleRecord(3)])
      await again.close()
      expect(await readFile(path)).toEqual(whole)
    }
  }
  await rm(directory, { recursive: true })
})

test('damage inside is reported, not skipped', async () => {
  const directory = await scratchFolder('suan-events-')
  const log = await openFileEventLog({ directory, segmentBytes: 1_000 })
  appendEvents(log, sampleRecords(1, 10))
  await log.flush()
  appendEvents(log, sampleRecords(10, 20))
  await log.flush()
  const [name = ''] = (await readdir(directory)).toSorted()
  const bytes = await readFile(join(directory, name))
  bytes[40]! ^= 1
  await writeFile(join(directory, name), bytes)
  await expect(log.get(1)).rejects.toMatchObject({ code: 'EVENT_LOG_CORRUPT', facts: { seq: 1 } })
  expect(await log.get(15)).toEqual(sampleRecord(15))
  await log.close()
  await rm(directory, { recursive: true })
})

test('pieces are what the disk has: what it refuses now comes later', async () => {
  const directory = await scratchFolder('suan-events-')
  const log = await openFileEventLog({ directory, segmentBytes: 3_000 })
  appendEvents(log, sampleRecords(1, 41))
  await log.flush()
  const blocked = eventSegmentPath(directory, 41)
  await mkdir(blocked)
  appendEvents(log, sampleRecords(41, 51))
  const lastSeq = async (): Promise<number> => {
    let seq = 0
    for await (const { firstSeq, records } of log.batches(1)) seq = firstSeq + records.count - 1
    return seq
  }
  expect(await lastSeq()).toBe(40)
  await expect(log.flush()).rejects.toMatchObject({ code: 'EVENT_LOG_UNAVAILABLE' })
  expect(log.pendingBytes).toBeGreaterThan(0)
  await rmdir(blocked)
  expect(await lastSeq()).toBe(50)
  expect(log.pendingBytes).toBe(0)
  await log.close()
  await rm(directory, { recursive: true })
})
