/**
 * Segment of the journal: a file of zeros, made durable as a whole before its first use, so that an
 * append changes neither its size nor its blocks (1.6 to 7.7 times faster fdatasync than growing).
 * Header of 128 bytes: magic, marker, firstSeq (u64), chain hash before, crc32 of these; zeros.
 */
import { randomBytes } from 'node:crypto'
import { readdir, rename, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { syncFolder, writeDurably } from '../disk/index.ts'
import { Fault } from '../messages/index.ts'
import { MARKER_BYTES } from './frame.ts'

export const SEGMENT_HEADER_BYTES = 128
const MAGIC = Buffer.from('SUANJNL2')
const CRC_AT = 56
const ZEROS = Buffer.alloc(1 << 20)
const NAME = /^journal-(\d{16})\.seg$/
const SPARE = 'spare.new'

/** Where the file lies that becomes the next segment. */
export function sparePath(directory: string): string {
  return join(directory, SPARE)
}

/** A segment as its header says: what its first record is, and the chain before it. */
export interface Segment {
  readonly path: string
  readonly marker: Buffer
  readonly firstSeq: number
  readonly hashBefore: Buffer
}

/** Names of the segments in order, with the seq of their first record. */
export async function listSegments(
  directory: string,
): Promise<{ readonly path: string; readonly firstSeq: number }[]> {
  const names = (await readdir(directory)).filter((name) => NAME.test(name)).toSorted()
  return names.map((name) => ({
    path: join(directory, name),
    firstSeq: Number(NAME.exec(name)![1]),
  }))
}

/** Turns the spare file into the segment that begins with `firstSeq`; durable when it resolves. */
export async function promoteSpare(
  directory: string,
  spare: FileHandle,
  firstSeq: number,
  hashBefore: Uint8Array,
): Promise<Segment> {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES)
  const marker = randomBytes(MARKER_BYTES)
  MAGIC.copy(header, 0)
  marker.copy(header, 8)
  header.writeBigUInt64LE(BigInt(firstSeq), 16)
  header.set(hashBefore, 24)
  header.writeUInt32LE(crc32(header.subarray(0, CRC_AT)), CRC_AT)
  await writeDurably(spare, [header], 0)
  const path = join(directory, `journal-${String(firstSeq).padStart(16, '0')}.seg`)
  await rename(sparePath(directory), path)
  await syncFolder(directory)
  return { path, marker, firstSeq, hashBefore: Buffer.from(hashBefore) }
}

/** Reads and checks a header. Throws Fault JOURNAL_CORRUPT. */
export async function readSegmentHeader(
  handle: FileHandle,
  path: string,
  firstSeq: number,
): Promise<Segment> {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES)
  const { bytesRead } = await handle.read(header, 0, SEGMENT_HEADER_BYTES, 0)
  const sound =
    bytesRead === SEGMENT_HEADER_BYTES &&
    header.subarray(0, 8).equals(MAGIC) &&
    header.readUInt32LE(CRC_AT) === crc32(header.subarray(0, CRC_AT)) &&
    Number(header.readBigUInt64LE(16)) === firstSeq
  if (!sound) throw corrupt(path, 0, 'the segment header is damaged')
  return {
    path,
    firstSeq,
    marker: Buffer.from(header.subarray(8, 16)),
    hashBefore: Buffer.from(header.subarray(24, 56)),
  }
}

/** Writes zeros over [from, until), durable when it resolves. */
export async function zero(handle: FileHandle, from: number, until: number): Promise<void> {
  for (let at = from; at < until; at += ZEROS.length) {
    await writeDurably(handle, [ZEROS.subarray(0, Math.min(ZEROS.length, until - at))], at)
  }
}

/** The journal cannot be trusted from here on: an operator restores it from a copy. */
export function corrupt(path: string, offset: number, why: string): Fault {
  return new Fault('JOURNAL_CORRUPT', { retryable: false, facts: { path, offset, why } })
}
