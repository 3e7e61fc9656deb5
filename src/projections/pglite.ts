/** Opens PGlite: embedded PostgreSQL in this process, in a folder or in memory. */
import { PGlite, type Transaction } from '@electric-sql/pglite'
import { CamelCasePlugin, Kysely, PGliteDialect } from 'kysely'
import type { AnyRow, Database, Session } from './database.ts'
import { parseInteger, parseNumeric, INT8, NUMERIC } from './sql-types.ts'
import type { Schema } from './tables.ts'

/**
 * PGlite never syncs to disk and locks nothing: what it holds must be rebuildable, and its folder
 * must belong to one process (see folder-home.ts). Opening an empty folder takes about 5 s of work.
 */
export async function openPglite(folder: string | null): Promise<Database> {
  const pglite = await PGlite.create({
    ...(folder === null ? {} : { dataDir: folder }),
    parsers: { [INT8]: parseInteger, [NUMERIC]: parseNumeric },
  })
  const db = new Kysely<Schema>({
    dialect: new PGliteDialect({ pglite }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
  return {
    db,
    transaction: (work) => pglite.transaction((transaction) => work(sessionOf(transaction))),
    close: () => db.destroy(),
  }
}

function sessionOf(transaction: Transaction): Session {
  return {
    async query(text, values) {
      return (await transaction.query<AnyRow>(text, [...values])).rows
    },
    async copy(into, rows) {
      // PGlite gives the blob of a query to COPY under this name.
      await transaction.query(`copy ${into} from '/dev/blob'`, [], { blob: new Blob([rows]) })
    },
  }
}
