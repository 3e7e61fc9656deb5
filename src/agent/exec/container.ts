/** `exec` and `dial` of containers: the engine starts the program, the daemon enters the network. */
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { PassThrough, type Duplex, type Writable } from 'node:stream'
import { once } from 'node:events'
import { EngineError, type Engine } from '../container/engine.ts'
import { signalProcess } from '../proc/table.ts'
import { Dialer } from './dial.ts'
import { enteringNetwork } from './inside.ts'
import { noTunnel, type ExecSession, type Terminal } from './session.ts'

const LOOK_MS = 100
const HEADER_BYTES = 8
const STDERR = 2
/** the engine's own numbers for "no such program" and "no permission", as shells have them */
const ENDED_UNKNOWN = 255

interface ExecState {
  readonly Running: boolean
  readonly ExitCode: number | null
  readonly Pid: number
}

/** Connections into a container's own network. */
export class ContainerInside {
  readonly #dialer = new Dialer()

  /** Throws Fault TUNNEL_REFUSED. */
  async exec(
    engine: Engine,
    name: string,
    command: readonly string[],
    terminal: Terminal | null,
  ): Promise<ExecSession> {
    const made = await asked(() =>
      engine.json('POST', `/containers/${name}/exec`, {
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: terminal !== null,
        Cmd: command,
        ...(terminal === null ? {} : { Env: ['TERM=xterm-256color'] }),
      }),
    )
    const { Id: id } = made as { Id: string }
    const socket = await hijacked(engine.socket, `/v1.41/exec/${id}/start`, {
      Detach: false,
      Tty: terminal !== null,
    })
    const session = new ContainerSession(engine, name, id, socket, terminal)
    if (terminal !== null) session.resize(terminal)
    return session
  }

  /** Throws Fault TUNNEL_REFUSED. */
  async dial(engine: Engine, name: string, port: number): Promise<Duplex> {
    const { Id, State } = (await asked(() => engine.json('GET', `/containers/${name}/json`))) as {
      Id: string
      State: { Pid?: number }
    }
    const pid = State.Pid ?? 0
    // An engine in a virtual machine or in another user's namespace counts processes for itself.
    if (!isIn(pid, Id)) throw noTunnel('this machine reaches no ports of a workload')
    return this.#dialer.dial(pid, enteringNetwork(pid), port)
  }
}

class ContainerSession implements ExecSession {
  readonly input: Writable
  readonly output = new PassThrough()
  readonly errors: PassThrough | null
  readonly ended: Promise<number>
  readonly #engine: Engine
  readonly #name: string
  readonly #id: string
  readonly #socket: Duplex

  constructor(engine: Engine, name: string, id: string, socket: Duplex, terminal: Terminal | null) {
    this.#engine = engine
    this.#name = name
    this.#id = id
    this.#socket = socket
    this.input = socket
    this.errors = terminal === null ? new PassThrough() : null
    socket.on('error', () => undefined)
    this.ended = this.#run()
  }

  resize({ columns, rows }: Terminal): void {
    const path = `/exec/${this.#id}/resize?h=${rows}&w=${columns}`
    // The program may not have begun, or have ended.
    this.#engine.json('POST', path).catch(() => undefined)
  }

  close(): void {
    void this.#kill()
  }

  async #run(): Promise<number> {
    try {
      if (this.errors === null) await copy(this.#socket, this.output)
      else await split(this.#socket, this.output, this.errors)
    } finally {
      this.output.end()
      this.errors?.end()
    }
    for (;;) {
      const state = await this.#state()
      if (state === null) return ENDED_UNKNOWN
      if (!state.Running) return state.ExitCode ?? ENDED_UNKNOWN
      await sleep(LOOK_MS)
    }
  }

  async #state(): Promise<ExecState | null> {
    try {
      return (await this.#engine.json('GET', `/exec/${this.#id}/json`)) as ExecState
    } catch (error) {
      // With its container it is forgotten.
      if (error instanceof Error) return null
      throw error
    }
  }

  /** The API ends no such program; where its number is one of this machine's, a signal does. */
  async #kill(): Promise<void> {
    const state = await this.#state()
    const container = await this.#engine.inspect(this.#name).catch(() => null)
    const isOurs = state?.Running === true && container !== null && isIn(state.Pid, container.Id)
    if (isOurs) signalProcess(state.Pid, 'SIGKILL')
    this.#socket.destroy()
  }
}

/** Is this a process of this machine that belongs to the container? Its control group says so. */
function isIn(pid: number, container: string): boolean {
  if (pid <= 0) return false
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(container)
  } catch (error) {
    // It ended, or there is no /proc.
    if (error instanceof Error) return false
    throw error
  }
}

async function asked(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof EngineError) throw noTunnel('it does not run on this machine', cause)
    throw cause
  }
}

/** The connection itself, once the engine has switched to the program's bytes. */
function hijacked(socketPath: string, path: string, body: unknown): Promise<Duplex> {
  const text = JSON.stringify(body)
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    connection: 'Upgrade',
    upgrade: 'tcp',
  }
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(noTunnel('the program cannot be started', cause))
    const call = request({ socketPath, method: 'POST', path, headers })
    call.once('error', fail)
    call.once('upgrade', (_response, socket, head) => {
      if (head.length > 0) socket.unshift(head)
      resolve(socket)
    })
    call.once('response', (response) => {
      response.resume()
      fail(new EngineError(response.statusCode ?? 500, 'no upgrade'))
    })
    call.end(text)
  })
}

async function copy(from: Duplex, to: Writable): Promise<void> {
  try {
    for await (const bytes of from) await put(to, bytes as Buffer)
  } catch (error) {
    // The connection was cut: what came is all there is.
    if (!(error instanceof Error)) throw error
  }
}

/** Both streams in one: frames of stream, three zeros, length (big-endian), bytes. */
async function split(from: Duplex, output: Writable, errors: Writable): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  try {
    for await (const bytes of from) {
      rest = Buffer.concat([rest, bytes as Buffer])
      for (;;) {
        const size = rest.length < HEADER_BYTES ? Infinity : rest.readUInt32BE(4)
        if (rest.length < HEADER_BYTES + size) break
        const to = rest[0] === STDERR ? errors : output
        await put(to, rest.subarray(HEADER_BYTES, HEADER_BYTES + size))
        rest = rest.subarray(HEADER_BYTES + size)
      }
    }
  } catch (error) {
    // The connection was cut: what came is all there is.
    if (!(error instanceof Error)) throw error
  }
}

/** Waits for a reader that is behind. */
async function put(to: Writable, bytes: Buffer): Promise<void> {
  if (!to.write(bytes)) await once(to, 'drain')
}
