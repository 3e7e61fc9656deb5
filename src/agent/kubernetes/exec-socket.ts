import { PassThrough } from 'node:stream'
import { WebSocket, type RawData } from 'ws'
import { Fault } from '../../messages/index.ts'
import type { Terminal } from '../exec/session.ts'
import { KubernetesError, type Cluster } from './cluster.ts'
import type { Status } from './objects.ts'

/** The first of these that a cluster knows; only v5 (Kubernetes 1.30) can close a standard input. */
const CLOSING = 'v5.channel.k8s.io'
const PROTOCOLS = [CLOSING, 'v4.channel.k8s.io']
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3, size: 4, close: 255 } as const
const TIMEOUT_MS = 20_000

/** A program to run in a container that runs already. */
export interface ExecRequest {
  /** path of the pod */
  readonly pod: string
  readonly container: string
  readonly command: readonly string[]
  readonly stdin: boolean
  readonly terminal: boolean
}

/**
 * A program that runs by the exec subresource. What it prints waits in the connection for as long as
 * nobody reads it.
 */
export class ExecSocket {
  readonly output = new PassThrough()
  readonly errors = new PassThrough()
  /** Resolves with what the cluster says of its end; null when the connection broke before. */
  readonly ended: Promise<Status | null>
  readonly #socket: WebSocket
  #status: Status | null = null

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: RawData) => this.#take(bytesOf(data)))
    // It is told about by the close that follows.
    socket.on('error', () => undefined)
    this.ended = new Promise((resolve) => {
      socket.once('close', () => {
        this.output.end()
        this.errors.end()
        resolve(this.#status)
      })
    })
  }

  /** Rejects with Fault ENGINE_UNREACHABLE, or KubernetesError when the cluster refuses. */
  static async open(cluster: Cluster, request: ExecRequest): Promise<ExecSocket> {
    const { pod, container, command, stdin, terminal } = request
    const query = new URLSearchParams({ container, stdout: 'true' })
    query.set('stderr', String(!terminal))
    if (terminal) query.set('tty', 'true')
    if (stdin) query.set('stdin', 'true')
    for (const word of command) query.append('command', word)
    const socket = await openSocket(cluster, `${pod}/exec?${query.toString()}`, PROTOCOLS)
    return new ExecSocket(socket)
  }

  /** Standard input of the program can be closed over this connection. */
  get closesInput(): boolean {
    return this.#socket.protocol === CLOSING
  }

  /** Resolves once the bytes have left, or the connection is gone. */
  async input(bytes: Uint8Array): Promise<void> {
    await this.#send(CHANNEL.stdin, bytes)
  }

  async endInput(): Promise<void> {
    if (this.closesInput) await this.#send(CHANNEL.close, Uint8Array.of(CHANNEL.stdin))
  }

  async resize({ columns, rows }: Terminal): Promise<void> {
    await this.#send(CHANNEL.size, Buffer.from(JSON.stringify({ Width: columns, Height: rows })))
  }

  close(): void {
    this.#socket.terminate()
  }

  async #send(channel: number, bytes: Uint8Array): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) return
    const framed = Buffer.concat([Uint8Array.of(channel), bytes])
    // A socket that closes meanwhile is told about by its close.
    await new Promise<void>((resolve) => this.#socket.send(framed, () => resolve()))
  }

  #take(bytes: Uint8Array): void {
    const [channel] = bytes
    if (channel === CHANNEL.status) {
      this.#status = JSON.parse(Buffer.from(bytes.subarray(1)).toString()) as Status
    } else if (channel === CHANNEL.stdout || channel === CHANNEL.stderr) {
      const to = channel === CHANNEL.stdout ? this.output : this.errors
      if (to.write(bytes.subarray(1))) return
      this.#socket.pause()
      to.once('drain', () => this.#socket.resume())
    }
  }
}

/** A WebSocket to a path. Rejects with Fault ENGINE_UNREACHABLE, or KubernetesError when refused. */
export async function openSocket(
  cluster: Cluster,
  path: string,
  protocols: readonly string[],
): Promise<WebSocket> {
  const { url, options } = await cluster.socket(path)
  const socket = new WebSocket(url, [...protocols], { ...options, handshakeTimeout: TIMEOUT_MS })
  // What comes before anybody listens must wait.
  socket.once('open', () => socket.pause())
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', (cause) => reject(new Fault('ENGINE_UNREACHABLE', { cause })))
    socket.once('unexpected-response', (_request, response) => {
      const code = response.statusCode ?? 500
      reject(new KubernetesError(code, '', `exec was answered with ${code}`))
      socket.terminate()
    })
  })
  process.nextTick(() => socket.resume())
  return socket
}

export function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}

/** 0, the program's own code, or 126 when it could not be run. */
export function exitCodeOf({ status, details }: Status): number {
  if (status === 'Success') return 0
  const told = details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message
  return told === undefined ? 126 : Number(told)
}
