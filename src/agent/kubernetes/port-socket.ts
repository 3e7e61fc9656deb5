import { Duplex } from 'node:stream'
import { WebSocket, type RawData } from 'ws'
import type { Cluster } from './cluster.ts'
import { bytesOf, openSocket } from './exec-socket.ts'

const PROTOCOLS = ['v4.channel.k8s.io']
const DATA = 0
/** The first message of each channel only repeats the port. */
const GREETING_BYTES = 2

/**
 * A connection to a port of a pod, by the portforward subresource. Its protocol cannot close one
 * direction alone: when this side has ended, the other's end is waited for.
 */
export async function dialPod(cluster: Cluster, pod: string, port: number): Promise<Duplex> {
  const socket = await openSocket(cluster, `${pod}/portforward?ports=${port}`, PROTOCOLS)
  return new PortStream(socket)
}

class PortStream extends Duplex {
  readonly #socket: WebSocket
  #greeted = false

  constructor(socket: WebSocket) {
    super({ allowHalfOpen: true })
    this.#socket = socket
    socket.on('message', (data: RawData) => this.#take(bytesOf(data)))
    socket.on('error', () => undefined)
    socket.once('close', () => this.push(null))
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(bytes: Uint8Array, _encoding: string, done: () => void): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return done()
    this.#socket.send(Buffer.concat([Uint8Array.of(DATA), bytes]), () => done())
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.terminate()
    done(error)
  }

  #take(bytes: Uint8Array): void {
    // The other channel says in words why there is no connection: that comes with its end.
    if (bytes[0] !== DATA) return
    const greeting = !this.#greeted && bytes.length === 1 + GREETING_BYTES
    this.#greeted = true
    if (!greeting && !this.push(bytes.subarray(1))) this.#socket.pause()
  }
}
