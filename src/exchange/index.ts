/** Door of `exchange`: the deterministic state machine. */
export { Exchange } from './exchange.ts'
export type { Audit } from './audit.ts'
