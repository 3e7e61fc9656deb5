/** Where the read models live: a PGlite folder, or the PostgreSQL that SUAN_DATABASE_URL names. */
import {
  FolderHome,
  PostgresHome,
  workerOpener,
  workerWriter,
  type Home,
} from '../../projections/index.ts'

/** Errors: Fault READ_MODELS_LOCKED when another process has the folder. */
export function readModelsHome(folder: string): Home {
  const url = process.env['SUAN_DATABASE_URL']
  if (url !== undefined && url.startsWith('postgres'))
    return new PostgresHome({ url, writer: workerWriter })
  return new FolderHome({ folder, opener: workerOpener(), template: null })
}
