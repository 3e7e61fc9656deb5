/** Bytes of members, in and out of the object store. */
import { Fault } from '../messages/index.ts'
import type { StoredObject } from '../wire/index.ts'
import type { ByteBody, Bytes } from './handler.ts'
import { refused } from './problem.ts'
import type { Services } from './services.ts'

/**
 * Stores a body for a subject. Refuses with OBJECT_TOO_LARGE, or OBJECT_DIGEST when it is not what
 * its sender said (and signed).
 */
export async function storeBody(
  { objects }: Services,
  subject: number,
  body: ByteBody,
  maxBytes: number,
): Promise<StoredObject> {
  if (body.length !== null && body.length > maxBytes) {
    throw refused('OBJECT_TOO_LARGE', { size: body.length, limit: maxBytes })
  }
  const stored = await objects.put(subject, body.chunks, maxBytes)
  if (body.digest !== null && body.digest !== stored.digest) {
    throw refused('OBJECT_DIGEST', { digest: body.digest })
  }
  return { digest: stored.digest, size_bytes: stored.size }
}

/** An object of a subject as a streamed answer. Refuses with NOT_FOUND. */
export async function openObject(
  { objects }: Services,
  subject: number,
  digest: string,
): Promise<Bytes> {
  const found = /^[0-9a-f]{64}$/.test(digest) ? await objects.get(subject, digest) : null
  if (found === null) throw refused('NOT_FOUND', { what: 'object', id: digest })
  return { type: 'application/octet-stream', size: found.size, chunks: found.chunks }
}

/** A small object whole; null when there is none. Throws Fault OBJECT_TOO_LARGE beyond the limit. */
export async function readObject(
  { objects }: Services,
  subject: number,
  digest: string,
  maxBytes: number,
): Promise<Uint8Array | null> {
  const found = await objects.get(subject, digest)
  if (found === null) return null
  if (found.size > maxBytes) {
    const facts = { size: found.size, limit: maxBytes }
    throw new Fault('OBJECT_TOO_LARGE', { retryable: false, facts })
  }
  const parts: Uint8Array[] = []
  for await (const chunk of found.chunks) parts.push(chunk)
  return Buffer.concat(parts)
}
