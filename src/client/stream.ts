/** The WebSocket of the API: subscriptions that outlive a lost connection. */
import { newCommandId, sha256Hex } from '../kernel/index.ts'
import {
  WS_PATH,
  signingBytes,
  type AmendOrderBody,
  type AnswerFrame,
  type BatchItem,
  type Channel,
  type DataFrame,
  type Endpoints,
  type IdentifiedItem,
  isTunnelFrame,
  type ItemOutcome,
  type PlaceOrderBody,
  type ResponseOf,
  type ServerFrame,
  type SubscribeOp,
  type TunnelServerFrame,
  type UsageOp,
} from '../wire/index.ts'
import { AskedOrders, type SaidOrder } from './asked.ts'
import { Tunnels, type Tunnel, type TunnelService, type TunnelTarget } from './tunnels.ts'
import { SuanError } from './error.ts'
import { ClockDoubt } from './clock-doubt.ts'
import type { Socket, Surroundings } from './options.ts'
import { Pulse, PULSE_MS } from './pulse.ts'

export interface StreamOptions {
  /** called when the connection opens, is lost, or a notice arrives */
  readonly onState?: (state: StreamState) => void
  /** answer to a log chunk that did not follow what is kept: go on from `offset` */
  readonly onLogKept?: (kept: {
    workload_id: string
    stream: 'stdout' | 'stderr'
    offset: number
    full: boolean
  }) => void
}
export type StreamState = 'connecting' | 'open' | 'lost' | 'closed' | 'server_shutdown'

export type SubscribeArgs = Omit<SubscribeOp, 'op' | 'id' | 'channel'>
export interface Subscription {
  readonly stop: () => void
}

export interface Stream {
  /**
   * Frames of a channel, in order. After a lost connection the channel is subscribed again: the
   * channels trades, orders, fills and workloads with `resume_from` the last seq seen, so nothing is
   * missed or seen twice; the others begin again with a snapshot.
   */
  subscribe<C extends Channel>(
    channel: C,
    args: SubscribeArgs,
    onFrame: (frame: DataFrame<C>) => void,
    onError?: (error: SuanError) => void,
  ): Subscription
  /** Bytes of a workload's log, for node daemons. False when not connected: send them again later. */
  sendLog(chunk: {
    workload_id: string
    stream: 'stdout' | 'stderr'
    offset: number
    /** base64url */
    data: string
  }): boolean
  /** What came back from inside an allocation, for node daemons. False when not connected. */
  sendBeat(beat: { beat_id: string; nonce: string }): boolean
  /** What a watched lease has used, for node daemons. False when not connected: it is dropped. */
  sendUsage(usage: Omit<UsageOp, 'op'>): boolean
  /** Samples of a node, for its daemon. False when not connected: they are dropped. */
  sendSamples(frame: Uint8Array<ArrayBuffer>): boolean
  /**
   * The calls of the same names over the socket, without a new request for each. They reject as the
   * calls do: UNREACHABLE when not connected, and nothing was sent; STATUS_UNKNOWN when the
   * connection is lost before the answer: send it again with the error's `idempotencyKey`.
   */
  placeOrder(body: PlaceOrderBody, idempotencyKey?: string): Promise<Answer<'placeOrder'>>
  amendOrder(
    orderId: string,
    body: AmendOrderBody,
    idempotencyKey?: string,
  ): Promise<Answer<'amendOrder'>>
  cancelOrder(orderId: string, idempotencyKey?: string): Promise<Answer<'cancelOrder'>>
  /**
   * Orders and cancels in one binary frame, at most BATCH.itemsMax: done in their order, each for
   * itself; resolves with one outcome an item when all are durable. Rejects as the calls do when the
   * frame is refused as a whole, and then nothing of it was done. After STATUS_UNKNOWN send the same
   * items again, with the ids that `identify` gave them.
   */
  batch(items: readonly BatchItem[]): Promise<readonly ItemOutcome[]>
  /** The items with a command id each: those that they have, or new ones. */
  identify(items: readonly BatchItem[]): IdentifiedItem[]
  /**
   * Opens a program beside a running workload, or a connection to one of its ports; resolves once it
   * is open. Rejects as the calls do. It ends with the connection and is not opened again.
   */
  openTunnel(target: TunnelTarget): Promise<Tunnel>
  /** For node daemons: tunnels are asked for from now on, also on later connections. */
  serveTunnels(service: TunnelService): void
  close(): void
}
type Answer<N extends 'placeOrder' | 'amendOrder' | 'cancelOrder'> = ResponseOf<Endpoints[N]>
interface Live {
  readonly id: string
  readonly channel: Channel
  readonly args: SubscribeArgs
  readonly onFrame: (frame: DataFrame) => void
  readonly onError: (error: SuanError) => void
  lastSeq: number | null
}

const RESUMABLE: ReadonlySet<Channel> = new Set(['trades', 'orders', 'fills', 'workloads'])
const OPEN = 1
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 10_000

/** Connects at once and again whenever the connection is lost, until closed. */
export function openStream(around: Surroundings, options: StreamOptions): Stream {
  const state = {
    socket: null as Socket | null,
    ready: false,
    closed: false,
    failures: 0,
    clock: new ClockDoubt(around),
    pulse: new Pulse(performance.now()),
    nextId: 1,
    live: new Map<string, Live>(),
    orders: new AskedOrders(),
    tunnels: new Tunnels(),
  }
  const tell = options.onState ?? (() => {})

  const connect = (): void => {
    tell('connecting')
    const socket = around.openSocket(socketUrl(around.baseUrl, around.account()))
    state.socket = socket
    state.pulse = new Pulse(performance.now())
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('open', () => {
      state.pulse.heard(performance.now())
      void logOn(around, socket).then(
        () => opened(socket),
        () => socket.close(),
      )
    })
    socket.addEventListener('message', (event) => {
      state.pulse.heard(performance.now())
      const { data } = event as { data: unknown }
      if (!(data instanceof ArrayBuffer)) return received(socket, String(data))
      const bytes = new Uint8Array(data)
      if (isTunnelFrame(bytes)) state.tunnels.takeBytes(socket, bytes)
      else state.orders.takeOutcomes(bytes)
    })
    // Without a listener `ws` would throw; what matters follows as close.
    socket.addEventListener('error', () => {})
    socket.addEventListener('close', () => (state.socket === socket ? lost() : undefined))
  }
  const opened = (socket: Socket): void => {
    if (state.closed || state.socket !== socket) return socket.close()
    state.ready = true
    state.failures = 0
    tell('open')
    for (const live of state.live.values()) sendSubscribe(socket, live)
    state.tunnels.connected(socket)
  }
  const lost = (): void => {
    state.ready = false
    state.socket = null
    state.orders.lost()
    state.tunnels.lost()
    if (state.closed) return tell('closed')
    tell('lost')
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** state.failures++)
    void around
      .sleep(wait)
      .then(() => state.clock.settle())
      .then(() => (state.closed ? undefined : connect()))
  }
  const received = (socket: Socket, text: string): void => {
    const frame = JSON.parse(text) as ServerFrame
    if (frame.type === 'error' && frame.code === 'SIGNATURE_INVALID') state.clock.refused()
    if (frame.type === 'ack' && frame.op === 'auth') state.clock.accepted()
    // Nothing that follows was meant for the one that we are.
    if (state.clock.suspect) return state.socket?.close()
    if (frame.type === 'snapshot' || frame.type === 'update') return deliver(state.live, frame)
    if (isOfTunnel(frame)) return state.tunnels.takeFrame(socket, frame)
    if (frame.type === 'notice' && frame.code === 'server_shutdown') tell('server_shutdown')
    if (frame.type === 'ack' || frame.type === 'error') {
      if (state.orders.take(frame) || state.tunnels.takeAnswer(frame)) return
    }
    if (frame.type === 'ack' && frame.op === 'log') return logKept(options, frame)
    if (frame.type === 'error' && frame.id !== undefined) {
      const live = state.live.get(frame.id)
      state.live.delete(frame.id)
      const message = frame.message ?? frame.code ?? ''
      live?.onError(new SuanError({ code: frame.code ?? 'UNREADABLE', message, status: 0 }))
    }
  }
  const connected = (idempotencyKey: string | null): Socket => {
    const { socket } = state
    if (state.ready && socket?.readyState === OPEN) return socket
    const message = 'the stream is not connected'
    throw new SuanError({ code: 'UNREACHABLE', message, status: 0, idempotencyKey })
  }
  const order = async (said: SaidOrder, given: string | undefined): Promise<unknown> => {
    const idempotencyKey = given ?? newCommandId(around.nowMs(), around.random(10))
    return state.orders.ask(connected(idempotencyKey), said, idempotencyKey)
  }
  /** Says what has no answer; false when not connected. */
  const say = (op: object): boolean => {
    if (!state.ready || state.socket === null || state.socket.readyState !== OPEN) return false
    state.socket.send(JSON.stringify(op))
    return true
  }
  const identify = (items: readonly BatchItem[]): IdentifiedItem[] => {
    const random = around.random(items.length * 10)
    const idOf = (n: number) => newCommandId(around.nowMs(), random.subarray(n * 10, n * 10 + 10))
    return items.map((item, n) => ({ ...item, command_id: item.command_id ?? idOf(n) }))
  }
  // 1 look, 2 ask whether anybody is there, 3 give a connection up that carries nothing any more.
  const watch = setInterval(() => {
    const { socket } = state
    const seen = socket === null ? 'alive' : state.pulse.look(performance.now())
    if (seen === 'ask' && socket?.readyState === OPEN) socket.send(JSON.stringify({ op: 'ping' }))
    if (seen !== 'gone') return
    lost()
    socket?.close()
  }, PULSE_MS)
  connect()
  return {
    subscribe(channel, args, onFrame, onError = () => {}) {
      const id = `s${state.nextId++}`
      const live: Live = {
        id,
        channel,
        args,
        onFrame: onFrame as (frame: DataFrame) => void,
        onError,
        lastSeq: null,
      }
      state.live.set(id, live)
      if (state.ready && state.socket !== null) sendSubscribe(state.socket, live)
      return {
        stop: () => {
          if (!state.live.delete(id) || !state.ready) return
          state.socket?.send(JSON.stringify({ op: 'unsubscribe', id }))
        },
      }
    },
    sendLog: (chunk) => say({ op: 'log', ...chunk }),
    sendBeat: (beat) => say({ op: 'beat', ...beat }),
    sendUsage: (usage) => say({ op: 'usage', ...usage }),
    sendSamples(frame) {
      if (!state.ready || state.socket === null || state.socket.readyState !== OPEN) return false
      state.socket.send(frame)
      return true
    },
    placeOrder: (body, key) =>
      order({ op: 'order.place', body }, key) as Promise<Answer<'placeOrder'>>,
    amendOrder: (id, body, key) =>
      order({ op: 'order.amend', order_id: id, body }, key) as Promise<Answer<'amendOrder'>>,
    cancelOrder: (id, key) =>
      order({ op: 'order.cancel', order_id: id }, key) as Promise<Answer<'cancelOrder'>>,
    batch: async (items) => state.orders.askBatch(connected(null), identify(items)),
    identify,
    openTunnel: async (target) => state.tunnels.open(connected(null), target),
    serveTunnels: (service) => state.tunnels.serve(state.ready ? state.socket : null, service),
    close() {
      state.closed = true
      state.ready = false
      clearInterval(watch)
      // One that is still connecting is closed as soon as it is open: browsers complain otherwise.
      if (state.socket?.readyState === OPEN) state.socket.close()
    },
  }
}

function isOfTunnel(frame: ServerFrame): frame is TunnelServerFrame {
  return frame.type.startsWith('tunnel.')
}

function deliver(live: ReadonlyMap<string, Live>, frame: DataFrame): void {
  const target = live.get(frame.id)
  if (target === undefined) return
  target.lastSeq = Math.max(target.lastSeq ?? 0, frame.seq)
  target.onFrame(frame)
}

function logKept(options: StreamOptions, frame: AnswerFrame): void {
  const { id, stream, offset, full = false } = frame
  if (id === undefined || stream === undefined || offset === undefined) return
  options.onLogKept?.({ workload_id: id, stream, offset, full })
}

function sendSubscribe(socket: Socket, live: Live): void {
  const resume =
    live.lastSeq !== null && RESUMABLE.has(live.channel) ? { resume_from: live.lastSeq } : {}
  const { id, channel, args } = live
  socket.send(JSON.stringify({ op: 'subscribe', id, channel, ...args, ...resume }))
}

/** Says who we are; the server handles what a connection sends in order, so no answer is awaited. */
async function logOn(around: Surroundings, socket: Socket): Promise<void> {
  if (around.signer !== null) {
    const timestamp = around.nextTimestamp()
    const bodyDigest = sha256Hex(new Uint8Array(0))
    const bytes = signingBytes({ timestamp, method: 'GET', target: WS_PATH, bodyDigest })
    const signature = await around.signer.sign(bytes)
    const key = around.signer.publicKey
    socket.send(JSON.stringify({ op: 'auth', key, timestamp, signature }))
  } else if (around.token !== null) {
    socket.send(JSON.stringify({ op: 'auth', token: around.token }))
  }
}

/**
 * `http://host` becomes `ws://host/v1/ws`; '' takes the page's own server. The account selects one
 * of a browser's sessions, because a socket of a page cannot send headers.
 */
function socketUrl(baseUrl: string, account: string | null): string {
  const page = (globalThis as { location?: { origin: string } }).location
  const base = baseUrl === '' ? (page?.origin ?? '') : baseUrl
  const query = account === null ? '' : `?account=${account}`
  return `${base.replace(/^http/, 'ws')}${WS_PATH}${query}`
}
