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

  test('OBJ-007 a part is read by its range, wherever it starts and ends', async () => {
    const store = await open()
    const bytes = randomBytes(200_000)
    const { digest } = await store.put(7, inChunks(bytes), 200_000)
    for (const [from, to] of [
      [0, 1],
      [65_535, 65_537],
      [100, 199_999],
      [131_072, 131_073],
      [199_999, 500_000],
      [5, 5],
    ] as const) {
      const found = await store.get(7, digest, { from, to })
      expect(found?.size).toBe(200_000)
      expect(await bytesOf(found!.chunks)).toEqual(bytes.subarray(from, to))
    }
    expect(await store.get(8, digest, { from: 0, to: 1 })).toBe(null)
  })

  test('what is stored is listed and counted, once each, and can be removed', async () => {
    const store = await open()
    const sizes = [0, 10, 70_000]
    const digests: string[] = []
    for (const size of sizes) {
      digests.push((await store.put(7, inChunks(randomBytes(size)), size)).digest)
    }
    expect(await store.usage(7)).toEqual({ objects: 3, bytes: 70_010 })
    await store.put(7, inChunks(Buffer.alloc(0)), 0)
    expect(await store.usage(7)).toEqual({ objects: 3, bytes: 70_010 })
    expect(await listed(store)).toEqual(
      sizes.map((size, i) => ({ digest: digests[i], size })).toSorted(byDigest),
    )
    expect(await store.remove(7, digests[2]!)).toBe(true)
    expect(await store.remove(7, digests[2]!)).toBe(false)
    expect(await store.remove(8, digests[1]!)).toBe(false)
    expect(await store.get(7, digests[2]!)).toBe(null)
    expect(await store.usage(7)).toEqual({ objects: 2, bytes: 10 })
    expect(await store.usage(8)).toEqual({ objects: 0, bytes: 0 })
  })

  test('OBJ-005 the quota counts what is stored; bytes that are there already cost nothing', async () => {
    const store = await open()
    const first = randomBytes(600)
    await store.put(7, inChunks(first), 1_000, 1_000)
    const more = randomBytes(401)
    const refusal = { code: 'OBJECT_QUOTA', facts: { size: 401, used: 600, limit: 1_000 } }
    await expect(store.put(7, inChunks(more), 1_000, 1_000)).rejects.toMatchObject(refusal)
    expect(await store.get(7, sha256(more))).toBe(null)
    await store.put(7, inChunks(first), 1_000, 1_000)
    await store.put(8, inChunks(more), 1_000, 1_000)
    await store.put(7, inChunks(more), 1_000)
    expect(await store.usage(7)).toEqual({ objects: 2, bytes: 1_001 })
  })

  test.each([0, 1, 65_536, 200_000])('OBJ-006 an upload in pieces: %i bytes', async (size) => {
    const store = await open()
    const { uploads } = store
    const bytes = randomBytes(size)
    const digest = sha256(bytes)
    const begun = await uploads.begin({ by: 'a', subject: 7, digest, size })
    expect(begun).toMatchObject({ digest, size, offset: 0, isComplete: false })
    let state = begun
    while (!state.isComplete) {
      const piece = bytes.subarray(state.offset, state.offset + 131_072)
      state = await uploads.append(begun.id, 'a', state.offset, inChunks(piece))
    }
    expect(state.offset).toBe(size)
    expect(await uploads.find(begun.id, 'a')).toEqual(state)
    expect(await readAll(store, 7, digest)).toEqual(bytes)
    const again = await uploads.begin({ by: 'a', subject: 7, digest, size })
    expect(again.isComplete).toBe(true)
    expect(await store.usage(7)).toEqual({ objects: 1, bytes: size })
  })

  test('OBJ-006 an upload whose sender breaks off goes on where it stands', async () => {
    const store = await open()
    const bytes = randomBytes(300_000)
    const digest = sha256(bytes)
    const { id } = await store.uploads.begin({ by: 'a', subject: 7, digest, size: 300_000 })
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 150_000)
      throw new Error('gone')
    }
    await expect(store.uploads.append(id, 'a', 0, breaking())).rejects.toThrow('gone')
    const state = await store.uploads.find(id, 'a')
    expect(state).toMatchObject({ offset: 131_072, isComplete: false })
    const wrong = store.uploads.append(id, 'a', 150_000, inChunks(bytes.subarray(150_000)))
    await expect(wrong).rejects.toMatchObject({
      code: 'UPLOAD_OFFSET',
      facts: { offset: 131_072 },
    })
    await store.uploads.append(id, 'a', 131_072, inChunks(bytes.subarray(131_072)))
    expect(await readAll(store, 7, digest)).toEqual(bytes)
  })

  test('OBJ-002 an upload of other bytes than announced: refused, nothing kept, begun again', async () => {
    const store = await open()
    const bytes = randomBytes(70_000)
    const digest = sha256(bytes)
    const { id } = await store.uploads.begin({ by: 'a', subject: 7, digest, size: 70_000 })
    const other = store.uploads.append(id, 'a', 0, inChunks(randomBytes(70_000)))
    await expect(other).rejects.toMatchObject({ code: 'OBJECT_DIGEST' })
    const longer = store.uploads.append(id, 'a', 0, inChunks(randomBytes(70_001), 70_001))
    await expect(longer).rejects.toMatchObject({ code: 'OBJECT_TOO_LARGE' })
    expect(await store.usage(7)).toEqual({ objects: 0, bytes: 0 })
    await store.uploads.append(id, 'a', 0, inChunks(bytes))
    expect(await readAll(store, 7, digest)).toEqual(bytes)
  })

  test('OBJ-005 an upload belongs to its sender, may be dropped, and counts for the quota', async () => {
    const { uploads } = await open()
    const request = { by: 'a', subject: 7, digest: sha256(Buffer.from('x')), size: 600 }
    const { id } = await uploads.begin({ ...request, quotaBytes: 1_000 })
    expect(await uploads.find(id, 'b')).toBe(null)
    expect(await uploads.drop(id, 'b')).toBe(false)
    const second = () => uploads.begin({ ...request, quotaBytes: 1_000 })
    await expect(second()).rejects.toMatchObject({ code: 'OBJECT_QUOTA' })
    expect(await uploads.drop(id, 'a')).toBe(true)
    expect(await uploads.find(id, 'a')).toBe(null)
    await second()
  })

  test('forget drops uploads under way', async () => {
    const store = await open()
    const digest = sha256(Buffer.from('x'))
    const { id } = await store.uploads.begin({ by: 'a', subject: 7, digest, size: 1 })
    await store.forget(7)
    expect(await store.uploads.find(id, 'a')).toBe(null)
  })
}

const byDigest = (a: Digested, b: Digested): number =>
  (a.digest ?? '') < (b.digest ?? '') ? -1 : 1

interface Digested {
  readonly digest: string | undefined
}

async function listed(store: ObjectStore): Promise<{ digest: string; size: number }[]> {
  const found: { digest: string; size: number }[] = []
  for await (const one of store.list(7)) found.push(one)
  return found.toSorted(byDigest)
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of chunks) pieces.push(piece)
  return Buffer.concat(pieces)
}
