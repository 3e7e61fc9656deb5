import type { WebSocket } from 'ws'

/** bytes of one socket that are under way: 8,192 items of batches, an eighth of the engine's queue */
const UNDER_WAY_MAX = 524_288

/**
 * What a client has said and has no answer of yet. From a limit on it is not read from, so that it
 * waits and nothing piles up: neither what it says, nor answers that it does not fetch.
 */
export class Window {
  readonly #socket: Pick<WebSocket, 'pause' | 'resume'>
  #underWay = 0
  #isFull = false
  #hasMoved = true

  constructor(socket: Pick<WebSocket, 'pause' | 'resume'>) {
    this.#socket = socket
  }

  /** So many bytes were said. */
  begin(bytes: number): void {
    this.#underWay += bytes
    if (this.#isFull || this.#underWay < UNDER_WAY_MAX) return
    this.#isFull = true
    this.#socket.pause()
  }

  /** Their answer has left. */
  end(bytes: number): void {
    this.#underWay -= bytes
    this.#hasMoved = true
    if (!this.#isFull || this.#underWay >= UNDER_WAY_MAX) return
    this.#isFull = false
    this.#socket.resume()
  }

  /** Was it full at the last look, and has no answer left since? Then nobody fetches them. */
  isStuck(): boolean {
    const stuck = this.#isFull && !this.#hasMoved
    this.#hasMoved = false
    return stuck
  }
}
