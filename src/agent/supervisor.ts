/** A process of its own for every workload: `supervisor.js <workload folder> <daemon's pid> [adopt]`. */
import { Fault } from '../messages/index.ts'
import { supervise } from './run/supervise.ts'

const [, , folder, daemon, mode] = process.argv
if (folder === undefined) throw new Fault('SUPERVISOR_FOLDER_MISSING', { retryable: false })
await supervise(folder, { daemon: Number(daemon), takesOver: mode === 'adopt' })
// An engine may never answer a call that nobody waits for any more.
process.exit()
