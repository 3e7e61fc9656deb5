/** Read models in a PostgreSQL: one schema of it, and a second one while they are built again. */
import { sql } from 'kysely'
import { assert } from '../kernel/index.ts'
import type { Database } from './database.ts'
import type { Home } from './home.ts'
import { openPostgres, type PostgresOptions } from './postgres.ts'
import { inlineWriter, type PostgresWriter } from './postgres-writer.ts'
import { SplitStore } from './split-store.ts'
import { createTables, hasOurSchema, SqlStore } from './sql-store.ts'
import type { Store } from './store.ts'

export interface PostgresHomeOptions {
  /** postgresql://user:password@host/database; the user may create schemas there */
  readonly url: string
  /** schema of the read models, theirs alone: lower-case letters, digits and underscores */
  readonly schema?: string
  /** the server cancels a statement that runs longer */
  readonly statementTimeoutMs?: number
  readonly connections?: number
  /** who writes batches; this thread when left out */
  readonly writer?: PostgresWriter
}

export class PostgresHome implements Home {
  readonly #options: Required<PostgresHomeOptions>
  readonly #stop = new AbortController()
  #current: Store | null = null
  #next: Store | null = null

  constructor(options: PostgresHomeOptions) {
    this.#options = {
      schema: 'suan_read',
      statementTimeoutMs: 60_000,
      connections: 8,
      writer: inlineWriter,
      ...options,
    }
    assert(/^[a-z][a-z0-9_]{0,50}$/.test(this.#options.schema), 'a plain name of a schema')
  }

  async open(): Promise<Store> {
    await this.close()
    const { schema } = this.#options
    this.#current = await this.#store(schema, async (database) => {
      if (!(await hasOurSchema(database))) await makeSchema(database, schema)
    })
    return this.#current
  }

  async createNext(): Promise<Store> {
    assert(this.#next === null, 'there is a next store already')
    const schema = this.#nextSchema
    this.#next = await this.#store(schema, (database) => makeSchema(database, schema))
    return this.#next
  }

  /** The names change over in one transaction, and the connections of the old store see the new tables. */
  async adopt(next: Store): Promise<Store> {
    assert(next === this.#next && this.#current !== null, 'the next store is adopted')
    const { schema } = this.#options
    const database = this.#connect(schema)
    await database.db.transaction().execute(async (transaction) => {
      await sql`drop schema ${sql.id(schema)} cascade`.execute(transaction)
      const renaming = sql`alter schema ${sql.id(this.#nextSchema)} rename to ${sql.id(schema)}`
      await renaming.execute(transaction)
    })
    await database.close()
    this.#next = null
    await next.close()
    return this.#current
  }

  interrupt(): void {
    this.#stop.abort()
  }

  async close(): Promise<void> {
    const stores = [this.#current, this.#next]
    this.#current = null
    this.#next = null
    await Promise.all(stores.map(async (store) => store?.close()))
  }

  get #nextSchema(): string {
    return `${this.#options.schema}_next`
  }

  async #store(schema: string, prepare: (database: Database) => Promise<void>): Promise<Store> {
    const database = this.#connect(schema)
    try {
      await prepare(database)
      const writer = await this.#options.writer(this.#optionsOf(schema), this.#stop.signal)
      return new SplitStore(new SqlStore(database, { oneAtATime: false }), writer)
    } catch (error) {
      await database.close()
      throw error
    }
  }

  #connect(schema: string): Database {
    return openPostgres(this.#optionsOf(schema))
  }

  #optionsOf(schema: string): PostgresOptions {
    const { url, statementTimeoutMs, connections } = this.#options
    return { url, schema, statementTimeoutMs, connections }
  }
}

/** An empty schema with our tables; whatever bore the name before is gone. */
async function makeSchema(database: Database, schema: string): Promise<void> {
  await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(database.db)
  await sql`create schema ${sql.id(schema)}`.execute(database.db)
  await createTables(database)
}
