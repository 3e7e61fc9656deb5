import { WebSocket, type RawData } from 'ws'
import { Fault } from '../../messages/index.ts'
import { KubernetesError, type Cluster } from './cluster.ts'
import type { Status } from './objects.ts'

const PROTOCOL = 'v4.channel.k8s.io'
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3 } as const
const TIMEOUT_MS = 20_000

/** A program to run in a container that runs already. */
export interface Exec {
  /** path of the pod */
  readonly pod: string
  readonly container: string
  readonly command: readonly string[]
  /** sent to its standard input, which cannot be closed: the program must know when to stop */
  readonly input?: AsyncIterable<Uint8Array>
  readonly output?: (bytes: Uint8Array) => void
}

/**
 * Runs a program by the exec subresource and resolves with its exit code and standard error. Rejects
 * with Fault ENGINE_UNREACHABLE when the connection breaks first, KubernetesError when it is refused.
 */
export async function exec(
  cluster: Cluster,
  { pod, container, command, input, output }: Exec,
): Promise<{ exitCode: number; stderr: string }> {
  const query = new URLSearchParams({ container, stdout: 'true', stderr: 'true' })
  if (input !== undefined) query.set('stdin', 'true')
  for (const word of command) query.append('command', word)
  const { url, options } = await cluster.socket(`${pod}/exec?${query.toString()}`)
  const socket = new WebSocket(url, PROTOCOL, { ...options, handshakeTimeout: TIMEOUT_MS })
  let stderr = ''
  let status: Status | null = null
  const closed = new Promise<void>((resolve, reject) => {
    const fail = (cause: unknown) => reject(new Fault('ENGINE_UNREACHABLE', { cause }))
    socket.on('message', (data: RawData) => {
      const bytes = bytesOf(data)
      const text = () => Buffer.from(bytes.subarray(1)).toString()
      if (bytes[0] === CHANNEL.stdout) output?.(bytes.subarray(1))
      else if (bytes[0] === CHANNEL.stderr) stderr += text()
      else if (bytes[0] === CHANNEL.status) status = JSON.parse(text()) as Status
    })
    socket.once('unexpected-response', (_request, response) => {
      const code = response.statusCode ?? 500
      reject(new KubernetesError(code, '', `exec was answered with ${code}`))
      socket.terminate()
    })
    socket.once('error', fail)
    socket.once('close', () => resolve())
  })
  const sent = input === undefined ? Promise.resolve() : send(socket, input)
  try {
    await Promise.all([closed, sent])
  } finally {
    socket.terminate()
  }
  if (status === null) throw new Fault('ENGINE_UNREACHABLE', { cause: new Error('exec broke off') })
  return { exitCode: exitCodeOf(status), stderr }
}

/** Each piece waits until the one before has left, so that no more than one is held in memory. */
async function send(socket: WebSocket, input: AsyncIterable<Uint8Array>): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('open', resolve)
    socket.once('close', resolve)
  })
  for await (const bytes of input) {
    if (socket.readyState !== WebSocket.OPEN) return
    const framed = Buffer.concat([Buffer.from([CHANNEL.stdin]), bytes])
    // A socket that closes meanwhile is told about by its close.
    await new Promise<void>((resolve) => socket.send(framed, () => resolve()))
  }
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}

/** 0, the program's own code, or 126 when it could not be run. */
function exitCodeOf({ status, details }: Status): number {
  if (status === 'Success') return 0
  const told = details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message
  return told === undefined ? 126 : Number(told)
}
