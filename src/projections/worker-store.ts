/** A store in a worker thread: a slow query stalls nothing here, and can be stopped by ending the worker. */
import type { Worker } from 'node:worker_threads'
import { Fault, type EventBatch } from '../messages/index.ts'
import type { Difference, Facts } from './compare.ts'
import type { ReadName } from './reads.ts'
import type { Progress, ReadArgs, ReadResult, Store } from './store.ts'
import type { WorkerAnswer, WorkerCall } from './worker-protocol.ts'

/** PGlite ignores statement_timeout; a call that takes longer ends the worker. */
export interface WorkerLimits {
  readonly readMs: number
  readonly writeMs: number
}

interface Pending {
  readonly call: WorkerCall
  readonly done: (value: unknown) => void
  readonly failed: (error: unknown) => void
}
const MOST_WAITING = 10_000

export class WorkerStore implements Store {
  readonly #worker: Worker
  readonly #limits: WorkerLimits
  readonly #waiting: Pending[] = []
  #current: Pending | null = null
  #timer: NodeJS.Timeout | undefined
  #lost: Fault | null = null
  readonly #exited: Promise<void>

  /** `worker` has said that its folder is open. */
  constructor(worker: Worker, limits: WorkerLimits) {
    this.#worker = worker
    this.#limits = limits
    worker.on('message', (answer: WorkerAnswer) => this.#answered(answer))
    worker.on('error', (cause) => this.#lose(cause))
    this.#exited = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#lose(new Error('the worker ended'))
        resolve()
      })
    })
  }

  get broken(): boolean {
    return this.#lost !== null
  }

  progress(): Promise<Progress> {
    return this.#ask<Progress>({ method: 'progress' })
  }

  apply(afterSeq: number, batch: EventBatch): Promise<Progress> {
    return this.#ask<Progress>({ method: 'apply', afterSeq, batch })
  }

  read<N extends ReadName>(name: N, args: ReadArgs<N>): Promise<ReadResult<N>> {
    return this.#ask<ReadResult<N>>({ method: 'read', name, args })
  }

  compare(facts: Facts): Promise<readonly Difference[]> {
    return this.#ask<readonly Difference[]>({ method: 'compare', facts })
  }

  async close(): Promise<void> {
    if (!this.broken) await this.#ask({ method: 'close' })
    await this.#exited
  }

  /** One call at a time goes to the worker, so that a limit counts the call and not its queue. */
  #ask<T>(call: WorkerCall): Promise<T> {
    if (this.#lost !== null) return Promise.reject(this.#lost)
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(new Fault('READ_LAG'))
    return new Promise<unknown>((done, failed) => {
      this.#waiting.push({ call, done, failed })
      this.#next()
    }) as Promise<T>
  }

  #next(): void {
    if (this.#current !== null) return
    const pending = this.#waiting.shift()
    if (pending === undefined) return
    this.#current = pending
    const { readMs, writeMs } = this.#limits
    const limitMs = pending.call.method === 'read' ? readMs : writeMs
    this.#timer = setTimeout(() => this.#stop(limitMs), limitMs)
    this.#worker.postMessage(pending.call, handedOver(pending.call))
  }

  #answered({ value, error, code }: WorkerAnswer): void {
    clearTimeout(this.#timer)
    const pending = this.#current
    this.#current = null
    if (error === undefined) pending?.done(value)
    else
      pending?.failed(error instanceof Error && code !== undefined ? withCode(error, code) : error)
    this.#next()
  }

  #stop(limitMs: number): void {
    this.#lose(new Error(`a call took longer than ${limitMs} ms`))
    void this.#worker.terminate()
  }

  #lose(cause: unknown): void {
    this.#lost ??= new Fault('REBUILDING', { cause })
    clearTimeout(this.#timer)
    this.#current?.failed(this.#lost)
    this.#current = null
    for (const pending of this.#waiting.splice(0)) pending.failed(this.#lost)
  }
}

function withCode(error: Error, code: unknown): Error {
  return Object.assign(error, { code })
}

/** Buffers that move to the worker instead of being copied: those of a batch with one to itself. */
function handedOver(call: WorkerCall): ArrayBuffer[] {
  if (call.method !== 'apply') return []
  const { buffer, byteLength } = call.batch.records.bytes
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []
}
