// Objects over the public API: in pieces, in parts, within a quota, counted.
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ApiVenue, openParty } from '../../test/support/api-venue.ts'
import { CuttingLink } from '../../test/tools/cutting-link.ts'
import { fileSource } from '../agent/index.ts'
import { PIECE_BYTES, createClient, download, upload } from '../client/index.ts'

const MIB = 1_048_576
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const sourceOf = (bytes: Buffer<ArrayBuffer>) => ({
  size: bytes.length,
  digest: sha256(bytes),
  read: async (from: number, to: number) => bytes.subarray(from, to),
})

describe('objects over the API', () => {
  let venue: ApiVenue
  let root: string
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'suan-uploads-'))
    venue = await ApiVenue.start({ objectQuotaBytes: 100 * MIB })
  })
  afterAll(async () => {
    await venue.stop()
    rmSync(root, { recursive: true, force: true })
  })

  test('OBJ-006 a file in pieces, over a connection that is cut: it goes on, and what arrived is not sent again', async () => {
    const buyer = await openParty(venue, 'buyer')
    const link = await CuttingLink.open(venue.url)
    const client = createClient({ baseUrl: link.url, token: buyer.token })
    const bytes = randomBytes(3 * PIECE_BYTES)
    const path = join(root, 'file')
    writeFileSync(path, bytes)
    try {
      link.cutAfter(1.5 * PIECE_BYTES, 'out', 2)
      const stored = await upload(client, await fileSource(path))
      expect(stored).toEqual({ digest: sha256(bytes), size_bytes: bytes.length })
      expect(link.cuts).toBe(1)
      // At most the piece that was cut goes twice.
      expect(link.sent).toBeLessThan(4.2 * PIECE_BYTES)
      const sent = link.sent
      await upload(client, await fileSource(path))
      expect(link.sent - sent).toBeLessThan(5_000)
      link.cutAfter(2 * PIECE_BYTES, 'back', 1)
      const params = { digest: stored.digest }
      const pieces: Uint8Array[] = []
      for await (const piece of download((from) => client.getObject({ params, from }))) {
        pieces.push(piece)
      }
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
      expect(link.cuts).toBe(2)
    } finally {
      link.close()
    }
  })

  test('OBJ-007 a Range header brings a part; one past the end is refused', async () => {
    const buyer = await openParty(venue, 'buyer')
    const bytes = randomBytes(100_000)
    const { digest } = await buyer.client.putObject({ body: bytes })
    const ask = (range: string) =>
      fetch(`${venue.url}/v1/objects/${digest}`, {
        headers: { authorization: `Bearer ${buyer.token}`, range },
      })
    const part = await ask('bytes=65530-65549')
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe('bytes 65530-65549/100000')
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(65_530, 65_550))
    const past = await ask('bytes=100000-')
    expect(past.status).toBe(416)
    expect(await past.json()).toMatchObject({ code: 'RANGE_INVALID', facts: { size: '100000' } })
    expect((await ask('bytes=9-1')).status).toBe(200)
  })

  test('OBJ-005 usage shows what is stored and what passed; beyond the quota nothing is taken', async () => {
    const buyer = await openParty(venue, 'buyer')
    const { client } = buyer
    const bytes = randomBytes(1_000)
    const { digest } = await client.putObject({ body: bytes })
    await new Response(await client.getObject({ params: { digest } })).arrayBuffer()
    const usage = { objects: 1, stored_bytes: 1_000, quota_bytes: 100 * MIB }
    const passed = { bytes_in: 1_000, bytes_out: 1_000 }
    expect(await client.getObjectUsage()).toEqual({ ...usage, ...passed })
    const tooMuch = { digest: sha256(randomBytes(1)), size_bytes: 100 * MIB }
    await expect(client.beginUpload({ body: tooMuch })).rejects.toMatchObject({
      code: 'OBJECT_QUOTA',
      status: 413,
      facts: { used: '1000' },
    })
    expect(await client.listObjects()).toMatchObject({ data: [{ digest, size_bytes: 1_000 }] })
    await client.removeObject({ params: { digest } })
    expect(await client.getObjectUsage()).toEqual({
      ...usage,
      ...passed,
      objects: 0,
      stored_bytes: 0,
    })
    await expect(client.removeObject({ params: { digest } })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    const metrics = await (await fetch(`${venue.url}/metrics`)).text()
    expect(metrics).toMatch(/suan_object_bytes_total\{direction="in"\} \d+/)
  })

  test('OBJ-006 an upload is its sender’s: status, wrong place, wrong bytes, given up', async () => {
    const [buyer, other] = [await openParty(venue, 'buyer'), await openParty(venue, 'buyer')]
    const bytes = randomBytes(70_000)
    const source = sourceOf(bytes)
    const body = { digest: source.digest, size_bytes: source.size }
    const { upload_id } = await buyer.client.beginUpload({ body })
    const params = { upload_id }
    await expect(other.client.getUpload({ params })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const misplaced = buyer.client.putUpload({ params, query: { offset: 9 }, body: bytes })
    await expect(misplaced).rejects.toMatchObject({ code: 'UPLOAD_OFFSET', facts: { offset: '0' } })
    const wrong = { params, query: { offset: 0 }, body: randomBytes(70_000) }
    await expect(buyer.client.putUpload(wrong)).rejects.toMatchObject({ code: 'OBJECT_DIGEST' })
    expect(await buyer.client.getUpload({ params })).toMatchObject({ offset: 0, complete: false })
    await buyer.client.dropUpload({ params })
    await expect(buyer.client.getUpload({ params })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
