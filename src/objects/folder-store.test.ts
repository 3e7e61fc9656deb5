import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import {
  inChunks,
  objectStoreContract,
  readAll,
} from '../../test/contracts/object-store.contract.ts'
import { openFolderObjects } from './index.ts'

const root = mkdtempSync(join(tmpdir(), 'suan-objects-'))
const newFolder = (): string => mkdtempSync(join(root, 'store-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('objects in a folder', () => {
  objectStoreContract(async () => openFolderObjects(newFolder()))

  test('nothing of the plain bytes lies on the disk, and no temporary file stays', async () => {
    const folder = newFolder()
    const store = openFolderObjects(folder)
    const bytes = Buffer.from('the quick brown fox'.repeat(10_000))
    const { digest } = await store.put(7, inChunks(bytes), 1_000_000)
    await store.put(7, inChunks(bytes), 10).catch(() => undefined)
    expect(readdirSync(join(folder, 'data/7'))).toEqual([digest])
    expect(readFileSync(join(folder, 'data/7', digest)).includes('quick brown')).toBe(false)
  })

  test('OBJ-003 a folder that cannot be used: OBJECTS_UNAVAILABLE until it can, and nothing is lost', async () => {
    const folder = newFolder()
    const store = openFolderObjects(folder)
    const kept = randomBytes(200_000)
    const { digest } = await store.put(7, inChunks(kept), 200_000)
    const opened = await store.get(7, digest)
    const unavailable = { code: 'OBJECTS_UNAVAILABLE', retryable: true }
    renameSync(join(folder, 'data'), join(folder, 'away'))
    writeFileSync(join(folder, 'data'), 'a file where a folder was')
    const more = randomBytes(1_000)
    await expect(store.put(7, inChunks(more), 1_000)).rejects.toMatchObject(unavailable)
    await expect(store.put(8, inChunks(more), 1_000)).rejects.toMatchObject(unavailable)
    await expect(store.get(7, digest)).rejects.toMatchObject(unavailable)
    const late = opened?.chunks[Symbol.asyncIterator]()
    await expect(late?.next()).rejects.toMatchObject(unavailable)
    rmSync(join(folder, 'data'))
    renameSync(join(folder, 'away'), join(folder, 'data'))
    expect(await readAll(store, 7, digest)).toEqual(kept)
    const again = await store.put(7, inChunks(more), 1_000)
    expect(await readAll(store, 7, again.digest)).toEqual(more)
  })

  test('a forgetting that was cut short uses no half-destroyed key, and is finished by the next', async () => {
    const folder = newFolder()
    const bytes = Buffer.from('kept for a while')
    const { digest } = await openFolderObjects(folder).put(7, inChunks(bytes), 100)
    renameSync(join(folder, 'keys/7.key'), join(folder, 'keys/.7.doomed'))
    const store = openFolderObjects(folder)
    expect(await store.get(7, digest)).toBe(null)
    await store.put(7, inChunks(bytes), 100)
    expect(await readAll(store, 7, digest)).toEqual(bytes)
    await store.forget(7)
    expect(readdirSync(join(folder, 'keys'))).toEqual([])
    expect(await store.get(7, digest)).toBe(null)
  })

  test.each(['a changed byte', 'a missing end', 'two frames changed over'])(
    'OBJ-004 %s is noticed',
    async (what) => {
      const folder = newFolder()
      const store = openFolderObjects(folder)
      const { digest } = await store.put(7, inChunks(randomBytes(200_000)), 200_000)
      const path = join(folder, 'data/7', digest)
      const sealed = readFileSync(path)
      const frame = 65_536 + 16
      if (what === 'a changed byte') sealed[100_000]! ^= 1
      const swapped = Buffer.concat([
        sealed.subarray(0, 7),
        sealed.subarray(7 + frame, 7 + 2 * frame),
        sealed.subarray(7, 7 + frame),
        sealed.subarray(7 + 2 * frame),
      ])
      if (what === 'a missing end') writeFileSync(path, sealed.subarray(0, 7 + 2 * frame))
      else writeFileSync(path, what === 'a changed byte' ? sealed : swapped)
      await expect(readAll(store, 7, digest)).rejects.toThrow('OBJECT_DAMAGED')
    },
  )
})
