/**
 * Frame of the journal: what one append writes. Little-endian header of 64 bytes, then the payload:
 *
 *   0  marker     8 random bytes of the segment; no client can forge a frame inside a record
 *   8  crc32      of everything after this field, payload included
 *  12  length     u32, bytes of the payload
 *  16  firstSeq   u64
 *  24  count      u32, number of records
 *  28  zero       u32
 *  32  chain hash 32 bytes, after this batch
 *  64  payload    count x (u32 length, bytes): a RecordBatch
 */
import { crc32 } from 'node:zlib'
import type { RecordBatch } from '../messages/index.ts'
import type { FileWindow } from './file-window.ts'

export const FRAME_HEADER_BYTES = 64
export const MARKER_BYTES = 8
const COVERED_FROM = 12

export interface Frame {
  readonly firstSeq: number
  readonly records: RecordBatch
  /** chain hash after the batch, as written */
  readonly hash: Buffer
  /** bytes of the whole frame */
  readonly size: number
}

/** What is written before the bytes of a batch. */
export function frameHeader(
  marker: Uint8Array,
  firstSeq: number,
  { count, bytes }: RecordBatch,
  hash: Uint8Array,
): Buffer {
  const header = Buffer.alloc(FRAME_HEADER_BYTES)
  header.set(marker, 0)
  header.writeUInt32LE(bytes.length, 12)
  header.writeBigUInt64LE(BigInt(firstSeq), 16)
  header.writeUInt32LE(count, 24)
  header.set(hash, 32)
  header.writeUInt32LE(crc32(bytes, crc32(header.subarray(COVERED_FROM))), 8)
  return header
}

/** The frame at `at`, or null when no whole frame with a right checksum begins there. */
export async function readFrame(
  window: FileWindow,
  at: number,
  marker: Uint8Array,
): Promise<Frame | null> {
  const header = window.held(at, FRAME_HEADER_BYTES) ?? (await window.bytes(at, FRAME_HEADER_BYTES))
  if (header === null || !header.subarray(0, MARKER_BYTES).equals(marker)) return null
  const size = FRAME_HEADER_BYTES + header.readUInt32LE(12)
  const bytes = window.held(at, size) ?? (await window.bytes(at, size))
  if (bytes === null) return null
  if (crc32(bytes.subarray(COVERED_FROM)) !== bytes.readUInt32LE(8)) return null
  const records = { count: bytes.readUInt32LE(24), bytes: bytes.subarray(FRAME_HEADER_BYTES) }
  if (!isWhole(records)) return null
  const firstSeq = Number(bytes.readBigUInt64LE(16))
  return { firstSeq, records, hash: bytes.subarray(32, 64), size }
}

/** Do `count` records fill the payload exactly? */
export function isWhole({ count, bytes }: RecordBatch): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  let found = 0
  while (at + 4 <= bytes.length) {
    at += 4 + view.getUint32(at, true)
    found++
  }
  return at === bytes.length && found === count && count > 0
}
