import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  inChunks,
  objectStoreContract,
  readAll,
} from '../../../test/contracts/object-store.contract.ts'
import { CuttingLink } from '../../../test/tools/cutting-link.ts'
import { lacks } from '../../../test/tools/needs.ts'
import { SWIFT_PROGRAMS, Swift } from '../../../test/tools/swift.ts'
import type { Fault } from '../../messages/index.ts'
import { openS3Objects, type S3Settings } from '../index.ts'
import { S3Client } from './client.ts'
import { S3Http } from './http.ts'
import { PART_BYTES } from './vault.ts'

const root = mkdtempSync(join(tmpdir(), 'suan-s3-'))
const newFolder = (): string => mkdtempSync(join(root, 'store-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe.skipIf(lacks(...SWIFT_PROGRAMS))('objects in a bucket', () => {
  let swift: Swift
  beforeAll(async () => {
    swift = await Swift.start()
    console.log(`against OpenStack Swift ${swift.version} (s3api)`)
  })
  afterAll(() => swift?.stop())
  const newBucket = (): Promise<S3Settings> => swift.bucket(`b${randomBytes(6).toString('hex')}`)

  objectStoreContract(async () => openS3Objects(newFolder(), await newBucket()))

  test('an object of several parts comes back, whole and by range', async () => {
    const store = openS3Objects(newFolder(), await newBucket())
    const bytes = randomBytes(2 * PART_BYTES + 1_000_000)
    const { digest } = await store.put(7, inChunks(bytes, 1_000_000), bytes.length)
    expect((await readAll(store, 7, digest))?.equals(bytes)).toBe(true)
    const range = { from: PART_BYTES - 10, to: PART_BYTES + 10 }
    const found = await store.get(7, digest, range)
    const pieces: Uint8Array[] = []
    for await (const piece of found!.chunks) pieces.push(piece)
    expect(Buffer.concat(pieces)).toEqual(bytes.subarray(range.from, range.to))
  })

  test('nothing of the plain bytes is in the bucket, and nothing stays in the folder', async () => {
    const [folder, settings] = [newFolder(), await newBucket()]
    const store = openS3Objects(folder, settings)
    const { digest } = await store.put(7, inChunks(Buffer.from('brown fox'.repeat(10_000))), 1e6)
    const [key] = await keysOf(settings)
    expect(key).toMatch(new RegExp(`^objects/7/[0-9a-f]{16}/${digest}$`))
    const sealed = await contentOf(settings, key!)
    expect(sealed.includes('brown fox')).toBe(false)
    expect(readdirSync(join(folder, 's3-spool'))).toEqual([])
    expect(readdirSync(join(folder, 'spool'))).toEqual([])
  })

  test('OBJ-003 a connection that is cut while parts go up: the same bytes go on with what arrived', async () => {
    const settings = await newBucket()
    const link = await CuttingLink.open(swift.endpoint)
    const [folder, cut] = [newFolder(), { ...settings, endpoint: link.url }]
    const bytes = randomBytes(3 * PART_BYTES)
    const put = (over: S3Settings) =>
      openS3Objects(folder, over).put(7, inChunks(bytes, 1_000_000), bytes.length)
    try {
      link.cutAfter(2.5 * PART_BYTES, 'out', Infinity)
      await expect(put(cut)).rejects.toMatchObject({ code: 'OBJECTS_UNAVAILABLE', retryable: true })
      expect(await keysOf(settings)).toEqual([])
      const before = link.sent
      link.heal()
      const { digest } = await put(cut)
      // One part and the rest of the third: not all three again.
      expect(link.sent - before).toBeLessThan(1.5 * PART_BYTES)
      const store = openS3Objects(folder, settings)
      expect((await readAll(store, 7, digest))?.equals(bytes)).toBe(true)
      expect(readdirSync(join(folder, 's3-spool'))).toEqual([])
    } finally {
      link.close()
    }
  })

  test('a connection that is cut while an object is read is taken up where it broke', async () => {
    const settings = await newBucket()
    const link = await CuttingLink.open(swift.endpoint)
    const bytes = randomBytes(5_000_000)
    const folder = newFolder()
    const { digest } = await openS3Objects(folder, settings).put(7, inChunks(bytes), bytes.length)
    try {
      link.cutAfter(2_000_000, 'back', 0)
      const store = openS3Objects(folder, { ...settings, endpoint: link.url })
      expect((await readAll(store, 7, digest))?.equals(bytes)).toBe(true)
      expect(link.cuts).toBe(1)
    } finally {
      link.close()
    }
  })

  test.each(['a changed byte', 'a missing end', 'another object under its name'])(
    'OBJ-004 %s in the bucket is noticed, and its last bytes are not given out',
    async (what) => {
      const settings = await newBucket()
      const store = openS3Objects(newFolder(), settings)
      const bytes = randomBytes(200_000)
      const { digest } = await store.put(7, inChunks(bytes), 200_000)
      const other = await store.put(7, inChunks(randomBytes(200_000)), 200_000)
      const keys = await keysOf(settings)
      const key = keys.find((each) => each.endsWith(digest))!
      const sealed = await contentOf(settings, key)
      if (what === 'a changed byte') sealed[100_000]! ^= 1
      const swapped = await contentOf(
        settings,
        keys.find((each) => each.endsWith(other.digest))!,
      )
      const put = what === 'a missing end' ? sealed.subarray(0, 131_000) : sealed
      await clientOf(settings).put(key, what.startsWith('another') ? swapped : put)
      await expect(readAll(store, 7, digest)).rejects.toThrow('OBJECT_DAMAGED')
    },
  )

  test('forgetting removes objects and unfinished uploads from the bucket', async () => {
    const settings = await newBucket()
    const store = openS3Objects(newFolder(), settings)
    await store.put(7, inChunks(randomBytes(10)), 10)
    await store.put(8, inChunks(randomBytes(10)), 10)
    await clientOf(settings).beginUpload('objects/7/0000000000000000/aa')
    await store.forget(7)
    const left = await keysOf(settings)
    expect(left).toHaveLength(1)
    expect(left[0]).toMatch(/^objects\/8\//)
    expect(await clientOf(settings).uploads('objects/7/')).toEqual([])
  })

  test('OBJ-003 a wrong key, no bucket, no server: unavailable, and the cause says why', async () => {
    const settings = await newBucket()
    const trouble = async (over: Partial<S3Settings>): Promise<string> => {
      const store = openS3Objects(newFolder(), { ...settings, ...over })
      const error = await store.put(7, inChunks(randomBytes(1)), 1).catch((caught: Fault) => caught)
      expect(error).toMatchObject({ code: 'OBJECTS_UNAVAILABLE' })
      return String((error as Fault).cause)
    }
    const credentials = { ...settings.credentials, secretAccessKey: 'wrong' }
    expect(await trouble({ credentials })).toContain('403')
    expect(await trouble({ bucket: 'nothere' })).toContain('NoSuchBucket')
    expect(await trouble({ endpoint: 'http://127.0.0.1:9' })).toContain('no answer')
  })
})

function clientOf(settings: S3Settings): S3Client {
  return new S3Client(new S3Http(settings, () => settings.credentials))
}

async function keysOf(settings: S3Settings): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of clientOf(settings).list('')) {
    keys.push(key)
  }
  return keys
}

async function contentOf(settings: S3Settings, key: string): Promise<Buffer<ArrayBuffer>> {
  const client = clientOf(settings)
  const pieces: Uint8Array[] = []
  for await (const piece of client.read(key, 0, (await client.head(key)) ?? 0)) pieces.push(piece)
  return Buffer.concat(pieces)
}
