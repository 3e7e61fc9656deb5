import type pg from 'pg'
import { toHex } from '../../kernel/index.ts'
import { Fault } from '../../messages/index.ts'
import { CHAIN_START, chainAll } from '../chain.ts'

/** rows fetched at once; one holds at most a batch of the engine (4 MiB) */
const ROWS = 8
/** for rows that are large or come from far; other questions are small and have less time */
const READ_MS = 60_000
const LENGTH_BYTES = 4

/** End of the log: seq of the last record and the chain hash there. */
export interface Head {
  readonly seq: number
  readonly hash: Uint8Array
}

interface Row {
  readonly first: string
  readonly last: string
  readonly durable: string
  readonly hash: Buffer
  readonly records: Buffer
}

/** One `bytea`: each record with its length (u32, little-endian) before it. */
export function pack(records: readonly Uint8Array[]): Buffer {
  const size = records.reduce((sum, record) => sum + LENGTH_BYTES + record.length, 0)
  const bytes = Buffer.allocUnsafe(size)
  let at = 0
  for (const record of records) {
    bytes.writeUInt32LE(record.length, at)
    bytes.set(record, at + LENGTH_BYTES)
    at += LENGTH_BYTES + record.length
  }
  return bytes
}

/** The last row's end, and the end of what it says to be durable (always that of the row before). */
export async function readHeads(
  client: pg.Client,
): Promise<{ readonly written: Head; readonly durable: Head }> {
  const { rows } = await client.query<Omit<Row, 'records'>>(
    `select first_seq as first, last_seq as last, durable_through as durable, hash
      from suan_journal.batch order by first_seq desc limit 2`,
  )
  const [newest, before] = rows
  if (newest === undefined) return { written: START, durable: START }
  const durable = before === undefined ? START : headOf(before)
  if (durable.seq !== Number(newest.durable)) {
    throw corrupt(Number(newest.first), `durable through ${newest.durable}, not ${durable.seq}`)
  }
  return { written: headOf(newest), durable }
}

/**
 * Records from `fromSeq` to `untilSeq`, the chain of hashes checked on the way. Throws Fault
 * JOURNAL_CORRUPT for rows that do not continue each other.
 */
export async function* readRows(
  client: pg.Client,
  fromSeq: number,
  untilSeq: number,
): AsyncGenerator<{ seq: number; bytes: Uint8Array }> {
  if (fromSeq > untilSeq) return
  let end = await endBefore(client, fromSeq)
  while (end.seq < untilSeq) {
    const { rows } = await client.query<Row>({
      name: 'read',
      text: `select first_seq as first, last_seq as last, hash, records from suan_journal.batch
        where first_seq > $1 order by first_seq limit ${ROWS}`,
      values: [end.seq],
      query_timeout: READ_MS,
    } as pg.QueryConfig)
    if (rows.length === 0) throw corrupt(end.seq + 1, 'rows are missing')
    for (const row of rows) {
      const records = unpack(row, end)
      for (const [at, bytes] of records.entries()) {
        const seq = end.seq + 1 + at
        if (seq > untilSeq) return
        if (seq >= fromSeq) yield { seq, bytes }
      }
      end = headOf(row)
    }
  }
}

const START: Head = { seq: 0, hash: CHAIN_START }

/** The end of the row before the one that holds `seq`. */
async function endBefore(client: pg.Client, seq: number): Promise<Head> {
  const { rows } = await client.query<Omit<Row, 'records'>>(
    `select first_seq as first, last_seq as last, hash from suan_journal.batch
      where first_seq <= $1 order by first_seq desc limit 2`,
    [seq],
  )
  const [, last] = rows
  return last === undefined ? START : headOf(last)
}

function headOf(row: Pick<Row, 'last' | 'hash'>): Head {
  return { seq: Number(row.last), hash: row.hash }
}

function unpack(row: Row, after: Head): Uint8Array[] {
  const first = Number(row.first)
  const bytes = row.records
  const records: Uint8Array[] = []
  let at = 0
  while (at + LENGTH_BYTES <= bytes.length) {
    const from = at + LENGTH_BYTES
    at = from + bytes.readUInt32LE(from - LENGTH_BYTES)
    records.push(bytes.subarray(from, at))
  }
  const isWhole = at === bytes.length && first + records.length - 1 === Number(row.last)
  if (!isWhole || first !== after.seq + 1) throw corrupt(first, 'the row is not whole or not next')
  const hash = chainAll(after.hash, records)
  if (Buffer.compare(hash, row.hash) !== 0) {
    throw corrupt(first, `the chain gives ${toHex(hash)}`)
  }
  return records
}

function corrupt(seq: number, why: string): Fault {
  return new Fault('JOURNAL_CORRUPT', { retryable: false, facts: { seq, why } })
}
