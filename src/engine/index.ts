/** Door of `engine`: the loop that drives the exchange, its recovery and its checks. */
export type { Clock } from './clock.ts'
export {
  openDerivedFiles,
  openEngineFiles,
  openEngineReader,
  type DerivedFiles,
  type EngineFolder,
} from './engine-files.ts'
export { exportJournal, type ExportedRecord, type Plain } from './export-journal.ts'
export { checkParts, fsck, type FsckReport, type Problem } from './fsck.ts'
export { makeSnapshot, type SnapshotMade } from './make-snapshot.ts'
export { startReplica, type ReplicaOptions } from './replica.ts'
export { snapshotInWorker, snapshotThread, type SnapshotThread } from './snapshot-worker.ts'
export { openSigner, signerFromSeed, type Signer } from './signer.ts'
export { startEngine, type Engine, type EngineOptions } from './start-engine.ts'
export { startStandby, type Promoted, type Standby } from './standby.ts'
export type { Entry, Lookup, RawDoor, StateMachine } from './state-machine.ts'
export { suitV8 } from './suit-v8.ts'
