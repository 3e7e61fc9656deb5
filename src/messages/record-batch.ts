import { CodecError } from '../kernel/index.ts'
import type { CommandLog } from './ports.ts'

/** Encoded records one after another, each with its length (u32, little-endian) before it. */
export interface RecordBatch {
  readonly count: number
  readonly bytes: Uint8Array
}

/** One encoded record within bytes. */
export interface RecordBytes {
  readonly bytes: Uint8Array
  readonly from: number
  readonly until: number
}

const LENGTH_BYTES = 4

/** A batch of these records. */
export function packRecords(records: readonly Uint8Array[]): RecordBatch {
  const size = records.reduce((sum, record) => sum + LENGTH_BYTES + record.length, 0)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const record of records) {
    view.setUint32(at, record.length, true)
    bytes.set(record, at + LENGTH_BYTES)
    at += LENGTH_BYTES + record.length
  }
  return { count: records.length, bytes }
}

/**
 * Calls `visit` with the bounds of each record of a batch. Throws CodecError when the bytes do not
 * hold exactly `count` records.
 */
export function visitRecords(
  { count, bytes }: RecordBatch,
  visit: (from: number, until: number) => void,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let found = 0
  let at = 0
  while (at + LENGTH_BYTES <= bytes.length) {
    const from = at + LENGTH_BYTES
    at = from + view.getUint32(at, true)
    found++
    if (at <= bytes.length && found <= count) visit(from, at)
  }
  if (at === bytes.length && found === count) return
  throw new CodecError(`${bytes.length} bytes are not ${count} records`)
}

/** The records of a batch, as views of its bytes. Throws as `visitRecords`. */
export function unpackRecords(batch: RecordBatch): Uint8Array[] {
  const records: Uint8Array[] = []
  visitRecords(batch, (from, until) => records.push(batch.bytes.subarray(from, until)))
  return records
}

/** The records of a log one by one, from `fromSeq` on. */
export async function* readRecords(
  log: Pick<CommandLog, 'read'>,
  fromSeq: number,
): AsyncGenerator<{ readonly seq: number; readonly bytes: Uint8Array }> {
  for await (const { firstSeq, records } of log.read(fromSeq)) {
    let seq = firstSeq
    for (const bytes of unpackRecords(records)) {
      if (seq >= fromSeq) yield { seq, bytes }
      seq++
    }
  }
}
