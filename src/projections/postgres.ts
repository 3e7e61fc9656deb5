/** Opens a PostgreSQL by URL, with one schema of it as the place of the read models. */
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
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

/** Connects when first asked. A connection that breaks while idle is replaced at the next query. */
export function openPostgres(options: PostgresOptions): Kysely<Schema> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections,
    connectionTimeoutMillis: 10_000,
    options: `-c search_path=${options.schema} -c statement_timeout=${options.statementTimeoutMs}`,
    types: { getTypeParser },
  })
  // A lost connection is an event without a listener, which would end the process. The query under
  // way, or the next one, rejects all the same, and the pool makes new connections.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
}

function getTypeParser(type: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (type === INT8) return parseInteger
  if (type === NUMERIC) return parseNumeric
  return pg.types.getTypeParser(type, format)
}
