/** Bytes that a workload moved through the exchange: its inputs, output and kept log, and its tunnels. */
import { ByteMeter, type Direction } from './byte-meter.ts'

/** workloads that are remembered */
const MOST = 100_000

/** "in" is into the workload. Counts to look at, not bills: see ByteMeter for what a kill forgets. */
export class MovedBytes {
  readonly #objects: ByteMeter
  readonly #tunnels: ByteMeter
  /** uploads under way of what a workload made, by their id */
  readonly #uploads = new Map<string, number>()

  constructor(folder: string) {
    this.#objects = ByteMeter.open(folder, { file: 'workload-bytes.log', most: MOST })
    this.#tunnels = ByteMeter.open(folder, { file: 'tunnel-bytes.log', most: MOST })
  }

  of(workload: number) {
    return { objects: this.#objects.of(workload), tunnels: this.#tunnels.of(workload) }
  }

  /** The same chunks of an input, an output or a log, counted as they pass. */
  object(
    workload: number,
    direction: Direction,
    chunks: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    return this.#objects.counted(workload, direction, chunks)
  }
  tunnel(workload: number, direction: Direction, bytes: number): void {
    this.#tunnels.add(workload, direction, bytes)
  }

  /** An upload in pieces brings what a workload made. */
  uploads(id: string, workload: number): void {
    this.#uploads.set(id, workload)
    const [oldest] = this.#uploads.keys()
    if (this.#uploads.size > MOST && oldest !== undefined) this.#uploads.delete(oldest)
  }
  /** A piece of an upload: counted where it is known whose it is. */
  piece(id: string, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const workload = this.#uploads.get(id)
    return workload === undefined ? chunks : this.object(workload, 'out', chunks)
  }

  async close(): Promise<void> {
    await this.#objects.close()
    await this.#tunnels.close()
  }
}
