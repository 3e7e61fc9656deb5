/** Door of `journal`: durable command log in memory, files or PostgreSQL, event log, snapshots, and the marks beside them. */
export { chainHash, CHAIN_START } from './chain.ts'
export { openFileEventLog, type FileEventLogOptions } from './file-event-log.ts'
export { openFileLog, type FileLogOptions } from './file-log.ts'
export { memoryLiveness, openLiveness, type Liveness } from './liveness.ts'
export { openMemoryEventLog } from './memory-event-log.ts'
export { openMemoryLog } from './memory-log.ts'
export { holdsPassword } from './postgres/address.ts'
export { openPostgresFollower, type FollowerLog } from './postgres/postgres-follower.ts'
export { openPostgresLog, type PostgresJournal } from './postgres/postgres-log.ts'
export {
  memoryQuarantine,
  openQuarantine,
  type Quarantine,
  type QuarantinedCommand,
} from './quarantine.ts'
export {
  memorySnapshotStore,
  openSnapshotStore,
  type Snapshot,
  type SnapshotStore,
} from './snapshot-store.ts'
