/**
 * Orders and cancels many to a binary frame of the WebSocket (docs/batches.md). Little-endian and of
 * fixed width, so that neither side makes text of what is many.
 */
import { CodecError } from '../../kernel/index.ts'

export const BATCH = {
  version: 1,
  /** items a frame holds at most */
  itemsMax: 1_024,
  headBytes: 8,
  itemBytes: 64,
  outcomeBytes: 40,
} as const

/** What a frame holds: the second byte of its head. */
export const FRAME = { items: 1, outcomes: 2, tunnel: 4 } as const

export interface BatchHead {
  /** chosen by the client, repeated in the answer: 0 to 2^32-1 */
  readonly batch: number
  readonly count: number
}

/** Writes the head: version u8, kind u8, count u16, batch u32. */
export function writeHead(view: DataView, kind: number, { batch, count }: BatchHead): void {
  view.setUint8(0, BATCH.version)
  view.setUint8(1, kind)
  view.setUint16(2, count, true)
  view.setUint32(4, batch, true)
}

/** The id of a batch, where a frame is long enough to have one. */
export function batchOf(bytes: Uint8Array): number | null {
  return bytes.length < BATCH.headBytes ? null : viewOf(bytes).getUint32(4, true)
}

/** Reads the head. Throws CodecError, its path the field of the head that is wrong. */
export function readHead(view: DataView, kind: number): BatchHead {
  if (view.byteLength < BATCH.headBytes) throw wrong('head', `${BATCH.headBytes} bytes`)
  if (view.getUint8(0) !== BATCH.version) throw wrong('version', `${BATCH.version}`)
  if (view.getUint8(1) !== kind) throw wrong('kind', `${kind}`)
  const count = view.getUint16(2, true)
  if (count === 0 || count > BATCH.itemsMax) throw wrong('count', `1 to ${BATCH.itemsMax}`)
  return { batch: view.getUint32(4, true), count }
}

/** A view of bytes that may be a part of a larger buffer. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const HIGH = 2 ** 32

/** Writes an integer 0 to 2^53-1 as u64. */
export function setU53(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true)
  view.setUint32(at + 4, Math.floor(value / HIGH), true)
}

/** A u64 as number: exact up to 2^53-1, and not a safe integer beyond. */
export function getU53(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * HIGH + view.getUint32(at, true)
}

export function wrong(path: string, asked: string): CodecError {
  return new CodecError(`expected ${asked}`).under(path)
}
