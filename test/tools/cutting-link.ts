/** A way to an HTTP server whose connections can be cut in the middle of what they carry. */
import {
  createConnection,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net'

export class CuttingLink {
  /** stands for the server's address */
  readonly url: string
  /** bytes that went to the server */
  sent = 0
  cuts = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** bytes that may still pass; null means all */
  #left: number | null = null
  #isOutward = true
  /** connections to refuse after the cut */
  #refuse = 0
  /** connections that are still refused */
  #refused = 0

  private constructor(server: Server, url: string) {
    this.#server = server
    this.url = url
  }

  /** To the server at `to`, `http://127.0.0.1:1234`. */
  static async open(to: string): Promise<CuttingLink> {
    const { hostname, port } = new URL(to)
    const server = createServer((near) => link.#join(near, hostname, Number(port)))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port: own } = server.address() as AddressInfo
    const link: CuttingLink = new CuttingLink(server, `http://127.0.0.1:${own}`)
    return link
  }

  /**
   * All connections are cut when so many bytes have gone out to the server, or come back from it. So
   * many of those that are tried afterwards are refused.
   */
  cutAfter(bytes: number, way: 'out' | 'back', refused: number): void {
    this.#left = bytes
    this.#isOutward = way === 'out'
    this.#refuse = refused
    this.#refused = 0
  }

  heal(): void {
    this.#left = null
    this.#refused = 0
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #join(near: Socket, host: string, port: number): void {
    if (this.#refused > 0) {
      this.#refused--
      near.destroy()
      return
    }
    const far = createConnection(port, host)
    this.#carry(near, far, true)
    this.#carry(far, near, false)
  }

  #carry(from: Socket, to: Socket, isOutward: boolean): void {
    this.#sockets.add(from)
    from.on('error', () => {})
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
    from.on('data', (bytes: Buffer) => {
      if (isOutward) this.sent += bytes.length
      if (this.#isCut(bytes.length, isOutward)) return
      if (!to.write(bytes)) {
        from.pause()
        to.once('drain', () => from.resume())
      }
    })
  }

  #isCut(bytes: number, isOutward: boolean): boolean {
    if (this.#left === null || isOutward !== this.#isOutward) return false
    this.#left -= bytes
    if (this.#left > 0) return false
    this.#left = null
    this.#refused = this.#refuse
    this.cuts++
    for (const socket of this.#sockets) socket.destroy()
    return true
  }
}
