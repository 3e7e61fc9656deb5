/** Bytes of members, in and out of the object store. */
import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { Fault } from '../messages/index.ts'
import type { StoredObject } from '../wire/index.ts'
import type { ByteBody, Bytes } from './handler.ts'
import { refused } from './problem.ts'
import { partOf } from './ranges.ts'
import type { Services } from './services.ts'

const DIGEST = /^[0-9a-f]{64}$/

/**
 * Stores a body for a subject. Refuses with OBJECT_TOO_LARGE, OBJECT_QUOTA (no limit when null), or
 * OBJECT_DIGEST when it is not what its sender said (and signed).
 */
export async function storeBody(
  { objects, bytes }: Services,
  subject: number,
  body: ByteBody,
  { maxBytes, quotaBytes }: { readonly maxBytes: number; readonly quotaBytes: number | null },
): Promise<StoredObject> {
  if (body.length !== null && body.length > maxBytes) {
    throw refused('OBJECT_TOO_LARGE', { size: body.length, limit: maxBytes })
  }
  const chunks = bytes.counted(subject, 'in', asSaid(body))
  const stored = await objects.put(subject, chunks, maxBytes, quotaBytes ?? undefined)
  return { digest: stored.digest, size_bytes: stored.size }
}

/** The chunks of a body, which end well only when they are what the sender said. */
export async function* asSaid({ chunks, digest }: ByteBody): AsyncGenerator<Uint8Array> {
  if (digest === null) return yield* chunks
  const hash = createHash('sha256')
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
  if (hash.digest('hex') !== digest) throw refused('OBJECT_DIGEST', { digest })
}

/**
 * An object of a subject as a streamed answer, or the part of it that the request asks for. Refuses
 * with NOT_FOUND and RANGE_INVALID.
 */
export async function openObject(
  { objects, bytes }: Services,
  subject: number,
  digest: string,
  request?: FastifyRequest,
): Promise<Bytes> {
  const found = DIGEST.test(digest) ? await objects.get(subject, digest) : null
  if (found === null) throw refused('NOT_FOUND', { what: 'object', id: digest })
  const { size: total } = found
  const part = partOf(request?.headers.range, total)
  const asked = part === null ? found : await objects.get(subject, digest, part)
  if (asked === null) throw refused('NOT_FOUND', { what: 'object', id: digest })
  return {
    type: 'application/octet-stream',
    size: part === null ? total : part.to - part.from,
    chunks: bytes.counted(subject, 'out', asked.chunks),
    ranges: { total, part },
  }
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
