import { finished } from 'node:stream/promises'
import { Fault } from '../../messages/index.ts'
import type { Cluster } from './cluster.ts'
import { ExecSocket, exitCodeOf } from './exec-socket.ts'

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
  const asked = { pod, container, command, stdin: input !== undefined, terminal: false }
  const socket = await ExecSocket.open(cluster, asked)
  let stderr = ''
  socket.output.on('data', (bytes: Uint8Array) => output?.(bytes))
  socket.errors.on('data', (bytes: Uint8Array) => (stderr += Buffer.from(bytes).toString()))
  const read = Promise.all([socket.output, socket.errors].map((each) => finished(each)))
  try {
    // Each piece waits until the one before has left, so that no more than one is held in memory.
    if (input !== undefined) for await (const bytes of input) await socket.input(bytes)
    const status = await socket.ended
    await read
    if (status !== null) return { exitCode: exitCodeOf(status), stderr }
  } finally {
    socket.close()
  }
  throw new Fault('ENGINE_UNREACHABLE', { cause: new Error('exec broke off') })
}
