import { mkdir, open, rm, stat } from 'node:fs/promises'
import { constants, createReadStream } from 'node:fs'
import { join } from 'node:path'
import { writeAll } from '../disk/index.ts'
import type { LogStream } from '../wire/index.ts'
import { tailOffset } from './log-tail.ts'

export interface Chunk {
  readonly stream: LogStream
  readonly offset: number
  readonly bytes: Uint8Array
}
/** Where a stream stands after an append. `took` is false when the bytes were not kept. */
export interface Kept {
  readonly offset: number
  readonly took: boolean
  readonly full: boolean
}

const STREAMS: readonly LogStream[] = ['stdout', 'stderr']

const FORGOTTEN_KEPT = 10_000
/** for writing; made when it is not there, and left as long as it is */
const WITHOUT_CUTTING = constants.O_WRONLY | constants.O_CREAT

interface Live {
  readonly sizes: Record<LogStream, number>
  readonly listeners: Set<(chunk: Chunk) => void>
  /** appends of one workload follow each other */
  queue: Promise<unknown>
}

/**
 * Logs of workloads that still run, as their daemons send them: one file a stream, each byte once.
 * When the whole log is stored as an object of the buyer, `forget` removes the files.
 */
export class LogStore {
  readonly #folder: string
  readonly #limitBytes: number
  readonly #live = new Map<number, Promise<Live>>()
  /** those forgotten last: their daemons may still be sending */
  readonly #forgotten = new Set<number>()

  constructor(folder: string, limitBytes: number) {
    this.#folder = folder
    this.#limitBytes = limitBytes
  }

  /** Keeps bytes that follow what is kept; an overlap is cut off, a gap is refused. */
  async append(workload: number, chunk: Chunk): Promise<Kept> {
    const live = await this.#open(workload)
    if (this.#forgotten.has(workload)) return { offset: chunk.offset, took: false, full: true }
    const turn = live.queue.then(() => this.#append(workload, live, chunk))
    live.queue = turn.catch(() => undefined)
    return turn
  }

  /**
   * Gives everything kept (or its last lines) to `sink`, one chunk after another, then every new
   * chunk as it comes. Resolves with the function that ends it, once live.
   */
  async follow(
    workload: number,
    tailLines: number | null,
    sink: (chunk: Chunk) => Promise<void> | void,
  ): Promise<() => void> {
    const live = await this.#open(workload)
    await live.queue
    const waiting: Chunk[] = []
    const state = { isLive: false }
    const listener = (chunk: Chunk): void => {
      if (state.isLive) void sink(chunk)
      else waiting.push(chunk)
    }
    const sizes = { ...live.sizes }
    live.listeners.add(listener)
    for (const stream of STREAMS) {
      for await (const chunk of this.#readStream(workload, stream, sizes[stream], tailLines)) {
        await sink(chunk)
      }
    }
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await sink(next)
    state.isLive = true
    return () => live.listeners.delete(listener)
  }

  /** Everything kept, stdout before stderr; with `tailLines` the end of each stream. */
  async *read(
    workload: number,
    streams: readonly LogStream[],
    tailLines: number | null,
  ): AsyncGenerator<Uint8Array> {
    const { sizes } = await this.#open(workload)
    for (const stream of streams) {
      const chunks = this.#readStream(workload, stream, sizes[stream], tailLines)
      for await (const chunk of chunks) yield chunk.bytes
    }
  }

  /**
   * Removes the files of a workload, after the appends under way; whoever follows it gets nothing
   * more, and what its daemon still sends is not kept.
   */
  async forget(workload: number): Promise<void> {
    const live = await this.#open(workload)
    this.#forgotten.add(workload)
    const [oldest] = this.#forgotten
    if (this.#forgotten.size > FORGOTTEN_KEPT && oldest !== undefined) {
      this.#forgotten.delete(oldest)
    }
    this.#live.delete(workload)
    await live.queue
    await rm(this.#path(workload), { recursive: true, force: true })
  }

  async #append(workload: number, live: Live, chunk: Chunk): Promise<Kept> {
    const { stream } = chunk
    const size = live.sizes[stream]
    const room = this.#limitBytes - live.sizes.stdout - live.sizes.stderr
    const full = room <= 0
    if (full || chunk.offset > size) return { offset: size, took: false, full }
    const fresh = chunk.bytes.subarray(size - chunk.offset).subarray(0, room)
    if (fresh.length === 0) return { offset: size, took: false, full }
    await mkdir(this.#path(workload), { recursive: true, mode: 0o700 })
    // At its place and not at the end: a write that failed before may have left a part of itself.
    const file = await open(this.#path(workload, stream), WITHOUT_CUTTING, 0o600)
    try {
      await writeAll(file, fresh, size)
    } finally {
      await file.close()
    }
    live.sizes[stream] = size + fresh.length
    for (const listener of live.listeners) listener({ stream, offset: size, bytes: fresh })
    const tookAll = chunk.offset + chunk.bytes.length === live.sizes[stream]
    return { offset: live.sizes[stream], took: tookAll, full: !tookAll }
  }

  async *#readStream(
    workload: number,
    stream: LogStream,
    size: number,
    tailLines: number | null,
  ): AsyncGenerator<Chunk> {
    if (size === 0) return
    const path = this.#path(workload, stream)
    let offset = 0
    if (tailLines !== null) {
      const file = await open(path)
      try {
        offset = await tailOffset(file, size, tailLines)
      } finally {
        await file.close()
      }
    }
    if (offset >= size) return
    for await (const bytes of createReadStream(path, { start: offset, end: size - 1 })) {
      yield { stream, offset, bytes }
      offset += (bytes as Buffer).length
    }
  }

  #open(workload: number): Promise<Live> {
    const known = this.#live.get(workload)
    if (known !== undefined) return known
    const opening = this.#sizes(workload).then((sizes) => ({
      sizes,
      listeners: new Set<(chunk: Chunk) => void>(),
      queue: Promise.resolve(),
    }))
    this.#live.set(workload, opening)
    // What failed once may succeed when it is asked again.
    opening.catch(() => this.#live.delete(workload))
    return opening
  }

  async #sizes(workload: number): Promise<Record<LogStream, number>> {
    const [stdout, stderr] = await Promise.all(
      STREAMS.map((stream) => sizeOf(this.#path(workload, stream))),
    )
    return { stdout: stdout ?? 0, stderr: stderr ?? 0 }
  }

  #path(workload: number, stream?: LogStream): string {
    return join(this.#folder, String(workload), ...(stream === undefined ? [] : [stream]))
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}
