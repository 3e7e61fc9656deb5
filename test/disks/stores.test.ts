// What keeps members' files, on a disk that is nearly full: either a typed fault and nothing kept, or
// all of it; and when there is space again it goes on as if nothing had been.
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFileLog, openSnapshotStore } from '../../src/journal/index.ts'
import { packRecords, readRecords } from '../../src/messages/index.ts'
import { openFolderObjects } from '../../src/objects/index.ts'
import { inChunks, readAll } from '../contracts/object-store.contract.ts'
import { CrashDisk, lacksCrashDisks } from '../support/crash-disk.ts'

const LIMIT = 1_000_000
/** Space left, in KiB: none, within the first frame of an object, at its end, within the second. */
const SPARE_KIB = [0, 4, 32, 64, 68, 72, 80, 96, 160]

describe.skipIf(lacksCrashDisks())('on a full disk', () => {
  let root: string
  let disk: CrashDisk
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'suan-stores-'))
    disk = new CrashDisk(root, 32)
  })
  afterAll(async () => {
    disk.destroy()
    await rm(root, { recursive: true, force: true })
  })

  /** With only so much space: the result, or the code of the fault. */
  async function within<T>(spareKib: number, work: () => Promise<T>): Promise<T | string> {
    disk.fill(spareKib)
    try {
      return await work()
    } catch (error) {
      const { code } = error as { code?: string }
      return code ?? String(error)
    } finally {
      disk.empty()
    }
  }

  test('OBJ-003 an object is stored whole or refused with a typed code', async () => {
    const folder = join(disk.path, 'objects')
    const store = openFolderObjects(folder)
    await store.put(7, inChunks(randomBytes(1)), LIMIT)
    const outcomes: string[] = []
    const damaged: number[] = []
    for (const spare of SPARE_KIB) {
      const bytes = randomBytes(100_000)
      const put = await within(spare, () => store.put(7, inChunks(bytes), LIMIT))
      outcomes.push(typeof put === 'string' ? put : 'stored')
      if (typeof put === 'string') continue
      const found = await readAll(store, 7, put.digest).catch(() => null)
      if (found === null || !found.equals(bytes)) damaged.push(spare)
    }
    expect(damaged).toEqual([])
    expect(new Set(outcomes)).toEqual(new Set(['OBJECTS_UNAVAILABLE', 'stored']))
    const stored = outcomes.filter((outcome) => outcome === 'stored').length
    expect(readdirSync(join(folder, 'data/7'))).toHaveLength(1 + stored)
  })

  test('a member whose first object met a full disk can store later', async () => {
    const store = openFolderObjects(join(disk.path, 'first'))
    const bytes = randomBytes(100)
    for (let subject = 1; subject <= 8; subject++) {
      const put = () => store.put(subject, inChunks(bytes), LIMIT)
      expect(await within(0, put)).toBe('OBJECTS_UNAVAILABLE')
      expect(await readAll(store, subject, (await put()).digest)).toEqual(bytes)
    }
  })

  test('the journal takes the same records once there is space, and has them all', async () => {
    const directory = join(disk.path, 'journal')
    const segmentBytes = 64 * 1_024
    const record = randomBytes(8_000)
    let log = await openFileLog({ directory, segmentBytes })
    let appended = 0
    const append = async (): Promise<void> => {
      await log.append(appended + 1, packRecords([record]))
      appended++
    }
    const untilFull = async (): Promise<never> => {
      for (;;) await append()
    }
    expect(await within(0, untilFull)).toBe('JOURNAL_UNAVAILABLE')
    expect(await within(40, untilFull)).toBe('JOURNAL_UNAVAILABLE')
    for (let i = 0; i < 10; i++) await append()
    await log.close()
    log = await openFileLog({ directory, segmentBytes })
    const found: boolean[] = []
    for await (const { bytes } of readRecords(log, 1)) found.push(record.equals(bytes))
    expect(found).toEqual(Array.from({ length: appended }, () => true))
    await log.close()
  })

  test('a snapshot that found no space is not there, and those before it are', async () => {
    const store = await openSnapshotStore({ directory: join(disk.path, 'snapshots') })
    const snapshot = (seq: number) => ({
      seq,
      headHash: '00'.repeat(32),
      state: randomBytes(90_000),
    })
    const seqs = async () => (await store.list()).map(({ seq }) => seq)
    await store.save(snapshot(1))
    for (const spare of [0, 32]) {
      expect(await within(spare, () => store.save(snapshot(2)))).toBe('ENOSPC')
      expect(await seqs()).toEqual([1])
    }
    await store.save(snapshot(3))
    expect(await seqs()).toEqual([3, 1])
  })
})
