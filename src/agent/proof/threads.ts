import { once } from 'node:events'
import { Worker, parentPort, workerData } from 'node:worker_threads'
import { factorsOf, fromHex, productRows } from '../../kernel/index.ts'
import type { ThreadPart } from './task.ts'
import { runChain } from './witness.ts'

/** A thread says first that it is ready, then what came out. */
type Said = 'ready' | { readonly rows: Int32Array } | { readonly states: number[] }

/** Until the kernel is compiled it is slower than what a report says of it. */
const WARM_MS = 60

/** Threads of this very program, each with its part. */
export class PartThreads {
  readonly #workers: readonly Worker[]
  readonly #ready: Promise<unknown>
  readonly #results: Promise<Said[]>

  constructor(program: URL, parts: readonly ThreadPart[]) {
    this.#workers = parts.map((part) => new Worker(program, { workerData: part }))
    const said = this.#workers.map((worker) => twoMessages(worker))
    this.#ready = Promise.all(said.map(({ first }) => first))
    this.#results = Promise.all(said.map(({ second }) => second))
  }

  async ready(): Promise<void> {
    await this.#ready
  }
  async rows(): Promise<Int32Array[]> {
    return (await this.#results).flatMap((said) =>
      typeof said === 'object' && 'rows' in said ? [said.rows] : [],
    )
  }
  async states(): Promise<number[][]> {
    return (await this.#results).flatMap((said) =>
      typeof said === 'object' && 'states' in said ? [said.states] : [],
    )
  }
}

function twoMessages(worker: Worker): { first: Promise<unknown>; second: Promise<Said> } {
  const first = once(worker, 'message')
  // Listened for from the start: a thread may be done before anybody waits for its result.
  const second = new Promise<Said>((resolve, reject) => {
    worker.on('message', (said: Said) => {
      if (said !== 'ready') resolve(said)
    })
    worker.once('error', reject)
  })
  return { first, second }
}

/** What a thread does. */
export function runPart(): void {
  const part = workerData as ThreadPart
  const seed = fromHex(part.seed)
  if ('core' in part) {
    const warm = performance.now() + WARM_MS
    runChain(new Uint8Array(32), part.core, () => performance.now() >= warm)
    parentPort?.postMessage('ready', [])
    Atomics.wait(part.gate, 0, 0)
    const until = performance.now() + part.size
    const states = runChain(seed, part.core, () => performance.now() >= until)
    parentPort?.postMessage({ states }, [])
    return
  }
  parentPort?.postMessage('ready', [])
  const { size, from, until } = part
  const rows = productRows(factorsOf(seed, size), size, from, until)
  parentPort?.postMessage({ rows }, [rows.buffer as ArrayBuffer])
}
