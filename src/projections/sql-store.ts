/** A store over one database connection or pool. */
import { sql, type Kysely } from 'kysely'
import type { EventBatch } from '../messages/index.ts'
import { applyBatch, readProgress } from './apply.ts'
import { compareWith, type Difference, type Facts } from './compare.ts'
import type { Database } from './database.ts'
import { RowCache } from './row-cache.ts'
import { reads, type ReadName } from './reads.ts'
import { SCHEMA, SCHEMA_DIGEST } from './schema.ts'
import type { Progress, ReadArgs, ReadResult, Store } from './store.ts'
import type { Schema } from './tables.ts'

export class SqlStore implements Store {
  readonly broken = false
  readonly #database: Database
  readonly #oneAtATime: boolean
  readonly #rows = new RowCache()
  #last: Promise<unknown> = Promise.resolve()

  /** `oneAtATime`: the engine has a single connection, which a transaction must have to itself. */
  constructor(database: Database, options: { readonly oneAtATime: boolean }) {
    this.#database = database
    this.#oneAtATime = options.oneAtATime
  }

  progress(): Promise<Progress> {
    return this.#turn(() => readProgress(this.#database))
  }

  apply(afterSeq: number, batch: EventBatch): Promise<Progress> {
    return this.#turn(() => applyBatch(this.#database, this.#rows, afterSeq, batch))
  }

  read<N extends ReadName>(name: N, args: ReadArgs<N>): Promise<ReadResult<N>> {
    const read = reads[name] as (db: Kysely<Schema>, args: unknown) => Promise<ReadResult<N>>
    return this.#turn(() => read(this.#database.db, args))
  }

  compare(facts: Facts): Promise<readonly Difference[]> {
    return this.#turn(() => compareWith(this.#database.db, facts))
  }

  close(): Promise<void> {
    return this.#turn(() => this.#database.close())
  }

  /** Kysely would send a query into the middle of PGlite's open transaction; so calls take turns. */
  #turn<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#oneAtATime) return work()
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    return result
  }
}

/** The row of the progress at first. */
export const NOTHING_APPLIED: Schema['progress'] = {
  only: 1,
  appliedSeq: 0,
  appliedTimeUs: 0,
  appliedHash: '',
  ledgerLines: 0,
}

/** Makes the tables in an empty database or schema. */
export async function createTables({ db }: Database): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (const statement of SCHEMA) await sql.raw(statement).execute(transaction)
    await transaction.insertInto('progress').values(NOTHING_APPLIED).execute()
  })
}

/** Do the tables have the shape that this program writes? False when there are none. */
export async function hasOurSchema({ db }: Database): Promise<boolean> {
  const { rows } = await sql<{ digest: string | null }>`
    select obj_description(to_regclass('progress'), 'pg_class') as digest`.execute(db)
  return rows[0]?.digest === SCHEMA_DIGEST
}
