import { spawn, type ChildProcess } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { programUrl } from '../../kernel/index.ts'
import { noTunnel } from './session.ts'

const NOBODY_ANSWERS = 'nothing answers on that port'
/** A helper is kept so long for the next connection. */
const IDLE_MS = 30_000

interface Helper {
  readonly child: ChildProcess
  readonly waiting: Map<
    number,
    { resolve: (socket: Socket) => void; reject: (error: Error) => void }
  >
  idle: NodeJS.Timeout | null
}

/**
 * Connections to ports of programs whose network is not this machine's. A helper process enters the
 * network (`enter` gives the command that does) and hands over the sockets that it opens there.
 */
export class Dialer {
  /** by the network: a helper holds its own, so its name is given to no other */
  readonly #helpers = new Map<string, Helper>()
  #nextId = 1

  /** `pid` is a process in that network. Throws Fault TUNNEL_REFUSED. */
  async dial(pid: number, enter: readonly string[], port: number): Promise<Duplex> {
    const network = networkOf(pid)
    const helper = this.#helperOf(network, enter)
    const id = this.#nextId++
    try {
      const socket = await new Promise<Socket>((resolve, reject) => {
        helper.waiting.set(id, { resolve, reject })
        helper.child.send({ id, port }, (error) => {
          if (error !== null) reject(noTunnel(NOBODY_ANSWERS, error))
        })
      })
      socket.allowHalfOpen = true
      return socket
    } finally {
      helper.waiting.delete(id)
      this.#rest(network, helper)
    }
  }

  #helperOf(network: string, enter: readonly string[]): Helper {
    const known = this.#helpers.get(network)
    if (known !== undefined) {
      if (known.idle !== null) clearTimeout(known.idle)
      return known
    }
    const [program = '', ...words] = enter
    const dialer = fileURLToPath(programUrl('agent/dialer', import.meta.url))
    const child = spawn(program, [...words, process.execPath, dialer], {
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const helper: Helper = { child, waiting: new Map(), idle: null }
    this.#helpers.set(network, helper)
    child.on('message', (told, socket) => {
      const { id } = told as { id: number }
      const asked = helper.waiting.get(id)
      if (socket === undefined) asked?.reject(noTunnel(NOBODY_ANSWERS))
      else if (asked === undefined) (socket as Socket).destroy()
      else asked.resolve(socket as Socket)
    })
    const gone = (cause?: unknown) => {
      if (this.#helpers.get(network) === helper) this.#helpers.delete(network)
      for (const { reject } of helper.waiting.values()) reject(noTunnel(NOBODY_ANSWERS, cause))
    }
    child.once('error', gone)
    child.once('exit', () => gone())
    return helper
  }

  #rest(network: string, helper: Helper): void {
    if (helper.waiting.size > 0) return
    helper.idle = setTimeout(() => {
      this.#helpers.delete(network)
      if (helper.child.connected) helper.child.disconnect()
    }, IDLE_MS)
    helper.idle.unref()
  }
}

function networkOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`)
  } catch (cause) {
    throw noTunnel('it does not run on this machine', cause)
  }
}

/** A connection to a port of this machine's own loopback. Throws Fault TUNNEL_REFUSED. */
export async function dialHere(port: number): Promise<Duplex> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', (cause) => reject(noTunnel(NOBODY_ANSWERS, cause)))
  })
  return socket
}
