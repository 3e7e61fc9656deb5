import { Worker } from 'node:worker_threads'
import { programUrl } from '../../kernel/index.ts'
import type { Answered } from '../../models/index.ts'

export interface ToVerify {
  readonly id: number
  readonly challenge: Answered
  readonly bytes: Uint8Array
}
interface Verified {
  readonly id: number
  readonly fault: string | null
}

/** Checks answers in a thread of its own, which is started when the first one comes. */
export class VerifierThread {
  #worker: Worker | null = null
  #next = 1
  readonly #waiting = new Map<number, (fault: string | null) => void>()

  /** Null when the answer holds, else the part that does not. */
  faultOf(challenge: Answered, bytes: Uint8Array): Promise<string | null> {
    const id = this.#next++
    const { seed, root, draw, proof, work, cores, size } = challenge
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      const task: ToVerify = {
        id,
        challenge: { seed, root, draw, proof, work, cores, size },
        bytes,
      }
      this.#started().postMessage(task, [])
    })
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker
    const worker = new Worker(programUrl('cli/verifier', import.meta.url))
    worker.unref()
    worker.on('message', ({ id, fault }: Verified) => {
      this.#waiting.get(id)?.(fault)
      this.#waiting.delete(id)
    })
    return (this.#worker = worker)
  }
}
