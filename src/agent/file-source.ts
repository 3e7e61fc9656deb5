import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import type { UploadSource } from '../client/index.ts'

/** A file to be stored: read once for its digest, then piece by piece. It must not change meanwhile. */
export async function fileSource(path: string): Promise<UploadSource> {
  const { size } = await stat(path)
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  return { size, digest: hash.digest('hex'), read: (from, to) => readPart(path, from, to) }
}

async function readPart(path: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path, 'r')
  try {
    const bytes = Buffer.alloc(to - from)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
