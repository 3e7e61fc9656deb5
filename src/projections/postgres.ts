/** Opens a PostgreSQL by URL, with one schema of it as the place of the read models. */
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { copyIn } from './copy-in.ts'
import type { AnyRow, Database, Session } from './database.ts'
import { parseInteger, parseNumeric, INT8, NUMERIC } from './sql-types.ts'
import type { Schema } from './tables.ts'

export interface PostgresOptions {
  readonly url: string
  /** name of the schema that unqualified names mean; lower-case letters, digits, underscores */
  readonly schema: string
  /** a statement that runs longer is cancelled by the server; 0 is never */
  readonly statementTimeoutMs: number
  /** connections at most */
  readonly connections: number
}

/**
 * Connects when first asked. A connection that breaks while idle is replaced at the next query.
 * Commits do not wait for the server's disk: what is lost with it, the marker does not count either.
 */
export function openPostgres(options: PostgresOptions): Database {
  const { schema, statementTimeoutMs } = options
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections,
    connectionTimeoutMillis: 10_000,
    options: `-c search_path=${schema} -c statement_timeout=${statementTimeoutMs} -c synchronous_commit=off`,
    types: { getTypeParser },
  })
  // A lost connection is an event without a listener, which would end the process. The query under
  // way, or the next one, rejects all the same, and the pool makes new connections.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
  return { db, transaction: (work) => inTransaction(pool, work), close: () => db.destroy() }
}

async function inTransaction<T>(pool: pg.Pool, work: (session: Session) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let isLost = false
  try {
    await client.query('begin')
    const result = await work(sessionOf(client))
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {
      isLost = true
    })
    throw error
  } finally {
    client.release(isLost)
  }
}

function sessionOf(client: pg.PoolClient): Session {
  return {
    async query(text, values) {
      return (await client.query<AnyRow>(text, [...values])).rows
    },
    copy: (into, rows) => copyIn(client, `copy ${into} from stdin`, rows),
  }
}

function getTypeParser(type: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (type === INT8) return parseInteger
  if (type === NUMERIC) return parseNumeric
  return pg.types.getTypeParser(type, format)
}
