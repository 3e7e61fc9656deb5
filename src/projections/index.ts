/** Door of `projections`: SQL read models of the event log, on PGlite or PostgreSQL. */
export type { Difference, Facts } from './compare.ts'
export type { EventSource } from './feed.ts'
export { FolderHome, type FolderOptions, type Opener } from './folder-home.ts'
export type { Home } from './home.ts'
export { inlineOpener } from './inline-opener.ts'
export { startReadModels, type ReadModelOptions, type ReadModelService } from './read-models.ts'
export { SCHEMA_DIGEST } from './schema.ts'
export { workerOpener } from './worker-opener.ts'
