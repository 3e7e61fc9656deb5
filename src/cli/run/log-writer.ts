/** Puts the chunks of a log together: every byte once, in order, whatever is sent twice. */
import { base64urlDecode } from '../../kernel/index.ts'
import type { LogChunk } from '../../wire/index.ts'

export type LogStream = LogChunk['stream']
export type TakeLog = (stream: LogStream, bytes: Uint8Array) => void

export class LogWriter {
  readonly #take: TakeLog
  readonly #next: Record<LogStream, number> = { stdout: 0, stderr: 0 }

  constructor(take: TakeLog) {
    this.#take = take
  }

  /** Takes what of the chunk was not taken before. */
  write(chunk: LogChunk): void {
    this.writeAt(chunk.stream, chunk.offset, base64urlDecode(chunk.data))
  }

  writeAt(stream: LogStream, offset: number, bytes: Uint8Array): void {
    const known = Math.max(0, this.#next[stream] - offset)
    if (known >= bytes.length) return
    this.#next[stream] = offset + bytes.length
    this.#take(stream, bytes.subarray(known))
  }
}
