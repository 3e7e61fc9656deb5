import type { WebSocket } from 'ws'

/** commands of one socket that are under way: a small part of what the engine's queue takes */
const UNDER_WAY_MAX = 8_192

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

  /** So many commands were said. */
  begin(commands: number): void {
    this.#underWay += commands
    if (this.#isFull || this.#underWay < UNDER_WAY_MAX) return
    this.#isFull = true
    this.#socket.pause()
  }

  /** Their answer has left. */
  end(commands: number): void {
    this.#underWay -= commands
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
