/** The bounded queue between the doors and the loop. */
import { decode, encode } from '../kernel/index.ts'
import { envelope as envelopeCodec, Fault, type Envelope, type Reply } from '../messages/index.ts'
import type { Caller } from './batch.ts'

export interface Submission extends Caller {
  readonly envelope: Envelope
  readonly bytes: Uint8Array
}

export class Intake {
  readonly #limit: number
  readonly #limitBytes: number
  #bytes = 0
  #waiting: Submission[] = []
  #head = 0

  constructor(limit: number, limitBytes: number) {
    this.#limit = limit
    this.#limitBytes = limitBytes
  }

  get size(): number {
    return this.#waiting.length - this.#head
  }

  /**
   * Queues a command. Rejects with Fault RATE_LIMITED when the queue is full (nothing was done; the
   * same id may be sent again) and with CodecError when the command has no encoding.
   */
  put(envelope: Envelope): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.size >= this.#limit || this.#bytes >= this.#limitBytes) {
        throw new Fault('RATE_LIMITED', { facts: { limit: this.#limit } })
      }
      // What is executed is what replay will read back, never the caller's own object.
      const bytes = encode(envelopeCodec, envelope)
      this.#bytes += bytes.length
      this.#waiting.push({ envelope: decode(envelopeCodec, bytes), bytes, resolve, reject })
    })
  }

  take(): Submission | null {
    const first = this.#waiting[this.#head]
    if (first === undefined) return null
    this.#head++
    this.#bytes -= first.bytes.length
    if (this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    return first
  }
}
