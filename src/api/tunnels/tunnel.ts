import type { KeyView, TunnelKind, WorkloadView } from '../../messages/index.ts'
import {
  Credit,
  renumber,
  type TunnelEnd,
  type TunnelFrame,
  type TunnelWhy,
} from '../../wire/index.ts'

/** A connection as tunnels see it. */
export interface Peer {
  readonly say: (frame: object) => void
  readonly send: (frame: Uint8Array) => void
}

/** Why there is no tunnel: it ended before it was open, or its daemon said no. */
export interface NotOpened {
  readonly end: TunnelEnd
  readonly why: TunnelWhy | null
}

/** What a tunnel is made of: each of its two sides numbers it for itself. */
export interface TunnelParts {
  readonly key: KeyView
  readonly kind: TunnelKind
  readonly workload: WorkloadView
  readonly client: Peer
  readonly clientNumber: number
  readonly daemon: Peer
  readonly daemonNumber: number
}

/**
 * A tunnel as the relay between its two sides: it keeps nothing of what passes, and no more than a
 * window is on the way to either side.
 */
export class Tunnel {
  readonly parts: TunnelParts
  readonly #inwards = new Credit()
  readonly #outwards = new Credit()
  bytesIn = 0
  bytesOut = 0
  /** when something passed last, microseconds */
  passedUs: number
  isOpen = false
  /** Resolves with null once the daemon has opened it. */
  readonly opened: Promise<NotOpened | null>
  #tell: (how: NotOpened | null) => void = () => {}

  constructor(parts: TunnelParts, nowUs: number) {
    this.parts = parts
    this.passedUs = nowUs
    this.opened = new Promise((resolve) => (this.#tell = resolve))
  }

  /** The daemon has opened it. */
  open(): void {
    this.isOpen = true
    this.#tell(null)
  }

  /** It ended; of effect where it is not open yet. */
  notOpened(how: NotOpened): void {
    this.#tell(how)
  }

  /**
   * Passes a frame of one side on to the other. False, and nothing is passed, where that side sends
   * or grants more than it may.
   */
  pass(from: 'client' | 'daemon', frame: TunnelFrame, message: Uint8Array): boolean {
    const { client, clientNumber, daemon, daemonNumber } = this.parts
    const [ahead, back] =
      from === 'client' ? [this.#inwards, this.#outwards] : [this.#outwards, this.#inwards]
    const isFair =
      frame.says === 'credit' ? back.grant(frame.credit) : ahead.use(frame.bytes.length)
    if (!isFair) return false
    if (from === 'client') {
      this.bytesIn += frame.bytes.length
      daemon.send(renumber(message, daemonNumber))
    } else {
      this.bytesOut += frame.bytes.length
      client.send(renumber(message, clientNumber))
    }
    return true
  }
}
