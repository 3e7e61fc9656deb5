import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inlineOpener, SCHEMA_DIGEST } from '../../src/projections/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * A closed PGlite folder with empty tables, made once for each version of PGlite and of the tables:
 * copying it spares every test file the five seconds of making a database.
 */
export async function readModelsTemplate(): Promise<string> {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const pglite = /"node_modules\/@electric-sql\/pglite": \{\s*"version": "([^"]+)"/.exec(lock)?.[1]
  const name = createHash('sha256').update(`${pglite} ${SCHEMA_DIGEST}`).digest('hex').slice(0, 16)
  const path = join(root, 'node_modules/.cache/suan', `read-models-${name}`)
  if (existsSync(path)) return path
  mkdirSync(dirname(path), { recursive: true })
  const making = mkdtempSync(`${path}-`)
  rmSync(making, { recursive: true })
  await inlineOpener.create(making, new AbortController().signal)
  // Another test file may have been quicker; then its folder stays and ours goes.
  try {
    renameSync(making, path)
  } catch (error) {
    if (!existsSync(path)) throw error
    rmSync(making, { recursive: true })
  }
  return path
}
