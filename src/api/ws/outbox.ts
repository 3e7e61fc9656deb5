import type { WebSocket } from 'ws'
import { CLOSE_SLOW } from '../../wire/index.ts'

/** unsent bytes from which updates are merged */
const SLOW_BYTES = 1_048_576
/** unsent bytes at which the client is given up */
const LOST_BYTES = 16 * 1_048_576

/** The bytes under a socket: what is written between the two leaves together. */
export interface Pipe {
  cork(): void
  uncork(): void
}

/** What a socket sends: all that is said in one turn, as after a durable batch, in one write. */
export class Outbox {
  readonly #socket: WebSocket
  readonly #pipe: Pipe
  readonly #onGivenUp: () => void
  #isCorked = false
  #isClosed = false
  /** at the last look */
  #wasClosed = false

  constructor(socket: WebSocket, pipe: Pipe, onGivenUp: () => void) {
    this.#socket = socket
    this.#pipe = pipe
    this.#onGivenUp = onGivenUp
  }

  /** Is so much unsent that the next update had better be merged into a later one? */
  isSlow(): boolean {
    return this.#socket.bufferedAmount > SLOW_BYTES
  }

  /** Sends what nobody waits for: compressed where that was agreed. */
  say(frame: object): void {
    this.#send(JSON.stringify(frame), true)
  }

  /** Sends an answer; `left` is called when it has left, or never will. */
  answer(frame: object | Uint8Array, left?: () => void): void {
    this.#send(frame instanceof Uint8Array ? frame : JSON.stringify(frame), false, left)
  }

  close(code: number): void {
    this.#isClosed = true
    this.#socket.close(code)
  }

  /** Closes with CLOSE_SLOW: what is unsent still goes first, as far as the client reads. */
  giveUp(): void {
    if (!this.#isClosed) this.#onGivenUp()
    this.close(CLOSE_SLOW)
  }

  /** Looks at a connection that was closed: it is cut where it has not ended by the second look. */
  cutIfClosed(): boolean {
    if (this.#wasClosed) this.#socket.terminate()
    this.#wasClosed = this.#isClosed
    return this.#isClosed
  }

  #send(data: string | Uint8Array, compress: boolean, left?: () => void): void {
    if (!this.#isClosed && this.#socket.bufferedAmount > LOST_BYTES) this.giveUp()
    if (this.#isClosed) return left?.()
    if (!this.#isCorked) {
      this.#isCorked = true
      this.#pipe.cork()
      process.nextTick(() => {
        this.#isCorked = false
        this.#pipe.uncork()
      })
    }
    this.#socket.send(data, { compress }, left === undefined ? undefined : () => left())
  }
}
