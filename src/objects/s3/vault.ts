import { createHash } from 'node:crypto'
import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../messages/index.ts'
import { makeFolder, syncFolder } from '../../disk/index.ts'
import { unlessMissing } from '../missing.ts'
import type { Place, Vault } from '../vault.ts'
import type { S3Client, UploadedPart } from './client.ts'

/** also the largest object that goes in one request; S3 takes at least 5 MiB for a part but the last */
export const PART_BYTES = 8 * 1024 * 1024

/**
 * Sealed files in a bucket, as `<prefix><subject>/<generation>/<digest>`. A file waits in `spool` until
 * the bucket has it; one that was under way when the process or the network ended goes on with the
 * parts that the bucket has already, as soon as the same bytes are stored again.
 */
export function s3Vault(client: S3Client, prefix: string, spool: string): Vault {
  const keyOf = ({ subject, generation, digest }: Place): string =>
    `${prefix}${subject}/${generation}/${digest}`
  const spoolOf = ({ subject, generation, digest }: Place): string =>
    join(spool, `${subject}.${generation}.${digest}`)
  return {
    keep: async (place, path) => {
      await makeFolder(spool)
      const waiting = spoolOf(place)
      // 1. An earlier attempt left the same bytes, sealed otherwise: its parts may be there.
      if ((await unlessMissing(stat(waiting))) === null) await rename(path, waiting)
      else await rm(path)
      await syncFolder(spool)
      // 2. The bucket gets it, unless it has it.
      const { size } = await stat(waiting)
      const key = keyOf(place)
      if ((await client.head(key)) !== size) await upload(client, key, waiting, size)
      // 3. Only now is it safe there.
      await rm(waiting)
    },
    size: (place) => client.head(keyOf(place)),
    read: (place, from, to) => client.read(keyOf(place), from, to),
    list: async function* (subject, generation) {
      const start = `${prefix}${subject}/${generation}/`
      for await (const { key, size } of client.list(start)) {
        yield { digest: key.slice(start.length), sealed: size }
      }
    },
    remove: (place) => client.remove(keyOf(place)),
    removeAll: async (subject) => {
      for (const name of (await unlessMissing(readdir(spool))) ?? []) {
        if (name.startsWith(`${subject}.`)) await rm(join(spool, name), { force: true })
      }
      const start = `${prefix}${subject}/`
      for (const { key, upload: id } of await client.uploads(start))
        await client.abortUpload(key, id)
      for await (const { key } of client.list(start)) await client.remove(key)
    },
  }
}

async function upload(client: S3Client, key: string, path: string, size: number): Promise<void> {
  const file = await open(path, 'r')
  try {
    if (size <= PART_BYTES) await client.put(key, await piece(file, 0, size))
    else await uploadParts(client, key, file, size)
  } finally {
    await file.close()
  }
  const there = await client.head(key)
  if (there === size) return
  throw new Fault('OBJECTS_UNAVAILABLE', { cause: new Error(`S3: ${there} bytes of ${size}`) })
}

async function uploadParts(
  client: S3Client,
  key: string,
  file: FileHandle,
  size: number,
): Promise<void> {
  // 1. The upload that was begun before, with what has arrived; or a new one.
  const begun = await client.openUpload(key)
  const arrived = begun === null ? null : await client.parts(key, begun)
  const id = begun === null || arrived === null ? await client.beginUpload(key) : begun
  const known = new Map((arrived ?? []).map((part) => [part.number, part.etag]))
  // 2. The parts that are missing, or are not what the file has there.
  const parts: UploadedPart[] = []
  for (let number = 1; (number - 1) * PART_BYTES < size; number++) {
    const bytes = await piece(file, (number - 1) * PART_BYTES, size)
    const etag = createHash('md5').update(bytes).digest('hex')
    const isThere = known.get(number) === etag
    parts.push(isThere ? { number, etag } : await client.putPart(key, id, number, bytes))
  }
  // 3. All of them as one.
  await client.completeUpload(key, id, parts)
}

async function piece(file: FileHandle, from: number, size: number): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.alloc(Math.min(PART_BYTES, size - from))
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, from + done)
    if (bytesRead === 0) throw new Fault('OBJECTS_UNAVAILABLE')
    done += bytesRead
  }
  return bytes
}
