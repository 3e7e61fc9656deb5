/** Tunnels of one socket: those that were asked for here, and those that a daemon is asked for. */
import type { TunnelKind } from '../messages/index.ts'
import {
  readTunnel,
  type AnswerFrame,
  type OpenTunnelOp,
  type Terminal,
  type TunnelAskFrame,
  type TunnelServerFrame,
  type TunnelWhy,
} from '../wire/index.ts'
import { errorOf } from './asked.ts'
import { SuanError } from './error.ts'
import type { Socket } from './options.ts'
import { TunnelPipe, type TunnelEnded } from './tunnel-pipe.ts'

export type TunnelTarget = Omit<OpenTunnelOp, 'op' | 'tunnel'>

/** A tunnel that this client opened. */
export interface Tunnel extends Pick<TunnelPipe, 'data' | 'errors' | 'ended' | 'send' | 'sendEnd'> {
  readonly resize: (terminal: Terminal) => void
  readonly close: () => void
}

/** A tunnel that a daemon is asked for: it answers with `opened` or with `close` and a reason. */
export interface AskedTunnel {
  readonly ask: Omit<TunnelAskFrame, 'type' | 'ts'>
  readonly pipe: TunnelPipe
  readonly opened: () => void
  readonly close: (how?: { readonly why?: TunnelWhy; readonly exit_code?: number }) => void
  /** replaced by whoever wants to know of another size of the client's terminal */
  onResize: (terminal: Terminal) => void
}
export interface TunnelService {
  readonly nodeId: string
  readonly kinds: readonly TunnelKind[]
  readonly onAsk: (asked: AskedTunnel) => void
}

interface Kept {
  readonly pipe: TunnelPipe
  /** until it is open: tells whoever waits for it */
  readonly opening: { resolve: () => void; reject: (error: SuanError) => void } | null
  readonly asked: AskedTunnel | null
}
const OPEN_OP = 'tunnel.open'
const NUMBERS = 2 ** 32
/** What passes may be large, and compressed already; whoever wants it smaller can do that. */
const AS_IT_IS = { compress: false }
const LOST: TunnelEnded = { end: 'connection_lost', exitCode: null, bytesIn: 0, bytesOut: 0 }

export class Tunnels {
  readonly #kept = new Map<number, Kept>()
  #next = 1
  #service: TunnelService | null = null

  /** Asks for a tunnel; resolves once it is open. Errors: SuanError, as the exchange refuses. */
  async open(socket: Socket, target: TunnelTarget): Promise<Tunnel> {
    const tunnel = this.#next++ % NUMBERS
    const pipe = new TunnelPipe(tunnel, (frame) => socket.send(frame, AS_IT_IS))
    await new Promise<void>((resolve, reject) => {
      this.#kept.set(tunnel, { pipe, opening: { resolve, reject }, asked: null })
      socket.send(JSON.stringify({ op: OPEN_OP, tunnel, ...target }))
    })
    const say = (op: object) => {
      if (this.#kept.has(tunnel)) socket.send(JSON.stringify({ ...op, tunnel }))
    }
    return {
      data: pipe.data,
      errors: pipe.errors,
      ended: pipe.ended,
      send: (bytes, says) => pipe.send(bytes, says),
      sendEnd: () => pipe.sendEnd(),
      resize: (terminal) => say({ op: 'tunnel.resize', terminal }),
      close: () => say({ op: 'tunnel.close' }),
    }
  }

  /** Offers tunnels, now and on every new connection. */
  serve(socket: Socket | null, service: TunnelService): void {
    this.#service = service
    if (socket !== null) this.connected(socket)
  }

  connected(socket: Socket): void {
    if (this.#service === null) return
    const { nodeId, kinds } = this.#service
    socket.send(JSON.stringify({ op: 'tunnel.serve', node_id: nodeId, kinds }))
  }

  /** Takes an answer; false when it is not of a tunnel. */
  takeAnswer(frame: AnswerFrame): boolean {
    const { type, op, id } = frame
    if (!op.startsWith('tunnel.')) return false
    const tunnel = Number(id)
    const opening = this.#kept.get(tunnel)?.opening ?? null
    if (op !== OPEN_OP || opening === null) return true
    if (type === 'ack') opening.resolve()
    else {
      this.#kept.delete(tunnel)
      opening.reject(errorOf(frame, null))
    }
    return true
  }

  /** Takes what the exchange says about a tunnel. */
  takeFrame(socket: Socket, frame: TunnelServerFrame): void {
    if (frame.type === 'tunnel.open') return this.#asked(socket, frame)
    const kept = this.#kept.get(frame.tunnel)
    if (frame.type === 'tunnel.resize') return kept?.asked?.onResize(frame.terminal)
    this.#kept.delete(frame.tunnel)
    const { end, exit_code: exitCode = null, bytes_in: bytesIn, bytes_out: bytesOut } = frame
    kept?.pipe.over({ end, exitCode, bytesIn, bytesOut })
  }

  /** Takes a binary frame. One of a tunnel that has ended is of no use to anyone. */
  takeBytes(socket: Socket, message: Uint8Array): void {
    const frame = readTunnel(message)
    const kept = this.#kept.get(frame.tunnel)
    if (kept === undefined || kept.pipe.take(frame)) return
    socket.send(JSON.stringify({ op: 'tunnel.close', tunnel: frame.tunnel }))
  }

  /** The connection is gone, and with it every tunnel. */
  lost(): void {
    const message = 'the connection was lost'
    for (const { pipe, opening } of this.#kept.values()) {
      opening?.reject(new SuanError({ code: 'UNREACHABLE', message, status: 0 }))
      pipe.over(LOST)
    }
    this.#kept.clear()
  }

  #asked(socket: Socket, ask: TunnelAskFrame): void {
    const { tunnel } = ask
    const pipe = new TunnelPipe(tunnel, (frame) => socket.send(frame, AS_IT_IS))
    const say = (op: object) => {
      if (this.#kept.has(tunnel)) socket.send(JSON.stringify({ ...op, tunnel }))
    }
    const asked: AskedTunnel = {
      ask,
      pipe,
      opened: () => say({ op: 'tunnel.opened' }),
      close: (how = {}) => say({ op: 'tunnel.close', ...how }),
      onResize: () => {},
    }
    this.#kept.set(tunnel, { pipe, opening: null, asked })
    this.#service?.onAsk(asked)
  }
}
