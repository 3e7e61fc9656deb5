/**
 * Segment of the event log: frames {length u32, crc32 of the rest u32, first seq u64, count u32, bytes
 * of a RecordBatch}, little-endian. The file's name holds its first seq. A segment is synced when it is
 * full, so only the last one can be torn.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { RecordBatch } from '../messages/index.ts'
import type { FileWindow } from './file-window.ts'

const HEADER_BYTES = 20
const COVERED_FROM = 8
const NAME = /^events-(\d{16})\.log$/
/** a frame ends with the record that passes this, so that reading one record reads little more */
const FRAME_BYTES = 64 * 1024

export interface EventFrame {
  readonly firstSeq: number
  readonly records: RecordBatch
  /** bytes of the whole frame */
  readonly size: number
}

/** A batch of event records as it is on disk: one frame or several. */
export interface EventFrames {
  /** their bytes, those of the batch not copied */
  readonly parts: readonly Uint8Array[]
  /** what each begins with */
  readonly frames: readonly { readonly seq: number; readonly size: number }[]
}

/** The frames of a batch whose first record is `firstSeq`. */
export function eventFrames(firstSeq: number, batch: RecordBatch): EventFrames {
  const cuts = cutsOf(batch.bytes)
  const headers = Buffer.alloc(cuts.length * HEADER_BYTES)
  const parts: Uint8Array[] = []
  const frames: { seq: number; size: number }[] = []
  let seq = firstSeq
  let from = 0
  for (const [n, { until, count }] of cuts.entries()) {
    const header = headers.subarray(n * HEADER_BYTES, (n + 1) * HEADER_BYTES)
    const records = batch.bytes.subarray(from, until)
    header.writeUInt32LE(records.length, 0)
    header.writeBigUInt64LE(BigInt(seq), 8)
    header.writeUInt32LE(count, 16)
    header.writeUInt32LE(crc32(records, crc32(header.subarray(COVERED_FROM))), 4)
    parts.push(header, records)
    frames.push({ seq, size: HEADER_BYTES + records.length })
    seq += count
    from = until
  }
  return { parts, frames }
}

/** Where the frames of a batch end, and how many records each one holds. */
function cutsOf(bytes: Uint8Array): { readonly until: number; readonly count: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const cuts: { until: number; count: number }[] = []
  let from = 0
  let count = 0
  for (let at = 0; at < bytes.length;) {
    at += 4 + view.getUint32(at, true)
    count++
    if (at - from < FRAME_BYTES && at < bytes.length) continue
    cuts.push({ until: at, count })
    from = at
    count = 0
  }
  return cuts
}

/** The frame at `at`, or null when no whole frame with a right checksum begins there. */
export async function readEventFrame(window: FileWindow, at: number): Promise<EventFrame | null> {
  const header = window.held(at, HEADER_BYTES) ?? (await window.bytes(at, HEADER_BYTES))
  if (header === null) return null
  const size = HEADER_BYTES + header.readUInt32LE(0)
  const frame = window.held(at, size) ?? (await window.bytes(at, size))
  if (frame === null || crc32(frame.subarray(COVERED_FROM)) !== frame.readUInt32LE(4)) return null
  const records = { count: frame.readUInt32LE(16), bytes: frame.subarray(HEADER_BYTES) }
  return { firstSeq: Number(frame.readBigUInt64LE(8)), records, size }
}

export function eventSegmentPath(directory: string, firstSeq: number): string {
  return join(directory, `events-${String(firstSeq).padStart(16, '0')}.log`)
}

/** First seq of every segment in the folder, in order. */
export async function listEventSegments(directory: string): Promise<number[]> {
  return (await readdir(directory))
    .map((name) => NAME.exec(name))
    .flatMap((match) => (match === null ? [] : [Number(match[1])]))
    .toSorted((a, b) => a - b)
}
