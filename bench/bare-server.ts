/** The least that a server can do with an order: parse it, answer, tell every socket. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

/** of the binary form, docs/batches.md */
const HEAD_BYTES = 8
const ITEM_BYTES = 64
const OUTCOME_BYTES = 40
const OUTCOMES = 2
const CANCEL = 2
const NONE = 255

let orders = 0
const server = createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => {
    text += chunk
  })
  request.on('end', () => {
    const body = text === '' ? {} : (JSON.parse(text) as object)
    const order = { id: `ordr_${++orders}`, ...body }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ order }))
    const frame = JSON.stringify({ channel: 'orders', data: [order] })
    for (const socket of sockets.clients) socket.send(frame)
  })
})
const sockets = new WebSocketServer({ server })
sockets.on('connection', (socket) => {
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) return socket.send(outcomes(data))
    const { op, id, body } = JSON.parse(data.toString()) as Record<string, unknown>
    if (op === 'auth') return
    const order = { id: `ordr_${++orders}`, ...(body as object | undefined) }
    socket.send(JSON.stringify({ type: 'ack', op, id, data: { order } }))
  })
})

/** A frame of as many outcomes as the batch has items, each with an order's number. */
function outcomes(frame: Buffer): Buffer {
  const count = frame.readUInt16LE(2)
  const answer = Buffer.alloc(HEAD_BYTES + count * OUTCOME_BYTES + 1)
  frame.copy(answer, 0, 0, HEAD_BYTES)
  answer[1] = OUTCOMES
  for (let n = 0; n < count; n++) {
    const at = HEAD_BYTES + n * OUTCOME_BYTES
    answer.writeUInt32LE(++orders, at + 8)
    answer[at + 33] = frame[HEAD_BYTES + n * ITEM_BYTES + 16] === CANCEL ? 0 : NONE
  }
  return answer
}
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`)
})
