/** Door of `exchange`: the deterministic state machine. */
export { Exchange } from './exchange.ts'
