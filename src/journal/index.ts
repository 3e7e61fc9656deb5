/** Door of `journal`: durable command log, event log, snapshots, and the marks beside them. */
export { chainHash, CHAIN_START } from './chain.ts'
export { openFileLog, type FileLogOptions } from './file-log.ts'
export { openMemoryLog } from './memory-log.ts'
