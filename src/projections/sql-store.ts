/** A store over one database connection or pool. */
import { sql, type Kysely } from 'kysely'
import type { EventRecord } from '../messages/index.ts'
import { applyBatch, readProgress } from './apply.ts'
import { compareWith, type Difference, type Facts } from './compare.ts'
import { reads, type ReadName } from './reads.ts'
import { SCHEMA, SCHEMA_DIGEST } from './schema.ts'
import type { Progress, ReadArgs, ReadResult, Store } from './store.ts'
import type { Schema } from './tables.ts'

export class SqlStore implements Store {
  readonly broken = false
  readonly #db: Kysely<Schema>
  readonly #oneAtATime: boolean
  #last: Promise<unknown> = Promise.resolve()

  /** `oneAtATime`: the engine has a single connection, which a transaction must have to itself. */
  constructor(db: Kysely<Schema>, options: { readonly oneAtATime: boolean }) {
    this.#db = db
    this.#oneAtATime = options.oneAtATime
  }

  progress(): Promise<Progress> {
    return this.#turn(() => readProgress(this.#db))
  }

  apply(afterSeq: number, records: readonly EventRecord[]): Promise<Progress> {
    return this.#turn(() => applyBatch(this.#db, afterSeq, records))
  }

  read<N extends ReadName>(name: N, args: ReadArgs<N>): Promise<ReadResult<N>> {
    const read = reads[name] as (db: Kysely<Schema>, args: unknown) => Promise<ReadResult<N>>
    return this.#turn(() => read(this.#db, args))
  }

  compare(facts: Facts): Promise<readonly Difference[]> {
    return this.#turn(() => compareWith(this.#db, facts))
  }

  close(): Promise<void> {
    return this.#turn(() => this.#db.destroy())
  }

  /** Kysely would send a query into the middle of PGlite's open transaction; so calls take turns. */
  #turn<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#oneAtATime) return work()
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    return result
  }
}

/** Makes the tables in an empty database or schema. */
export async function createTables(db: Kysely<Schema>): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (const statement of SCHEMA) await sql.raw(statement).execute(transaction)
    await transaction
      .insertInto('progress')
      .values({ only: 1, appliedSeq: 0, appliedHash: '', ledgerLines: 0 })
      .execute()
  })
}

/** Do the tables have the shape that this program writes? False when there are none. */
export async function hasOurSchema(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ digest: string | null }>`
    select obj_description(to_regclass('progress'), 'pg_class') as digest`.execute(db)
  return rows[0]?.digest === SCHEMA_DIGEST
}
