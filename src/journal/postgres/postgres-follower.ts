import type pg from 'pg'
import { assert, toHex } from '../../kernel/index.ts'
import { Fault, type CommandLog, type StoredBatch } from '../../messages/index.ts'
import { CHAIN_START } from '../chain.ts'
import { endSession, openPrimary, unreachable } from './connect.ts'
import { leaderOf } from './leader.ts'
import { holds, readHeads, readRows, type Head } from './rows.ts'
import { CHANNEL, hasTables } from './tables.ts'

/** A journal in PostgreSQL as others than its writer see it: what may be applied, as it grows. */
export interface FollowerLog extends CommandLog {
  /** seq of the last record that is seen; up to lastSeq they are certain to survive a failover */
  readonly writtenSeq: number
  /**
   * Looks at the end of the log, on a new session when the old one broke; says whether a leader is
   * at work. Throws Fault JOURNAL_UNREACHABLE when no primary answers: nothing is known then; and
   * JOURNAL_FORKED when the one that does lacks what was certain: another copy was promoted.
   */
  refresh(): Promise<{ readonly hasLeader: boolean }>
  /** Resolves at the next append that is told, or after so long. */
  changed(waitMs: number): Promise<void>
}

export interface FollowerOptions {
  readonly address: string
  /** lastSeq is everything that is seen; for an operator's look, never for applying */
  readonly everything?: boolean
}

/** Opens the journal for reading. Throws Fault JOURNAL_UNREACHABLE or JOURNAL_ADDRESS. */
export async function openPostgresFollower(options: FollowerOptions): Promise<FollowerLog> {
  const follower = new PostgresFollower(options)
  await follower.refresh()
  return follower
}

const EMPTY: Head = { seq: 0, hash: CHAIN_START }

class PostgresFollower implements FollowerLog {
  readonly #options: FollowerOptions
  #client: pg.Client | null = null
  #head = EMPTY
  #writtenSeq = 0
  #wake = (): void => {}

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  get lastSeq(): number {
    return this.#head.seq
  }
  get writtenSeq(): number {
    return this.#writtenSeq
  }
  get headHash(): string {
    return toHex(this.#head.hash)
  }

  async refresh(): Promise<{ readonly hasLeader: boolean }> {
    const client = (this.#client ??= await this.#connect())
    try {
      const holder = await leaderOf(client)
      if (await hasTables(client)) {
        const { written, durable } = await readHeads(client)
        const head = this.#options.everything === true ? written : durable
        // After a failover the last row may be gone, and then the one before says less of the same.
        if (head.seq > this.#head.seq) this.#head = head
        this.#writtenSeq = written.seq
      }
      const hasLeader = holder !== null && !holder.isSilent
      // Perhaps it leads on another host that was promoted meanwhile: the next look asks all of them.
      if (!hasLeader) this.#drop(client)
      return { hasLeader }
    } catch (error) {
      this.#drop(client)
      throw unreachable(error, this.#options.address)
    }
  }

  changed(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  append(): Promise<void> {
    assert(false, 'a follower appends nothing')
  }

  async *read(fromSeq: number): AsyncIterable<StoredBatch> {
    if (fromSeq > this.#head.seq) return
    const client = (this.#client ??= await this.#connect())
    try {
      yield* readRows(client, Math.max(fromSeq, 1), this.#head.seq)
    } catch (error) {
      throw unreachable(error, this.#options.address)
    }
  }

  async close(): Promise<void> {
    if (this.#client !== null) endSession(this.#client)
    this.#client = null
  }

  async #connect(): Promise<pg.Client> {
    const { client } = await openPrimary(this.#options.address, false)
    client.on('notification', () => this.#wake())
    client.once('end', () => this.#drop(client))
    try {
      await client.query(`listen ${CHANNEL}`)
      await this.#compare(client)
      return client
    } catch (error) {
      endSession(client)
      throw unreachable(error, this.#options.address)
    }
  }

  /** It may be another database than the one before. */
  async #compare(client: pg.Client): Promise<void> {
    const { seq } = this.#head
    if (this.#options.everything === true || seq === 0) return
    if ((await hasTables(client)) && (await holds(client, this.#head))) return
    throw new Fault('JOURNAL_FORKED', { retryable: false, facts: { seq } })
  }

  #drop(client: pg.Client): void {
    if (this.#client !== client) return
    this.#client = null
    endSession(client)
    this.#wake()
  }
}
