/** Plain bytes into a sealed file, and back. */
import { createHash, randomBytes, type Hash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { Fault } from '../messages/index.ts'
import { writeAll } from '../disk/index.ts'
import { FRAME_BYTES, PREFIX_BYTES, TAG_BYTES, openFrame, sealFrame } from './frames.ts'

const SEALED_FRAME = FRAME_BYTES + TAG_BYTES

/**
 * Gathers chunks of any size into frames; the last one is marked, and may be empty. The file is synced
 * when this resolves. Throws Fault OBJECT_TOO_LARGE over maxBytes.
 */
export async function sealInto(
  file: FileHandle,
  { key, maxBytes }: { readonly key: Uint8Array; readonly maxBytes: number },
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ digest: string; size: number }> {
  const hash = createHash('sha256')
  const prefix = randomBytes(PREFIX_BYTES)
  await writeAll(file, prefix, 0)
  let frame = 0
  let at = prefix.length
  let size = 0
  let waiting = Buffer.alloc(0)
  const seal = async (plain: Uint8Array, isLast: boolean): Promise<void> => {
    const sealed = sealFrame({ key, prefix, frame, isLast }, plain)
    await writeAll(file, sealed, at)
    at += sealed.length
    frame++
  }
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > maxBytes) {
      throw new Fault('OBJECT_TOO_LARGE', { retryable: false, facts: { size, limit: maxBytes } })
    }
    hash.update(chunk)
    waiting = Buffer.concat([waiting, chunk])
    // One byte more than a frame, because only the end tells which frame is the last.
    while (waiting.length > FRAME_BYTES) {
      await seal(waiting.subarray(0, FRAME_BYTES), false)
      waiting = waiting.subarray(FRAME_BYTES)
    }
  }
  await seal(waiting, true)
  await file.sync()
  return { digest: hash.digest('hex'), size }
}

/** Sealed bytes of a file, `from` up to (not including) `to`. */
export type ReadSealed = (from: number, to: number) => AsyncIterable<Uint8Array>

interface Sealed {
  readonly key: Uint8Array
  readonly digest: string
  /** bytes of the sealed file */
  readonly sealed: number
  readonly read: ReadSealed
}

/**
 * All plain bytes. The last of them are given only when the digest of all is right: a file that lies
 * under the name of another is noticed too. Throws Fault OBJECT_DAMAGED.
 */
export async function* unsealAll(file: Sealed): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  const source = inFrames(file.read(0, file.sealed), PREFIX_BYTES)
  try {
    const prefix = await nextOf(source)
    if (prefix?.length !== PREFIX_BYTES) throw damaged()
    yield* unsealFrames(file, { source, prefix, frame: 0, hash })
  } finally {
    await source.return(undefined)
  }
}

/** The plain bytes of a range, `to` not included and not past the end. Throws Fault OBJECT_DAMAGED. */
export async function* unsealRange(
  file: Sealed,
  from: number,
  to: number,
): AsyncGenerator<Uint8Array> {
  if (from >= to) return
  const frame = Math.floor(from / FRAME_BYTES)
  const end = PREFIX_BYTES + Math.ceil(to / FRAME_BYTES) * SEALED_FRAME
  const head = inFrames(file.read(0, PREFIX_BYTES), PREFIX_BYTES)
  const prefix = await nextOf(head)
  await head.return(undefined)
  if (prefix?.length !== PREFIX_BYTES) throw damaged()
  const read = file.read(PREFIX_BYTES + frame * SEALED_FRAME, Math.min(end, file.sealed))
  const source = inFrames(read, SEALED_FRAME)
  try {
    let at = frame * FRAME_BYTES
    for await (const plain of unsealFrames(file, { source, prefix, frame, hash: null })) {
      yield plain.subarray(Math.max(0, from - at), Math.min(plain.length, to - at))
      at += plain.length
    }
  } finally {
    await source.return(undefined)
  }
}

interface Frames {
  readonly source: AsyncGenerator<Buffer>
  readonly prefix: Uint8Array
  /** number of the first one */
  readonly frame: number
  /** of what is read; null when that is not the whole object */
  readonly hash: Hash | null
}

async function* unsealFrames(
  { key, digest, sealed }: Sealed,
  { source, prefix, frame: first, hash }: Frames,
): AsyncGenerator<Uint8Array> {
  let at = PREFIX_BYTES + first * SEALED_FRAME
  for (let frame = first; ; frame++) {
    const bytes = await nextOf(source)
    if (bytes === null) {
      if (hash !== null) throw damaged()
      return
    }
    at += bytes.length
    const isLast = at >= sealed
    const plain = unseal({ key, prefix, frame, isLast }, bytes)
    hash?.update(plain)
    if (isLast && hash !== null && hash.digest('hex') !== digest) throw damaged()
    yield plain
    if (isLast) return
  }
}

async function nextOf(source: AsyncGenerator<Buffer>): Promise<Buffer | null> {
  const { done, value } = await source.next()
  return done === true ? null : value
}

function unseal(place: Parameters<typeof openFrame>[0], bytes: Uint8Array): Uint8Array {
  try {
    return openFrame(place, bytes)
  } catch (error) {
    throw damaged(error)
  }
}

function damaged(cause?: unknown): Fault {
  return new Fault('OBJECT_DAMAGED', { cause, retryable: false })
}

/** Pieces of any size as pieces of one sealed frame; the first one has `first` bytes. */
async function* inFrames(pieces: AsyncIterable<Uint8Array>, first: number): AsyncGenerator<Buffer> {
  let wanted = first
  let waiting: Buffer[] = []
  let length = 0
  for await (const piece of pieces) {
    waiting.push(Buffer.from(piece.buffer, piece.byteOffset, piece.length))
    length += piece.length
    if (length < wanted) continue
    let rest = Buffer.concat(waiting)
    while (rest.length >= wanted) {
      yield rest.subarray(0, wanted)
      rest = rest.subarray(wanted)
      wanted = SEALED_FRAME
    }
    waiting = [rest]
    length = rest.length
  }
  if (length > 0) yield Buffer.concat(waiting)
}
