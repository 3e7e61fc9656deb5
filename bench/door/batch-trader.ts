/** A client of the binary form: frames of orders, then of the cancels of what they placed. */
import { randomBytes } from 'node:crypto'
import { WebSocket } from 'ws'
import { assert } from '../../src/kernel/index.ts'
import {
  BATCH,
  ITEM,
  decodeOutcomes,
  encodeItems,
  type BatchItem,
  type IdentifiedItem,
} from '../../src/wire/index.ts'

const NO_ID = '0'.repeat(32)

export interface Shape {
  /** items of a frame */
  readonly items: number
  /** frames that are under way at once */
  readonly frames: number
}

export class BatchTrader {
  readonly #socket: WebSocket
  readonly #shape: Shape
  readonly #orders: Uint8Array<ArrayBuffer>
  readonly #sentMs = new Map<number, number>()
  #batch = 0
  #left = 0
  #tookMs: number[] = []
  #done: (tookMs: number[]) => void = () => {}
  #failed: (error: Error) => void = () => {}

  private constructor(socket: WebSocket, shape: Shape, order: BatchItem) {
    this.#socket = socket
    this.#shape = shape
    this.#orders = encodeItems(0, same(order, shape.items))
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#hear(data)
      else this.#read(data.toString())
    })
    socket.on('close', () => this.#failed(new Error('the server closed the socket')))
  }

  static async open(
    url: string,
    token: string,
    shape: Shape,
    order: BatchItem,
  ): Promise<BatchTrader> {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    socket.send(JSON.stringify({ op: 'auth', token }))
    return new BatchTrader(socket, shape, order)
  }

  /** Milliseconds of each frame's answer. */
  trade(frames: number): Promise<number[]> {
    this.#left = frames
    this.#tookMs = []
    return new Promise((resolve, reject) => {
      this.#done = resolve
      this.#failed = reject
      for (let n = 0; n < this.#shape.frames; n++) this.#say(this.#orders.slice())
    })
  }

  close(): void {
    this.#failed = () => {}
    this.#socket.close()
  }

  /** Gives every item an id of now, and the frame its number. */
  #say(frame: Uint8Array<ArrayBuffer>): void {
    if (this.#left-- <= 0) return
    const batch = ++this.#batch
    const view = new DataView(frame.buffer)
    view.setUint32(4, batch, true)
    const random = randomBytes(10)
    const nowMs = Date.now()
    for (let at = BATCH.headBytes; at < frame.length; at += BATCH.itemBytes) {
      view.setUint32(at + ITEM.commandId, Math.floor(nowMs / 65_536))
      view.setUint16(at + ITEM.commandId + 4, nowMs % 65_536)
      frame.set(random, at + ITEM.commandId + 6)
      view.setUint16(at + ITEM.commandId + 14, at / BATCH.itemBytes)
    }
    this.#sentMs.set(batch, performance.now())
    this.#socket.send(frame)
  }

  #hear(data: Uint8Array): void {
    const { batch, outcomes } = decodeOutcomes(data)
    this.#tookMs.push(performance.now() - (this.#sentMs.get(batch) ?? 0))
    this.#sentMs.delete(batch)
    const refused = outcomes.find(({ code }) => code !== null)
    if (refused !== undefined) return this.#failed(new Error(refused.code ?? ''))
    const open = outcomes.filter(({ end }) => end === null)
    if (open.length === 0) this.#say(this.#orders.slice())
    else
      this.#say(
        encodeItems(
          0,
          open.map(({ order }) => cancelOf(order)),
        ),
      )
    if (this.#sentMs.size === 0) this.#done(this.#tookMs)
  }

  #read(text: string): void {
    const { type, code } = JSON.parse(text) as { type: string; code?: string }
    assert(type === 'ack', `the server said ${type} ${code ?? ''}`)
  }
}

const cancelOf = (order: number): IdentifiedItem => ({ action: 'cancel', order, command_id: NO_ID })

function same(item: BatchItem, count: number): IdentifiedItem[] {
  return Array.from({ length: count }, () => ({ ...item, command_id: NO_ID }))
}
