/** Worker thread of an assessor: checks answers beside the thread that talks. */
import { parentPort } from 'node:worker_threads'
import { answerFault } from '../models/index.ts'
import type { ToVerify } from './assess/verifier-thread.ts'

parentPort?.on('message', ({ id, challenge, bytes }: ToVerify) => {
  parentPort?.postMessage({ id, fault: answerFault(challenge, bytes) }, [])
})
