/** Opens PGlite: embedded PostgreSQL in this process, in a folder or in memory. */
import { PGlite } from '@electric-sql/pglite'
import { CamelCasePlugin, Kysely, PGliteDialect } from 'kysely'
import { parseInteger, parseNumeric, INT8, NUMERIC } from './sql-types.ts'
import type { Schema } from './tables.ts'

/**
 * PGlite never syncs to disk and locks nothing: what it holds must be rebuildable, and its folder
 * must belong to one process (see folder-home.ts). Opening an empty folder takes about 5 s of work.
 */
export async function openPglite(folder: string | null): Promise<Kysely<Schema>> {
  const pglite = await PGlite.create({
    ...(folder === null ? {} : { dataDir: folder }),
    parsers: { [INT8]: parseInteger, [NUMERIC]: parseNumeric },
  })
  return new Kysely<Schema>({
    dialect: new PGliteDialect({ pglite }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
}
