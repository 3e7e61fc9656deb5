import { TUNNEL } from './layout.ts'

/**
 * What one direction of a tunnel may still carry. The sender uses it up, the receiver grants as much
 * again once it has dealt with the bytes, and the relay between them keeps its own account: so no
 * more than a window is ever on the way, whoever is slow or does not keep to it.
 */
export class Credit {
  #left: number = TUNNEL.windowBytes

  get left(): number {
    return this.#left
  }

  /** So many bytes go. False, and nothing changes, where they are more than was granted. */
  use(bytes: number): boolean {
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }

  /** So many bytes were dealt with. False, and nothing changes, where they are more than went. */
  grant(bytes: number): boolean {
    if (this.#left + bytes > TUNNEL.windowBytes) return false
    this.#left += bytes
    return true
  }
}
