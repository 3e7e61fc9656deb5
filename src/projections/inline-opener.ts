/** PGlite in this very thread: for the worker, for tests and for tools that have nothing else to do. */
import type { Opener } from './folder-home.ts'
import { openPglite } from './pglite.ts'
import { createTables, hasOurSchema, SqlStore } from './sql-store.ts'

export const inlineOpener: Opener = {
  async create(folder) {
    const database = await openPglite(folder)
    await createTables(database)
    await database.close()
  },
  async open(folder) {
    const database = await openPglite(folder)
    if (!(await hasOurSchema(database))) {
      await database.close()
      throw new Error('the read models have another schema')
    }
    return new SqlStore(database, { oneAtATime: true })
  },
}
