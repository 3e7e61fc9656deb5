import type { ChildProcess } from 'node:child_process'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { FakePod } from './pod.ts'

const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3 } as const
/** As clusters before 1.30: a standard input cannot be closed. */
const PROTOCOL = 'v4.channel.k8s.io'

const server = new WebSocketServer({ noServer: true, handleProtocols: () => PROTOCOL })

/** The exec subresource of a pod; the answer is false when nothing of that name runs there. */
export function serveExec(
  pod: FakePod,
  query: URLSearchParams,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): boolean {
  let child: ChildProcess
  try {
    child = pod.exec(query.getAll('command'), query.get('container') ?? '')
  } catch {
    return false
  }
  server.handleUpgrade(request, socket, head, (client) => carry(child, client))
  return true
}

/** The portforward subresource: channel 0 is the connection, and each channel first repeats the port. */
export function servePort(
  _pod: FakePod,
  query: URLSearchParams,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): boolean {
  const port = Number(query.get('ports'))
  const greeting = Buffer.from([port % 256, port >> 8])
  server.handleUpgrade(request, socket, head, (client) => {
    for (const channel of [0, 1]) client.send(Buffer.concat([Uint8Array.of(channel), greeting]))
    const there = connect(port, '127.0.0.1')
    there.on('data', (bytes) => client.send(Buffer.concat([Uint8Array.of(0), bytes])))
    there.on('error', () => client.close())
    there.on('close', () => client.close())
    client.on('message', (data: Buffer) => there.write(data.subarray(1)))
    client.on('close', () => there.destroy())
  })
  return true
}

function carry(child: ChildProcess, client: WebSocket): void {
  const send = (channel: number, bytes: Uint8Array | string): void => {
    client.send(Buffer.concat([Uint8Array.of(channel), Buffer.from(bytes)]))
  }
  child.stdout?.on('data', (bytes: Buffer) => send(CHANNEL.stdout, bytes))
  child.stderr?.on('data', (bytes: Buffer) => send(CHANNEL.stderr, bytes))
  client.on('message', (data: Buffer) => {
    if (data[0] === CHANNEL.stdin) child.stdin?.write(data.subarray(1))
  })
  // The program may have closed its input already.
  child.stdin?.on('error', () => undefined)
  child.once('error', () => send(CHANNEL.status, JSON.stringify({ status: 'Failure' })))
  child.once('close', (code) => {
    const causes = [{ reason: 'ExitCode', message: String(code ?? 137) }]
    const status = code === 0 ? { status: 'Success' } : { status: 'Failure', details: { causes } }
    send(CHANNEL.status, JSON.stringify(status))
    client.close()
  })
}
