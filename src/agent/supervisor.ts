/** A process of its own for every workload: `node supervisor.js <workload folder>`. */
import { Fault } from '../messages/index.ts'
import { supervise } from './run/supervise.ts'

const folder = process.argv[2]
if (folder === undefined) throw new Fault('SUPERVISOR_FOLDER_MISSING', { retryable: false })
await supervise(folder)
