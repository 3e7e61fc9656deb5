/** Orders on the WebSocket, one a frame of JSON, each answered when it is durable (goal G4). */
import { WebSocket } from 'ws'
import { startBare, BARE_SERVER } from '../bare.ts'
import { ORDER, openBuyers } from '../door/accounts.ts'
import { loadRows, measured, share, type Load } from '../door/load.ts'
import type { Row } from '../row.ts'
import { historyOf, newFolder, removeFolder, startSandbox } from '../server.ts'

const SOCKETS = 4
/** orders of a socket that are under way */
const WINDOW = 64
/** a round */
const ORDERS = 25_600
const ROUNDS = 5
const TARGETS = { must: 20_000, aim: 30_000 }

export async function websocket(): Promise<Row[]> {
  const folder = newFolder()
  const server = await startSandbox(folder, ['--no-provider'])
  const bare = await startBare()
  try {
    await historyOf(server)
    const tokens = await openBuyers(server, SOCKETS)
    const url = `ws://127.0.0.1:${server.port}/v1/ws`
    const ours = await Promise.all(tokens.map((token) => Trader.open(url, token)))
    const theirs = await Promise.all(
      tokens.map((token) => Trader.open(`ws://127.0.0.1:${bare.port}/orders`, token)),
    )
    const mine: Load[] = []
    const peers: Load[] = []
    // Interleaved; the first round only warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const result = await oneRound(server.process.pid, ours)
      const peer = await oneRound(bare.pid, theirs)
      if (round === 0) continue
      mine.push(result)
      peers.push(peer)
    }
    for (const each of [...ours, ...theirs]) each.close()
    const what = `WebSocket JSON singles, ${SOCKETS} sockets, ${WINDOW} under way on each`
    return loadRows('websocket', what, mine, TARGETS, [BARE_SERVER, peers])
  } finally {
    bare.stop()
    await server.stop()
    removeFolder(folder)
  }
}

function oneRound(pid: number, traders: readonly Trader[]): Promise<Load> {
  const each = share(ORDERS, traders.length)
  return measured(pid, ORDERS, async () => {
    const took = await Promise.all(traders.map((trader) => trader.trade(each)))
    return took.flat()
  })
}

/** All that the client reads of an answer: its own time counts on the same two cores. */
const ANSWER = /^\{"type":"(\w+)","op":"([\w.]+)"(?:,"id":"(\d+)")?/
const ORDER_ID = /"order":\{"id":"(\w+)"/
const BODY = JSON.stringify(ORDER)

/** Places and cancels, so many at once. */
class Trader {
  readonly #socket: WebSocket
  readonly #sentMs = new Map<string, number>()
  #nextId = 1
  #left = 0
  #tookMs: number[] = []
  #done: (tookMs: number[]) => void = () => {}
  #failed: (error: Error) => void = () => {}

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.#hear(data.toString()))
    socket.on('close', () => this.#failed(new Error('the server closed the socket')))
  }

  static async open(url: string, token: string): Promise<Trader> {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    socket.send(JSON.stringify({ op: 'auth', token }))
    return new Trader(socket)
  }

  /** Milliseconds of each answer. */
  trade(orders: number): Promise<number[]> {
    this.#left = orders
    this.#tookMs = []
    return new Promise((resolve, reject) => {
      this.#done = resolve
      this.#failed = reject
      for (let n = 0; n < WINDOW; n++) this.#say(null)
    })
  }

  close(): void {
    this.#failed = () => {}
    this.#socket.close()
  }

  #say(cancel: string | null): void {
    if (this.#left-- <= 0) return
    const id = String(this.#nextId++)
    const op =
      cancel === null
        ? `{"op":"order.place","id":"${id}","body":${BODY}}`
        : `{"op":"order.cancel","id":"${id}","order_id":"${cancel}"}`
    this.#sentMs.set(id, performance.now())
    this.#socket.send(op)
  }

  #hear(text: string): void {
    const [, type, op, id = ''] = ANSWER.exec(text) ?? []
    if (op === 'auth') return
    if (type !== 'ack') return this.#failed(new Error(text))
    this.#tookMs.push(performance.now() - (this.#sentMs.get(id) ?? 0))
    this.#sentMs.delete(id)
    this.#say(op === 'order.place' ? (ORDER_ID.exec(text)?.[1] ?? null) : null)
    if (this.#sentMs.size === 0) this.#done(this.#tookMs)
  }
}
