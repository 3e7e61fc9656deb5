import type pg from 'pg'
import { assert, toHex } from '../../kernel/index.ts'
import { Fault, type CommandLog, type RecordBatch, type StoredBatch } from '../../messages/index.ts'
import { chainHash } from '../chain.ts'
import { endSession, openPrimary, openSession, unreachable } from './connect.ts'
import { assertSafe, takeLead, unsafe } from './leader.ts'
import { readHeads, readRows, type Head } from './rows.ts'
import { FENCED, makeTables, UNSAFE } from './tables.ts'

/** how often the leader looks whether its epoch is in force and its commits are safe */
const WATCH_MS = 2_000

/** SQLSTATEs after which nothing was written: cancelled before the commit, disk or memory full. */
const NOT_WRITTEN = new Set([
  '57014',
  '53000',
  '53100',
  '53200',
  '53400',
  '55P03',
  '40001',
  '40P01',
])

export interface PostgresJournal {
  /** connection string; may name several hosts, of which the one that takes writes is used */
  readonly address: string
  /** the operator accepts that there is no synchronous standby: one machine then holds the journal */
  readonly alone: boolean
}

/**
 * Opens the journal in PostgreSQL as its one writer: takes the leader's lock, begins a new epoch, and
 * so fences off every earlier writer. `onFault` hears once when this writer can go no further, also
 * while nothing is appended. Throws Fault JOURNAL_UNREACHABLE, JOURNAL_ADDRESS, JOURNAL_LED,
 * JOURNAL_UNSAFE, JOURNAL_UNKNOWN (the new epoch may not have reached the standby: start again).
 */
export async function openPostgresLog(
  options: PostgresJournal & { readonly onFault: (fault: Error) => void },
): Promise<CommandLog> {
  const { client: writer, url } = await openPrimary(options.address, true)
  let watch: pg.Client | null = null
  try {
    watch = await openSession(url, false)
    await makeTables(watch)
    await assertSafe(watch, options.alone)
    await takeLead(watch)
    const epoch = await beginEpoch(writer)
    // The commit of the epoch has reached the standby, and with it everything written before it.
    const { written } = await readHeads(watch)
    return new PostgresLog(options, { writer, watch, url }, epoch, written)
  } catch (error) {
    endSession(writer)
    if (watch !== null) endSession(watch)
    throw error
  }
}

interface Sessions {
  readonly writer: pg.Client
  /** holds the lock; never behind an append that waits for the standby, or a page that comes slowly */
  readonly watch: pg.Client
  /** connection string of the host that they are on */
  readonly url: string
}

class PostgresLog implements CommandLog {
  readonly #options: Parameters<typeof openPostgresLog>[0]
  readonly #sessions: Sessions
  readonly #epoch: number
  readonly #timer: NodeJS.Timeout
  #head: Head
  #isBusy = false
  #isOver = false
  /** why this writer can go no further */
  #fault: Error | null = null

  constructor(
    options: Parameters<typeof openPostgresLog>[0],
    sessions: Sessions,
    epoch: number,
    head: Head,
  ) {
    this.#options = options
    this.#sessions = sessions
    this.#epoch = epoch
    this.#head = head
    for (const client of [sessions.writer, sessions.watch]) {
      client.once('end', () => this.#fail(unknown('the connection to the database was lost')))
    }
    this.#timer = setInterval(() => void this.#look(), WATCH_MS).unref()
  }

  get lastSeq(): number {
    return this.#head.seq
  }
  get headHash(): string {
    return toHex(this.#head.hash)
  }

  async append(firstSeq: number, batch: RecordBatch): Promise<void> {
    if (this.#fault !== null) throw this.#fault
    assert(!this.#isBusy && !this.#isOver, 'one append at a time, on an open log')
    assert(firstSeq === this.#head.seq + 1 && batch.count > 0, `append at ${firstSeq}`)
    const seq = this.#head.seq + batch.count
    const hash = chainHash(this.#head.hash, batch.bytes)
    this.#isBusy = true
    try {
      await certainly(this.#sessions.writer, {
        name: 'append',
        text: 'select suan_journal.append($1, $2, $3, $4, $5, $6, $7)',
        values: [
          this.#epoch,
          firstSeq,
          seq,
          this.#head.seq,
          Buffer.from(hash),
          // The batch stays as it is until this has ended, as the port says.
          Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.byteLength),
          this.#options.alone,
        ],
      })
      this.#head = { seq, hash }
    } finally {
      this.#isBusy = false
    }
  }

  read(fromSeq: number): AsyncIterable<StoredBatch> {
    return this.#readUntil(Math.max(fromSeq, 1), this.#head.seq)
  }

  async close(): Promise<void> {
    if (this.#isOver) return
    assert(!this.#isBusy, 'closing during an append')
    this.#isOver = true
    clearInterval(this.#timer)
    await Promise.all([this.#sessions.writer.end(), this.#sessions.watch.end()])
  }

  async *#readUntil(fromSeq: number, untilSeq: number): AsyncIterable<StoredBatch> {
    if (fromSeq > untilSeq) return
    const reader = await openSession(this.#sessions.url, false)
    try {
      yield* readRows(reader, fromSeq, untilSeq)
    } catch (error) {
      throw unreachable(error, this.#options.address)
    } finally {
      endSession(reader)
    }
  }

  /** Notices a later epoch and weakened settings also while nothing is appended. */
  async #look(): Promise<void> {
    const { watch } = this.#sessions
    try {
      await assertSafe(watch, this.#options.alone)
      const { rows } = await watch.query<{ epoch: string }>('select epoch from suan_journal.writer')
      const inForce = Number(rows[0]?.epoch)
      if (inForce !== this.#epoch) this.#fail(fenced(`epoch ${inForce} is in force`))
    } catch (error) {
      this.#fail(error instanceof Fault ? error : unknown(String(error), error))
    }
  }

  #fail(fault: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#fault = fault
    clearInterval(this.#timer)
    this.#options.onFault(fault)
  }
}

async function beginEpoch(writer: pg.Client): Promise<number> {
  const text = 'update suan_journal.writer set epoch = epoch + 1 where id = 1 returning epoch'
  const { rows } = await certainly<{ epoch: string }>(writer, { text })
  return Number(rows[0]?.epoch)
}

/**
 * Runs one statement that commits. Resolves when it is known to be durable on the standby too. Throws
 * Fault JOURNAL_UNAVAILABLE (retryable) when it is known not to be written, JOURNAL_FENCED,
 * JOURNAL_UNSAFE, and JOURNAL_UNKNOWN for everything else.
 */
async function certainly<Row extends pg.QueryResultRow>(
  client: pg.Client,
  query: pg.QueryConfig,
): Promise<pg.QueryResult<Row>> {
  let warning: string | null = null
  // 'canceling wait for synchronous replication' is no error: the transaction is committed here and
  // perhaps nowhere else. Its words depend on the server's language, so any warning counts.
  const hear = (notice: { readonly message?: string | undefined }): void => {
    warning = notice.message ?? 'a warning'
  }
  client.on('notice', hear)
  try {
    const result = await client.query<Row>(query)
    if (warning !== null) throw unknown(warning)
    return result
  } catch (error) {
    if (error instanceof Fault) throw error
    if (warning !== null || !isOfServer(error)) throw unknown(String(error), error)
    throw faultOf(error)
  } finally {
    client.off('notice', hear)
  }
}

/** Was it said by the database, and not by the connection to it? */
function isOfServer(error: unknown): error is pg.DatabaseError {
  return error instanceof Error && 'severity' in error
}

function faultOf(error: pg.DatabaseError): Fault {
  if (error.code === FENCED) return fenced(error.message)
  if (error.code === UNSAFE) return unsafe(error.message, error.detail ?? '')
  if (!NOT_WRITTEN.has(error.code ?? '')) return unknown(error.message, error)
  return new Fault('JOURNAL_UNAVAILABLE', { cause: error, facts: { why: error.message } })
}

function fenced(why: string): Fault {
  return new Fault('JOURNAL_FENCED', { retryable: false, facts: { why } })
}

function unknown(why: string, cause?: unknown): Fault {
  return new Fault('JOURNAL_UNKNOWN', { cause, retryable: false, facts: { why } })
}
