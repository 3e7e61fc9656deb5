/**
 * Segment of the event log: frames {length u32, crc32 of the rest u32, seq u64, bytes}, one an event
 * record, little-endian. The file's name holds its first seq. A segment is synced when it is full, so
 * only the last one can be torn.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { FileWindow } from './file-window.ts'

export const HEADER_BYTES = 16
const COVERED_FROM = 8
const NAME = /^events-(\d{16})\.log$/

export interface EventFrame {
  readonly seq: number
  readonly bytes: Uint8Array
  /** bytes of the whole frame */
  readonly size: number
}

export function encodeEventFrame(seq: number, bytes: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + bytes.length)
  frame.writeUInt32LE(bytes.length, 0)
  frame.writeBigUInt64LE(BigInt(seq), 8)
  frame.set(bytes, HEADER_BYTES)
  frame.writeUInt32LE(crc32(frame.subarray(COVERED_FROM)), 4)
  return frame
}

/** The frame at `at`, or null when no whole frame with a right checksum begins there. */
export async function readEventFrame(window: FileWindow, at: number): Promise<EventFrame | null> {
  const header = await window.bytes(at, HEADER_BYTES)
  if (header === null) return null
  const size = HEADER_BYTES + header.readUInt32LE(0)
  const frame = await window.bytes(at, size)
  if (frame === null || crc32(frame.subarray(COVERED_FROM)) !== frame.readUInt32LE(4)) return null
  const seq = Number(frame.readBigUInt64LE(8))
  return { seq, bytes: frame.subarray(HEADER_BYTES), size }
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
