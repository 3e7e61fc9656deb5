/** Reads the frames of a segment, and tells a torn tail from damage. */
import type { FileHandle } from 'node:fs/promises'
import { chainHash } from './chain.ts'
import { FileWindow } from './file-window.ts'
import { FRAME_HEADER_BYTES, readFrame, type Frame } from './frame.ts'
import { corrupt, SEGMENT_HEADER_BYTES, type Segment } from './segment.ts'

const CHUNK_BYTES = 1 << 20

/** A place between two frames: the next seq, its offset and the chain hash so far. */
export interface Place {
  readonly seq: number
  readonly offset: number
  readonly hash: Uint8Array
}

export function startOf(segment: Segment): Place {
  return { seq: segment.firstSeq, offset: SEGMENT_HEADER_BYTES, hash: segment.hashBefore }
}

/** One frame, and the place after it. */
export interface Step {
  readonly frame: Frame
  readonly after: Place
}

/**
 * The frames from `from` on, up to the first bytes that are not a sound frame. Throws Fault
 * JOURNAL_CORRUPT when a sound frame is not the next one of the chain.
 */
export async function* stepFrames(
  segment: Segment,
  window: FileWindow,
  from: Place,
): AsyncGenerator<Step> {
  let place = from
  for (;;) {
    const frame = await readFrame(window, place.offset, segment.marker)
    if (frame === null) return
    const hash = chainHash(place.hash, frame.records.bytes)
    if (frame.firstSeq !== place.seq || Buffer.compare(hash, frame.hash) !== 0) {
      throw corrupt(segment.path, place.offset, 'a frame does not continue the hash chain')
    }
    place = {
      seq: place.seq + frame.records.count,
      offset: place.offset + frame.size,
      hash: frame.hash,
    }
    yield { frame, after: place }
  }
}

/**
 * Looks at everything after the last sound frame. An append writes one frame and waits until it is
 * durable, so a torn tail holds at most one frame and nothing sound after it: a sound frame further
 * on means that acknowledged records before it are damaged, and is refused as JOURNAL_CORRUPT.
 * Returns the offset after the last byte that is not zero (`from` when all are).
 */
export async function inspectTail(
  segment: Segment,
  handle: FileHandle,
  size: number,
  from: number,
): Promise<number> {
  const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, size - from) + FRAME_HEADER_BYTES)
  let dirtyUntil = from
  for (let at = from; at < size; at += CHUNK_BYTES) {
    const length = Math.min(chunk.length, size - at)
    const { bytesRead } = await handle.read(chunk, 0, length, at)
    const part = chunk.subarray(0, bytesRead)
    const dirty = lastNonZero(part)
    if (dirty < 0) continue
    dirtyUntil = Math.max(dirtyUntil, at + dirty + 1)
    for (let hit = part.indexOf(segment.marker); hit >= 0;) {
      const isLater = at + hit > from
      const window = new FileWindow(handle, size)
      if (isLater && (await readFrame(window, at + hit, segment.marker)) !== null) {
        throw corrupt(segment.path, from, 'damaged records are followed by sound ones')
      }
      hit = part.indexOf(segment.marker, hit + 1)
    }
  }
  return dirtyUntil
}

const ZEROS = Buffer.alloc(CHUNK_BYTES + FRAME_HEADER_BYTES)

function lastNonZero(part: Buffer): number {
  if (part.equals(ZEROS.subarray(0, part.length))) return -1
  let at = part.length - 1
  while (part[at] === 0) at--
  return at
}
