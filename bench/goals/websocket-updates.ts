/** Order updates to many sockets: how fast those of orders that come by HTTP reach every subscriber. */
import { Agent } from 'node:http'
import { WebSocket } from 'ws'
import { assert } from '../../src/kernel/index.ts'
import { BARE_SERVER, startBare } from '../bare.ts'
import { median, row, type Row } from '../row.ts'
import { ORDER, send, type Target } from '../send.ts'
import { newFolder, ready, removeFolder, startSandbox } from '../server.ts'

const SOCKETS = 32
const CONCURRENCY = 32
const ORDERS = 200
const ROUNDS = 5

export async function websocketUpdates(): Promise<Row[]> {
  const folder = newFolder()
  const server = await startSandbox(folder, ['--no-provider'])
  const bare = await startBare()
  try {
    await ready(server)
    const token = server.token('buyer')
    const ours = await Promise.all(
      Array.from({ length: SOCKETS }, () => Listener.open(`ws://127.0.0.1:${server.port}/v1/ws`)),
    )
    for (const each of ours) await each.subscribe(token)
    const theirs = await Promise.all(
      Array.from({ length: SOCKETS }, () => Listener.open(`ws://127.0.0.1:${bare.port}`)),
    )
    const mine: number[] = []
    const peers: number[] = []
    // Interleaved; the first round only warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const result = await oneRound({ port: server.port, token }, ours)
      const peer = await oneRound({ port: bare.port, token }, theirs)
      if (round === 0) continue
      mine.push(result)
      peers.push(peer)
    }
    for (const each of [...ours, ...theirs]) each.close()
    const what = `order updates delivered per second to ${SOCKETS} sockets, orders by HTTP`
    return [row('websocket-updates', what, median(mine), '1/s', [BARE_SERVER, median(peers)])]
  } finally {
    bare.stop()
    await server.stop()
    removeFolder(folder)
  }
}

/** Places the orders; updates delivered per second until the last socket has the last of them. */
async function oneRound(
  about: Omit<Target, 'agent'>,
  listeners: readonly Listener[],
): Promise<number> {
  // A connection that was idle during the other's round may just be closing.
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY })
  const target = { ...about, agent }
  const from = performance.now()
  const heard = Promise.all(listeners.map((each) => each.hears(ORDERS)))
  let left = ORDERS
  const work = async (): Promise<void> => {
    while (left-- > 0) {
      const { status } = await send(target, 'POST', '/v1/orders', ORDER)
      assert(status < 300, `status ${status}`)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
  await heard
  agent.destroy()
  return (ORDERS * listeners.length * 1_000) / (performance.now() - from)
}

interface Frame {
  readonly op?: string
  readonly type?: string
  readonly channel?: string
  readonly data?: readonly { readonly id: string }[]
}

/** One socket that counts the orders it hears of. */
class Listener {
  readonly #socket: WebSocket
  #seen = new Set<string>()
  #wanted = 0
  #done: () => void = () => {}
  #subscribed: () => void = () => {}

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.#hear(JSON.parse(data.toString()) as Frame))
  }
  static async open(url: string): Promise<Listener> {
    const socket = new WebSocket(url)
    const listener = new Listener(socket)
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    return listener
  }

  /** Resolves when the first state of the subscription has come. */
  async subscribe(token: string): Promise<void> {
    const first = new Promise<void>((resolve) => {
      this.#subscribed = resolve
    })
    this.#socket.send(JSON.stringify({ op: 'auth', token }))
    this.#socket.send(JSON.stringify({ op: 'subscribe', id: '1', channel: 'orders' }))
    await first
    this.#seen = new Set()
  }
  /** Resolves once it has heard of so many orders more. */
  async hears(orders: number): Promise<void> {
    this.#seen = new Set()
    this.#wanted = orders
    await new Promise<void>((resolve) => {
      this.#done = resolve
    })
  }
  close(): void {
    this.#socket.close()
  }

  #hear({ channel, data }: Frame): void {
    if (channel !== 'orders' || data === undefined) return
    this.#subscribed()
    for (const { id } of data) this.#seen.add(id)
    if (this.#seen.size >= this.#wanted) this.#done()
  }
}
