/** A database as the read models use it, the same on PGlite and PostgreSQL. */
import type { Kysely } from 'kysely'
import type { Schema } from './tables.ts'

export type AnyRow = Record<string, unknown>

/** A connection that one transaction has to itself. */
export interface Session {
  /** Rows as the driver gives them, under the names that the text gives them. */
  query(text: string, values: readonly unknown[]): Promise<readonly AnyRow[]>
  /** `COPY into FROM` rows in PostgreSQL's text format: twice as quick as an insert of many rows. */
  copy(into: string, rows: string): Promise<void>
}

export interface Database {
  /** for questions, and for statements that nobody measures */
  readonly db: Kysely<Schema>
  /** One transaction: all that `work` does or nothing. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>
  close(): Promise<void>
}
