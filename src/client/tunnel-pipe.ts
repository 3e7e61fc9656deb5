/** One end of a tunnel: bytes both ways, never more on the way than the reader has granted. */
import {
  Credit,
  TUNNEL,
  encodeCredit,
  encodeTunnel,
  type TunnelEnd,
  type TunnelFrame,
} from '../wire/index.ts'

/** Granted again when so much was dealt with: a frame of credit for each piece would be many. */
const GRANT_BYTES = TUNNEL.windowBytes / 4

/** How a tunnel ended. */
export interface TunnelEnded {
  /** `connection_lost` where this side's own connection is gone */
  readonly end: TunnelEnd | 'connection_lost'
  /** of a program; null otherwise */
  readonly exitCode: number | null
  /** carried towards the workload and from it, as the exchange counted */
  readonly bytesIn: number
  readonly bytesOut: number
}

/** Bytes that came, in order; whoever reads them grants as many more by asking for the next. */
class Incoming implements AsyncIterable<Uint8Array> {
  readonly #dealtWith: (bytes: number) => void
  readonly #chunks: Uint8Array[] = []
  #ended = false
  #wake = () => {}

  constructor(dealtWith: (bytes: number) => void) {
    this.#dealtWith = dealtWith
  }

  push(bytes: Uint8Array): void {
    if (this.#ended) return
    this.#chunks.push(bytes)
    this.#wake()
  }

  end(): void {
    this.#ended = true
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const bytes = this.#chunks.shift()
      if (bytes !== undefined) {
        yield bytes
        this.#dealtWith(bytes.length)
      } else if (this.#ended) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

export class TunnelPipe {
  readonly tunnel: number
  readonly #transmit: (frame: Uint8Array<ArrayBuffer>) => void
  /** what this side may still send, and what the other one may */
  readonly #credit = new Credit()
  readonly #granted = new Credit()
  #owed = 0
  #waiting: (() => void)[] = []
  #tellEnded: (ended: TunnelEnded) => void = () => {}
  #isOver = false

  /** what came: output of a program, or of a port; on a daemon's side what is meant for it */
  readonly data = new Incoming((bytes) => this.#dealtWith(bytes))
  /** what a program wrote to its standard error, where it has no terminal */
  readonly errors = new Incoming((bytes) => this.#dealtWith(bytes))
  /** Resolves once it is over, when all that came before has been given to `data` and `errors`. */
  readonly ended = new Promise<TunnelEnded>((resolve) => (this.#tellEnded = resolve))

  constructor(tunnel: number, transmit: (frame: Uint8Array<ArrayBuffer>) => void) {
    this.tunnel = tunnel
    this.#transmit = transmit
  }

  /**
   * Sends bytes; resolves when the last of them has left, so whoever waits for it is never ahead of
   * the reader by more than a window. False when the tunnel ended before.
   */
  async send(bytes: Uint8Array, says: 'data' | 'errors' = 'data'): Promise<boolean> {
    for (let from = 0; from < bytes.length;) {
      while (this.#credit.left === 0 && !this.#isOver) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve))
      }
      if (this.#isOver) return false
      const size = Math.min(bytes.length - from, TUNNEL.chunkBytes, this.#credit.left)
      this.#credit.use(size)
      this.#transmit(encodeTunnel(this.tunnel, says, bytes.subarray(from, from + size)))
      from += size
    }
    return !this.#isOver
  }

  /** Nothing follows from this side. */
  sendEnd(): void {
    if (!this.#isOver) this.#transmit(encodeTunnel(this.tunnel, 'end'))
  }

  /** Takes a frame of the other side. False where it sent more than it was granted. */
  take({ says, bytes, credit }: TunnelFrame): boolean {
    if (says === 'credit') {
      if (!this.#credit.grant(credit)) return false
      this.#wakeAll()
      return true
    }
    if (says === 'end') {
      this.data.end()
      this.errors.end()
      return true
    }
    if (!this.#granted.use(bytes.length)) return false
    this[says].push(bytes)
    return true
  }

  /** It is over: what has come is still given, and nothing more is sent. */
  over(ended: TunnelEnded): void {
    this.#isOver = true
    this.data.end()
    this.errors.end()
    this.#wakeAll()
    this.#tellEnded(ended)
  }

  #wakeAll(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }

  #dealtWith(bytes: number): void {
    this.#owed += bytes
    if (this.#owed < GRANT_BYTES || this.#isOver) return
    this.#granted.grant(this.#owed)
    this.#transmit(encodeCredit(this.tunnel, this.#owed))
    this.#owed = 0
  }
}
