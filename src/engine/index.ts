/** Door of `engine`: the loop that drives the exchange, its recovery and its checks. */
export { systemClock, type Clock } from './clock.ts'
export { replayRecord } from './recover.ts'
export { openSigner, signerFromSeed, type Signer } from './signer.ts'
export { ENGINE_LIMITS, startEngine, type Engine, type EngineOptions } from './start-engine.ts'
export type { Entry, Lookup, StateMachine } from './state-machine.ts'
