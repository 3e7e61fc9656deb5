/** Large objects, over connections that break: what has arrived is not sent again. */
import { SuanError, hasCode } from './error.ts'
import type { Client } from './client.ts'
import type { StoredObject, Upload } from '../wire/index.ts'

/** Bytes of a piece: whole frames of the exchange's store. */
export const PIECE_BYTES = 8 * 1024 * 1024
/** breaks in a row after which nothing has moved */
const BREAKS = 6
const WAIT_MS = 500

export interface UploadSource {
  readonly size: number
  /** sha256 hex of all bytes */
  readonly digest: string
  /** Bytes `from` up to (not including) `to`. */
  read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>>
}

export interface UploadOptions {
  /** of a node's daemon: which result of which workload it is */
  readonly result?: { readonly workload_id: string; readonly kind: 'log' | 'output' }
  /** told of the bytes that are there */
  readonly onProgress?: (offset: number) => void
}

/**
 * Stores an object in pieces; nothing is sent of one that is stored already. Goes on after breaks as
 * long as something moves. Errors: SuanError of the last try.
 */
export async function upload(
  client: Client,
  source: UploadSource,
  { result, onProgress }: UploadOptions = {},
): Promise<StoredObject> {
  const { digest, size } = source
  let state = await client.beginUpload({ body: { digest, size_bytes: size, ...result } })
  for (let breaks = 0; !state.complete;) {
    onProgress?.(state.offset)
    const before = state.offset
    try {
      state = await sendPiece(client, source, state)
      breaks = 0
    } catch (error) {
      if (!mayGoOn(error) || ++breaks === BREAKS) throw error
      await pause(breaks)
      state = await whereItStands(client, state, error)
      if (state.offset > before) breaks = 0
    }
  }
  onProgress?.(size)
  return { digest, size_bytes: size }
}

async function sendPiece(client: Client, source: UploadSource, state: Upload): Promise<Upload> {
  const { upload_id, offset, size_bytes: size } = state
  const body = await source.read(offset, Math.min(offset + PIECE_BYTES, size))
  return client.putUpload({ params: { upload_id }, query: { offset }, body })
}

/** What the exchange says; when it cannot be asked either, what was known, and the next try tells. */
async function whereItStands(client: Client, known: Upload, error: unknown): Promise<Upload> {
  const told = hasCode(error, 'UPLOAD_OFFSET') ? (error as SuanError).facts['offset'] : undefined
  if (told !== undefined) return { ...known, offset: Number(told) }
  try {
    return await client.getUpload({ params: { upload_id: known.upload_id } })
  } catch (again) {
    if (mayGoOn(again)) return known
    throw again
  }
}

function mayGoOn(error: unknown): boolean {
  return error instanceof SuanError && (error.retryable || hasCode(error, 'UPLOAD_OFFSET'))
}

/**
 * Bytes of an answer that can be opened again from any place: after a break it goes on with the bytes
 * that follow. Errors: of `open`; UNREACHABLE when nothing moves any more.
 */
export async function* download(
  open: (from: number) => Promise<ReadableStream<Uint8Array>>,
): AsyncGenerator<Uint8Array> {
  let at = 0
  for (let breaks = 0; ;) {
    const before = at
    let isOpen = false
    try {
      const stream = await open(at)
      isOpen = true
      for await (const piece of piecesOf(stream)) {
        yield piece
        at += piece.length
      }
      return
    } catch (error) {
      // All of it had come when the connection broke.
      if (at > 0 && hasCode(error, 'RANGE_INVALID')) return
      // It cannot be gone on with, but begun anew, by whoever keeps nothing of it.
      if (at > 0 && hasCode(error, 'UNREADABLE'))
        throw lost(new Error('no ranges', { cause: error }))
      if (!isOpen && !mayGoOn(error)) throw error
      breaks = at > before ? 1 : breaks + 1
      if (breaks === BREAKS) throw lost(error)
      await pause(breaks)
    }
  }
}

async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    // A reader that stops early wants no more of it; after a break there is nothing to cancel.
    await reader.cancel().catch(() => {})
  }
}

function lost(cause: unknown): SuanError {
  if (cause instanceof SuanError) return cause
  return new SuanError({ code: 'UNREACHABLE', message: 'the answer broke off', status: 0, cause })
}

function pause(breaks: number): Promise<void> {
  return new Promise((done) => setTimeout(done, WAIT_MS * breaks))
}
