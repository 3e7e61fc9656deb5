/** A process of its own for every workload: `node supervisor.js <workload folder> [adopt]`. */
import { Fault } from '../messages/index.ts'
import { supervise } from './run/supervise.ts'

const folder = process.argv[2]
if (folder === undefined) throw new Fault('SUPERVISOR_FOLDER_MISSING', { retryable: false })
await supervise(folder, process.argv[3] === 'adopt')
// An engine may never answer a call that nobody waits for any more.
process.exit()
