/** PGlite in this very thread: for the worker, for tests and for tools that have nothing else to do. */
import type { Opener } from './folder-home.ts'
import { openPglite } from './pglite.ts'
import { createTables, hasOurSchema, SqlStore } from './sql-store.ts'

export const inlineOpener: Opener = {
  async create(folder) {
    const db = await openPglite(folder)
    await createTables(db)
    await db.destroy()
  },
  async open(folder) {
    const db = await openPglite(folder)
    if (!(await hasOurSchema(db))) {
      await db.destroy()
      throw new Error('the read models have another schema')
    }
    return new SqlStore(db, { oneAtATime: true })
  },
}
