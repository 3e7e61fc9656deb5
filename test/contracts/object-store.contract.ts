/** What every ObjectStore must do. Call it in a test file with a way to open an empty store. */
import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { Fault, type ObjectStore } from '../../src/messages/index.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export async function* inChunks(bytes: Uint8Array, size = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

export async function readAll(store: ObjectStore, subject: number, digest: string) {
  const found = await store.get(subject, digest)
  if (found === null) return null
  const parts: Uint8Array[] = []
  for await (const chunk of found.chunks) parts.push(chunk)
  const bytes = Buffer.concat(parts)
  expect(bytes.length).toBe(found.size)
  return bytes
}

export function objectStoreContract(open: () => Promise<ObjectStore>): void {
  test.each([0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])(
    'what was put comes back: %i bytes',
    async (size) => {
      const store = await open()
      const bytes = randomBytes(size)
      const put = await store.put(7, inChunks(bytes), size)
      expect(put).toEqual({ digest: sha256(bytes), size })
      expect(await readAll(store, 7, put.digest)).toEqual(bytes)
    },
  )

  test('an object belongs to its subject', async () => {
    const store = await open()
    const bytes = Buffer.from('a secret of seven')
    const { digest } = await store.put(7, inChunks(bytes), 100)
    expect(await store.get(8, digest)).toBe(null)
    expect(await store.get(7, sha256(Buffer.from('other')))).toBe(null)
    expect(await store.get(7, '../7')).toBe(null)
  })

  test('OBJ-001 one byte too many is refused, and nothing is kept', async () => {
    const store = await open()
    const bytes = randomBytes(101)
    const error = await store.put(7, inChunks(bytes), 100).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(Fault)
    expect((error as Fault).code).toBe('OBJECT_TOO_LARGE')
    expect(await store.get(7, sha256(bytes))).toBe(null)
  })

  test('the same bytes twice, also at the same time, are one object', async () => {
    const store = await open()
    const bytes = randomBytes(70_000)
    const puts = await Promise.all([1, 2, 3].map(() => store.put(7, inChunks(bytes), 70_000)))
    expect(new Set(puts.map((put) => put.digest)).size).toBe(1)
    expect(await readAll(store, 7, sha256(bytes))).toEqual(bytes)
  })

  test('a sender that breaks off leaves nothing', async () => {
    const store = await open()
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield randomBytes(10)
      throw new Error('gone')
    }
    await expect(store.put(7, breaking(), 100)).rejects.toThrow('gone')
  })

  test('forget makes every object of the subject unreadable, and only those', async () => {
    const store = await open()
    const bytes = randomBytes(100)
    const { digest } = await store.put(7, inChunks(bytes), 100)
    await store.put(8, inChunks(bytes), 100)
    await store.forget(7)
    expect(await store.get(7, digest)).toBe(null)
    expect(await readAll(store, 8, digest)).toEqual(bytes)
    await store.put(7, inChunks(bytes), 100)
    expect(await readAll(store, 7, digest)).toEqual(bytes)
  })
}
