/** One PGlite for all cases of a test file: emptying it is much quicker than opening another. */
import { mkdtempSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql, type Kysely } from 'kysely'
import { readModelsTemplate } from '../../test/tools/read-models-template.ts'
import { snake } from './columns.ts'
import { openPglite } from './pglite.ts'
import { tables, type Schema } from './tables.ts'

export interface TestDatabase {
  readonly db: Kysely<Schema>
  /** Back to nothing applied. */
  empty(): Promise<void>
  close(): Promise<void>
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const root = mkdtempSync(join(tmpdir(), 'suan-projections-'))
  const folder = join(root, 'a')
  await cp(await readModelsTemplate(), folder, { recursive: true })
  const db = await openPglite(folder)
  return {
    db,
    async empty() {
      const names = Object.values(tables).map((table) => sql.id(snake(table.name)))
      await sql`truncate ${sql.join(names)}`.execute(db)
      await db
        .insertInto('progress')
        .values({ only: 1, appliedSeq: 0, appliedHash: '', ledgerLines: 0 })
        .execute()
    },
    async close() {
      await db.destroy()
      rmSync(root, { recursive: true })
    },
  }
}
