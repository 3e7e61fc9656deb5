/** The least that a server can do with an order: parse it, answer, tell every socket. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

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
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`)
})
