/** One PGlite for all cases of a test file: emptying it is much quicker than opening another. */
import { mkdtempSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { readModelsTemplate } from '../../test/tools/read-models-template.ts'
import { snake } from './columns.ts'
import type { Database } from './database.ts'
import { openPglite } from './pglite.ts'
import { NOTHING_APPLIED } from './sql-store.ts'
import { tables } from './tables.ts'

export interface TestDatabase extends Database {
  /** Back to nothing applied. */
  empty(): Promise<void>
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const root = mkdtempSync(join(tmpdir(), 'suan-projections-'))
  const folder = join(root, 'a')
  await cp(await readModelsTemplate(), folder, { recursive: true })
  const database = await openPglite(folder)
  const { db } = database
  return {
    ...database,
    async empty() {
      const names = Object.values(tables).map((table) => sql.id(snake(table.name)))
      await sql`truncate ${sql.join(names)}`.execute(db)
      await db.insertInto('progress').values(NOTHING_APPLIED).execute()
    },
    async close() {
      await database.close()
      rmSync(root, { recursive: true })
    },
  }
}
