/** Door of `cli`: the command line as a function. */
export { suan } from './suan.ts'
export type { Host, Sink } from './host.ts'
export { conduct, type Conducted } from './assess/conduct.ts'
