/** `exec` and `dial` of pods: the cluster starts the program, and carries the connection. */
import { randomBytes } from 'node:crypto'
import { PassThrough, type Writable } from 'node:stream'
import type { Driver } from '../drivers/driver.ts'
import { EngineError } from '../container/engine.ts'
import { Fault } from '../../messages/index.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { killMarked, listeningPorts } from '../kubernetes/courier.ts'
import { ExecSocket, exitCodeOf } from '../kubernetes/exec-socket.ts'
import { MAIN } from '../kubernetes/phases.ts'
import { dialPod } from '../kubernetes/port-socket.ts'
import { noTunnel, type ExecSession, type Terminal } from './session.ts'

type Inside = Required<Pick<Driver, 'exec' | 'dial'>>

/** exit code of what was cut off with its connection */
const ENDED_UNKNOWN = 255
/** A piece of input is one read of `dd`. */
const PIECE_BYTES = 32_768
/** By this variable a program beside a workload is found, with all that it started. */
const MARK = 'SUAN_TUNNEL'

/** Says where it is to be found, and becomes the program. */
const MARKED = `${MARK}=$0; export ${MARK}; exec "$@"`
/**
 * Before v5 of the protocol a standard input cannot be closed: it comes in pieces, each with its length
 * in a line before it, and a length of 0 is the end. Whoever feeds the program says its own number
 * first, so that it can be ended with the program: a shell waits for all of a pipeline.
 */
const FEEDER = `echo $$; while read -r n && [ "$n" -gt 0 ]; do
dd bs="$n" count=1 iflag=fullblock || break; done`
const FED = `${MARK}=$0; export ${MARK}; exec 3<&0
sh -c '${FEEDER}' <&3 3<&- 2>/dev/null |
{ read -r feeder; "$@" 3<&-; code=$?; kill -KILL "$feeder" 2>/dev/null; exit $code; }`

/** What a container has for us: nothing is a program alone. */
type Means = 'nothing' | 'shell' | 'feeder'

/** Programs beside pods and connections into them; `podOf` gives the path of a workload's pod. */
export function podInside(
  cluster: () => Cluster,
  podOf: (lease: number, workload: number) => string,
): Inside {
  return {
    exec: async ({ lease }, workload, command, terminal) =>
      asked(() => start(cluster(), podOf(lease, workload), command, terminal)),
    dial: async ({ lease }, workload, port) =>
      asked(async () => {
        const pod = podOf(lease, workload)
        const open = await listeningPorts(cluster(), pod)
        if (!open.includes(port)) throw noTunnel('nothing answers on that port')
        return dialPod(cluster(), pod, port)
      }),
  }
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof EngineError) throw noTunnel('it does not run on this machine', cause)
    throw cause
  }
}

async function start(
  cluster: Cluster,
  pod: string,
  command: readonly string[],
  terminal: Terminal | null,
): Promise<ExecSession> {
  const means = await meansOf(cluster, pod, terminal)
  const mark = randomBytes(8).toString('hex')
  const around = { nothing: [], shell: ['sh', '-c', MARKED, mark], feeder: ['sh', '-c', FED, mark] }
  const isTerminal = terminal !== null
  const words = [...around[means], ...(isTerminal && means !== 'nothing' ? TERM : []), ...command]
  const asking = { pod, container: MAIN, command: words, stdin: true, terminal: isTerminal }
  const socket = await ExecSocket.open(cluster, asking)
  if (terminal !== null) await socket.resize(terminal)
  return {
    input: inputOf(socket, means),
    output: socket.output,
    errors: isTerminal ? null : socket.errors,
    ended: socket.ended.then((status) => (status === null ? ENDED_UNKNOWN : exitCodeOf(status))),
    resize: (size) => void socket.resize(size),
    close: () => void end(cluster, pod, mark, socket),
  }
}

const TERM = ['env', 'TERM=xterm-256color']

/** Does the container of the program have what its input needs? Asked where it is used. */
async function meansOf(cluster: Cluster, pod: string, terminal: Terminal | null): Promise<Means> {
  const command = ['sh', '-c', 'command -v dd']
  const asking = { pod, container: MAIN, command, stdin: false, terminal: false }
  const socket = await ExecSocket.open(cluster, asking)
  try {
    socket.output.resume()
    socket.errors.resume()
    const status = await socket.ended
    if (status === null) throw noTunnel('it does not run on this machine')
    const exitCode = exitCodeOf(status)
    if (exitCode === 126) return 'nothing'
    return exitCode !== 0 || socket.closesInput || terminal !== null ? 'shell' : 'feeder'
  } finally {
    socket.close()
  }
}

/** What is written here reaches the program's standard input. */
function inputOf(socket: ExecSocket, means: Means): Writable {
  const input = new PassThrough()
  void feed(socket, means, input)
  return input
}

async function feed(socket: ExecSocket, means: Means, input: PassThrough): Promise<void> {
  const isFed = means === 'feeder'
  for await (const bytes of input as AsyncIterable<Uint8Array>) {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES)
      const head = Buffer.from(isFed ? `${piece.length}\n` : '')
      await socket.input(Buffer.concat([head, piece]))
    }
  }
  if (isFed) await socket.input(Buffer.from('0\n'))
  else await socket.endInput()
}

/** A cluster lets a program run on whose connection is gone: it is ended from beside it. */
async function end(cluster: Cluster, pod: string, mark: string, socket: ExecSocket): Promise<void> {
  const isOver = await Promise.race([socket.ended.then(() => true), Promise.resolve(false)])
  try {
    if (!isOver) await killMarked(cluster, pod, `${MARK}=${mark}`)
  } catch (error) {
    // Its pod is gone, and it with it.
    if (!(error instanceof Fault || error instanceof EngineError)) throw error
  } finally {
    socket.close()
  }
}
