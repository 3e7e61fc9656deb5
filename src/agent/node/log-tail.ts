import { decodeFrames, FRAME_HEADER_BYTES } from '../run/log-file.ts'
import type { Stream } from '../run/plan.ts'
import type { WorkloadHandle } from '../run/workload.ts'
import type { LogChunk } from '../link.ts'

const READ_BYTES = 128 * 1024
const CHUNK_BYTES = 64 * 1024

/** Sends a workload's log while it grows, from where the exchange has it. */
export class LogTail {
  readonly #workload: number
  readonly #handle: WorkloadHandle
  readonly #push: (chunk: LogChunk) => boolean
  /** place in the file, and how much of each stream lies before it */
  #at = 0
  #before: Record<Stream, number> = { stdout: 0, stderr: 0 }
  /** bytes of each stream that need not be sent again; infinite when the exchange is full */
  #sent: Record<Stream, number> = { stdout: 0, stderr: 0 }

  constructor(workload: number, handle: WorkloadHandle, push: (chunk: LogChunk) => boolean) {
    this.#workload = workload
    this.#handle = handle
    this.#push = push
  }

  /** Sends what is new, until there is no more or the connection takes no more. */
  pump(): void {
    for (;;) {
      const bytes = this.#handle.log(this.#at, READ_BYTES)
      if (bytes.length === 0) return
      for (const frame of decodeFrames(bytes).frames) {
        if (!this.#send(frame.stream, frame.bytes)) return
        this.#before[frame.stream] += frame.bytes.length
        this.#at += FRAME_HEADER_BYTES + frame.bytes.length
      }
    }
  }

  /** The exchange has this much of a stream: what follows is sent again from there. */
  kept(stream: Stream, offset: number, full: boolean): void {
    this.#sent[stream] = full ? Number.POSITIVE_INFINITY : offset
    this.#at = 0
    this.#before = { stdout: 0, stderr: 0 }
  }

  #send(stream: Stream, bytes: Uint8Array): boolean {
    const first = Math.max(0, this.#sent[stream] - this.#before[stream])
    for (let from = first; from < bytes.length; from += CHUNK_BYTES) {
      const part = bytes.subarray(from, from + CHUNK_BYTES)
      const offset = this.#before[stream] + from
      if (!this.#push({ workload: this.#workload, stream, offset, bytes: part })) return false
      this.#sent[stream] = offset + part.length
    }
    return true
  }
}
