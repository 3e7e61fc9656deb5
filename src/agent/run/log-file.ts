import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { concatBytes } from '../../kernel/index.ts'
import { wroteUnlessFull } from '../files.ts'
import type { Stream } from './plan.ts'

/**
 * The log of a workload: frames of 8 bytes [1 stdout | 2 stderr, 0, 0, 0, length big-endian] and that
 * many bytes of output, in the order they came: the format of the Docker API's multiplexed streams.
 */
export const FRAME_HEADER_BYTES = 8
/** Longer output is cut into several frames, so that every reader's buffer holds a whole one. */
const FRAME_BYTES_MAX = 64 * 1024
const READ_BYTES = 1024 * 1024

/** One piece of output. */
export interface LogFrame {
  readonly stream: Stream
  readonly bytes: Uint8Array
}

/** The bytes of a frame. */
export function encodeFrame(stream: Stream, bytes: Uint8Array): Uint8Array {
  const header = new Uint8Array(FRAME_HEADER_BYTES)
  header[0] = stream === 'stdout' ? 1 : 2
  new DataView(header.buffer).setUint32(4, bytes.length)
  return concatBytes(header, bytes)
}

/** Takes whole frames from the start of `bytes`; `rest` is what is left of an unfinished one. */
export function decodeFrames(bytes: Uint8Array): { frames: LogFrame[]; rest: Uint8Array } {
  const frames: LogFrame[] = []
  let at = 0
  while (bytes.length - at >= FRAME_HEADER_BYTES) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(4)
    const end = at + FRAME_HEADER_BYTES + length
    if (end > bytes.length) break
    const stream = bytes[at] === 2 ? 'stderr' : 'stdout'
    frames.push({ stream, bytes: bytes.slice(at + FRAME_HEADER_BYTES, end) })
    at = end
  }
  return { frames, rest: bytes.slice(at) }
}

/**
 * A log being written, never longer than `maxBytes`. What does not fit, there or on the disk, is
 * dropped and noted: a program's output must not end it.
 */
export class LogFile {
  readonly #file: number
  readonly #maxBytes: number
  /** bytes of output that an earlier writer kept */
  readonly payloadBytes: number
  #size: number
  #truncated = false

  constructor(path: string, maxBytes: number) {
    const kept = keptFrames(path)
    this.#file = openSync(path, 'a', 0o600)
    // A writer that was killed may have left half a frame.
    ftruncateSync(this.#file, kept.size)
    this.#maxBytes = maxBytes
    this.#size = kept.size
    this.payloadBytes = kept.bytes.stdout + kept.bytes.stderr
  }

  get truncated(): boolean {
    return this.#truncated
  }

  write(stream: Stream, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += FRAME_BYTES_MAX) {
      this.#writeFrame(stream, bytes.subarray(at, at + FRAME_BYTES_MAX))
    }
  }

  #writeFrame(stream: Stream, bytes: Uint8Array): void {
    if (this.#truncated) return
    const room = this.#maxBytes - this.#size - FRAME_HEADER_BYTES
    if (bytes.length > room) this.#truncated = true
    if (room <= 0) return
    const frame = encodeFrame(stream, bytes.subarray(0, room))
    if (!wroteUnlessFull(() => writeFileSync(this.#file, frame))) {
      // Half a frame may be there; nothing follows a gap.
      ftruncateSync(this.#file, this.#size)
      this.#truncated = true
      return
    }
    this.#size += frame.length
  }

  close(): void {
    fsyncSync(this.#file)
    closeSync(this.#file)
  }
}

/** Bytes of output that a log holds of each stream; none when there is no log. */
export function loggedBytes(path: string): Record<Stream, number> {
  return keptFrames(path).bytes
}

function keptFrames(path: string): { size: number; bytes: Record<Stream, number> } {
  const bytes = { stdout: 0, stderr: 0 }
  let size = 0
  for (;;) {
    const read = readLog(path, size, READ_BYTES)
    if (read.length === 0) return { size, bytes }
    for (const frame of decodeFrames(read).frames) bytes[frame.stream] += frame.bytes.length
    size += read.length
  }
}

/** At most `maxBytes` whole frames' bytes from `offset` on; empty at the end or without a file. */
export function readLog(path: string, offset: number, maxBytes: number): Uint8Array {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size <= offset) return new Uint8Array()
  const file = openSync(path, 'r')
  try {
    const buffer = new Uint8Array(Math.min(maxBytes, size - offset))
    const length = readSync(file, buffer, 0, buffer.length, offset)
    const { rest } = decodeFrames(buffer.subarray(0, length))
    return buffer.slice(0, length - rest.length)
  } finally {
    closeSync(file)
  }
}
