import { closeSync, openSync, readSync, statSync, truncateSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LIMITS } from '../../messages/index.ts'
import { workloadPaths } from '../lease-folder.ts'
import { loggedBytes } from './log-file.ts'
import type { Sink, Stream } from './plan.ts'

const STREAMS = ['stdout', 'stderr'] as const
const READ_BYTES = 256 * 1024

/** Paths of the files that a job writes its output to, on a file system that its node shares. */
export const outputFile = (folder: string, stream: Stream): string => join(folder, stream)

/** Copies what a job writes, as it comes. One that takes over goes on behind what is in the log. */
export class JobLog {
  readonly #folder: string
  readonly #sink: Sink
  readonly #offsets: Record<Stream, number>
  readonly #buffer = Buffer.alloc(READ_BYTES)

  constructor(folder: string, sink: Sink, takesOver: boolean) {
    this.#folder = folder
    this.#sink = sink
    const { log } = workloadPaths(dirname(folder))
    this.#offsets = takesOver ? loggedBytes(log) : { stdout: 0, stderr: 0 }
  }

  /**
   * Everything new of both files; the number of its bytes. The last time they are opened whatever
   * size they seem to have: only then does a network file system ask for what is there.
   */
  copy(last = false): number {
    return STREAMS.reduce((sum, stream) => sum + this.#copy(stream, last), 0)
  }

  #copy(stream: Stream, last: boolean): number {
    const path = outputFile(this.#folder, stream)
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? -1
    const from = this.#offsets[stream]
    if (size < 0 || (size <= from && !last)) return 0
    const file = openSync(path, 'r')
    try {
      for (;;) {
        const length = readSync(file, this.#buffer, 0, READ_BYTES, this.#offsets[stream])
        if (length === 0) break
        this.#sink(stream, Uint8Array.from(this.#buffer.subarray(0, length)))
        this.#offsets[stream] += length
      }
    } finally {
      closeSync(file)
    }
    const copied = this.#offsets[stream] - from
    this.#dropWhatIsTooMuch(stream, path)
    return copied
  }

  /** Nobody keeps more than the log may hold; Slurm appends, so the file can begin again. */
  #dropWhatIsTooMuch(stream: Stream, path: string): void {
    if (this.#offsets[stream] <= 2 * LIMITS.logBytes) return
    truncateSync(path)
    this.#offsets[stream] = 0
  }
}
