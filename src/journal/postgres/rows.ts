import type pg from 'pg'
import { equalBytes, toHex } from '../../kernel/index.ts'
import { Fault, type RecordBatch, type StoredBatch } from '../../messages/index.ts'
import { CHAIN_START, chainHash } from '../chain.ts'
import { isWhole } from '../frame.ts'

/**
 * Fetched at once: so many rows, as long as those before each of them hold less than a mebibyte. One
 * row may hold a batch of the engine (4 MiB), and the driver has bytes as hex digits: twice as many.
 */
const PAGE_ROWS = 256
const PAGE_BYTES = 1024 * 1024
/** for a page that comes from far; other questions are small and have less time */
const READ_MS = 60_000

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
 * Batches from the one that holds `fromSeq` to `untilSeq`, the chain of hashes checked on the way. Throws Fault
 * JOURNAL_CORRUPT for rows that do not continue each other.
 */
export async function* readRows(
  client: pg.Client,
  fromSeq: number,
  untilSeq: number,
): AsyncGenerator<StoredBatch> {
  if (fromSeq > untilSeq) return
  let end = await endBefore(client, fromSeq)
  while (end.seq < untilSeq) {
    const { rows } = await client.query<Row>({
      name: 'read',
      text: `select first, last, hash, records from (
          select first_seq as first, last_seq as last, hash, records,
            sum(octet_length(records)) over (order by first_seq) - octet_length(records) as before
          from suan_journal.batch where first_seq > $1 order by first_seq limit ${PAGE_ROWS}
        ) as page where before < ${PAGE_BYTES} order by first`,
      values: [end.seq],
      query_timeout: READ_MS,
    } as pg.QueryConfig)
    if (rows.length === 0) throw corrupt(end.seq + 1, 'rows are missing')
    for (const row of rows) {
      if (end.seq >= untilSeq) return
      const records = checked(row, end)
      yield { firstSeq: end.seq + 1, records, headHash: toHex(row.hash) }
      end = headOf(row)
    }
  }
}

/** Does the log hold what a reader had of it: a row that ends at its head, with the same hash? */
export async function holds(client: pg.Client, head: Head): Promise<boolean> {
  if (head.seq === 0) return true
  const { rows } = await client.query<Pick<Row, 'last' | 'hash'>>(
    `select last_seq as last, hash from suan_journal.batch
      where first_seq <= $1 order by first_seq desc limit 1`,
    [head.seq],
  )
  const [row] = rows
  return row !== undefined && Number(row.last) === head.seq && equalBytes(row.hash, head.hash)
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

/** The records of a row that is whole and continues the chain. */
function checked(row: Row, after: Head): RecordBatch {
  const first = Number(row.first)
  const records = { count: Number(row.last) - after.seq, bytes: row.records }
  if (first !== after.seq + 1 || !isWhole(records)) {
    throw corrupt(first, 'the row is not whole or not next')
  }
  const hash = chainHash(after.hash, row.records)
  if (!equalBytes(hash, row.hash)) {
    throw corrupt(first, `the chain gives ${toHex(hash)}`)
  }
  return records
}

function corrupt(seq: number, why: string): Fault {
  return new Fault('JOURNAL_CORRUPT', { retryable: false, facts: { seq, why } })
}
