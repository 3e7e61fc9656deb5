/** One address before several servers, as a proxy would have it: connections go to the one that leads. */
import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'

const LOOK_MS = 100
const ANSWER_MS = 1_000

export class FrontDoor {
  readonly url: string
  /** ports of the servers; another may be added at any time */
  readonly ports: number[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #leader: number | null = null
  #isClosed = false

  private constructor(server: Server, port: number) {
    this.url = `http://127.0.0.1:${port}`
    this.#server = server.on('connection', (near) => this.#join(near))
    void this.#look()
  }

  static async open(): Promise<FrontDoor> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no TCP address')
    return new FrontDoor(server, address.port)
  }

  close(): void {
    this.#isClosed = true
    this.#server.close()
    this.#drop()
  }

  #join(near: Socket): void {
    near.on('error', () => {})
    if (this.#leader === null) return void near.destroy()
    const far = createConnection(this.#leader, '127.0.0.1').on('error', () => {})
    near.pipe(far).pipe(near)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one)
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
    }
  }

  async #look(): Promise<void> {
    while (!this.#isClosed) {
      const leads = await Promise.all(this.ports.map(isReady))
      const leader = this.ports.find((_, at) => leads[at]) ?? null
      // A server that hangs keeps its connections.
      if (leader !== this.#leader) this.#drop()
      this.#leader = leader
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  }

  #drop(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS)
    const { status } = await fetch(`http://127.0.0.1:${port}/readyz`, { signal })
    return status === 200
  } catch {
    return false
  }
}
