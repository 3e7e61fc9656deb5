/** Door of `cli`: the command line as a function, and the context files that others write. */
export { suan } from './suan.ts'
export { readContexts, writeContext, type ContextFile, type SuanContext } from './context.ts'
export type { Host, Sink } from './host.ts'
