/** Door of `cli`: the command line as a function. */
export { suan } from './suan.ts'
export type { Host, Sink } from './host.ts'
