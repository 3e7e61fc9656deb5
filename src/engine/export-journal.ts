import { decode, toHex } from '../kernel/index.ts'
import { readRecords, record as recordCodec } from '../messages/index.ts'
import { openLogReader } from './engine-files.ts'

/** A value that JSON can hold: money as decimal digits (micro-units), bytes as hex. */
export type Plain = null | boolean | number | string | readonly Plain[] | { [name: string]: Plain }

/** One record of the journal, as `suan journal export` prints it. */
export interface ExportedRecord {
  readonly seq: number
  readonly timeUs: number
  readonly account: number
  readonly key: number
  readonly id: string
  readonly command: Plain
  readonly resultHash: string
}

/**
 * The durable records of a folder's journal from `fromSeq` (1 when left out), in order. Reads beside
 * a running engine and changes nothing. Throws Fault JOURNAL_CORRUPT.
 */
export async function* exportJournal(options: {
  readonly directory: string
  readonly fromSeq?: number
  /** address of a journal in PostgreSQL */
  readonly journal?: string | null
}): AsyncGenerator<ExportedRecord> {
  const log = await openLogReader(options.directory, options.journal ?? null, true)
  try {
    for await (const { bytes } of readRecords(log, options.fromSeq ?? 1)) {
      const { seq, timeUs, envelope, resultHash } = decode(recordCodec, bytes)
      const { account, key, id, command } = envelope
      yield { seq, timeUs, account, key, id, command: toPlain(command), resultHash }
    }
  } finally {
    await log.close()
  }
}

/** The same value without bigint and bytes. */
function toPlain(value: unknown): Plain {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return toHex(value)
  if (Array.isArray(value)) return value.map(toPlain)
  if (typeof value !== 'object' || value === null) return value as Plain
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toPlain(field)]))
}
