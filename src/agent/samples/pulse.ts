/** Round trips to the exchange on the daemon's own socket: a ping a second, answered by its door. */
import { WebSocket } from 'ws'

const BEATS = 60
/** RFC 3550 6.4.1: jitter follows the differences of round trips by a sixteenth */
const SMOOTHING = 16

export interface PathQuality {
  /** of the last beat, NaN when it had no answer */
  readonly rttUs: number
  readonly jitterUs: number
  /** of the last 60 beats, those that had no answer within a second; NaN before the first */
  readonly lossPpm: number
}

export class Pulse {
  readonly #nowMs: () => number
  readonly #answered: boolean[] = []
  #socket: WebSocket | null = null
  #beat = 0
  #sentMs = Number.NaN
  #rttUs = Number.NaN
  #lastRttUs = Number.NaN
  #jitterUs = Number.NaN

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
  }

  /** From now on it is this socket; gives it back. */
  watch(socket: WebSocket): WebSocket {
    this.#socket = socket
    socket.on('pong', (payload: Buffer) => this.#hear(payload))
    return socket
  }

  /** How the last beats went. */
  quality(): PathQuality {
    const lost = this.#answered.filter((answered) => !answered).length
    const lossPpm = this.#answered.length === 0 ? Number.NaN : (lost / this.#answered.length) * 1e6
    return { rttUs: this.#rttUs, jitterUs: this.#jitterUs, lossPpm }
  }

  /** Sends the next; the one before is lost if it has no answer by now. */
  beat(): void {
    if (this.#beat > 0) {
      this.#answered.push(!Number.isNaN(this.#rttUs))
      if (this.#answered.length > BEATS) this.#answered.shift()
    }
    this.#beat++
    this.#rttUs = Number.NaN
    if (this.#socket?.readyState !== WebSocket.OPEN) return
    const payload = Buffer.alloc(4)
    payload.writeUInt32LE(this.#beat)
    this.#sentMs = this.#nowMs()
    this.#socket.ping(payload)
  }

  #hear(payload: Buffer): void {
    if (payload.length !== 4 || payload.readUInt32LE() !== this.#beat) return
    const before = this.#lastRttUs
    this.#rttUs = this.#lastRttUs = (this.#nowMs() - this.#sentMs) * 1_000
    if (Number.isNaN(before)) return
    const jitter = Number.isNaN(this.#jitterUs) ? 0 : this.#jitterUs
    this.#jitterUs = jitter + (Math.abs(this.#rttUs - before) - jitter) / SMOOTHING
  }
}
