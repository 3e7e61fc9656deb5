/**
 * Frame of the journal: what one append writes. Little-endian header of 64 bytes, then the payload:
 *
 *   0  marker     8 random bytes of the segment; no client can forge a frame inside a record
 *   8  crc32      of everything after this field, payload included
 *  12  length     u32, bytes of the payload
 *  16  firstSeq   u64
 *  24  count      u32, number of records
 *  28  zero       u32
 *  32  chain hash 32 bytes, after the last record
 *  64  payload    count x (u32 length, bytes)
 */
import { crc32 } from 'node:zlib'
import type { FileWindow } from './file-window.ts'

export const FRAME_HEADER_BYTES = 64
export const MARKER_BYTES = 8
const COVERED_FROM = 12

export interface Frame {
  readonly firstSeq: number
  readonly records: readonly Uint8Array[]
  /** chain hash after the last record, as written */
  readonly hash: Uint8Array
  /** bytes of the whole frame */
  readonly size: number
}

export function encodeFrame(
  marker: Uint8Array,
  firstSeq: number,
  records: readonly Uint8Array[],
  hash: Uint8Array,
): Buffer {
  const length = records.reduce((sum, record) => sum + 4 + record.length, 0)
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + length)
  frame.set(marker, 0)
  frame.writeUInt32LE(length, 12)
  frame.writeBigUInt64LE(BigInt(firstSeq), 16)
  frame.writeUInt32LE(records.length, 24)
  frame.set(hash, 32)
  let at = FRAME_HEADER_BYTES
  for (const record of records) {
    frame.writeUInt32LE(record.length, at)
    frame.set(record, at + 4)
    at += 4 + record.length
  }
  frame.writeUInt32LE(crc32(frame.subarray(COVERED_FROM)), 8)
  return frame
}

/** The frame at `at`, or null when no whole frame with a right checksum begins there. */
export async function readFrame(
  window: FileWindow,
  at: number,
  marker: Uint8Array,
): Promise<Frame | null> {
  const header = await window.bytes(at, FRAME_HEADER_BYTES)
  if (header === null || !header.subarray(0, MARKER_BYTES).equals(marker)) return null
  const size = FRAME_HEADER_BYTES + header.readUInt32LE(12)
  const bytes = await window.bytes(at, size)
  if (bytes === null) return null
  if (crc32(bytes.subarray(COVERED_FROM)) !== bytes.readUInt32LE(8)) return null
  const records = splitPayload(bytes.subarray(FRAME_HEADER_BYTES), bytes.readUInt32LE(24))
  if (records === null) return null
  const firstSeq = Number(bytes.readBigUInt64LE(16))
  return { firstSeq, records, hash: bytes.subarray(32, 64), size }
}

/** `count` records that fill the payload exactly, else null. */
function splitPayload(payload: Buffer, count: number): Uint8Array[] | null {
  const records: Uint8Array[] = []
  let at = 0
  while (at + 4 <= payload.length) {
    const end = at + 4 + payload.readUInt32LE(at)
    if (end > payload.length) return null
    records.push(payload.subarray(at + 4, end))
    at = end
  }
  return at === payload.length && records.length === count && count > 0 ? records : null
}
