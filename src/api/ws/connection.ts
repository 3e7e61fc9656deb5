import type { WebSocket } from 'ws'
import { CodecError, base64urlDecode, formatTime, sha256Hex } from '../../kernel/index.ts'
import { Fault, type KeyView } from '../../messages/index.ts'
import {
  CLOSE_UNAUTHENTICATED,
  WS_PATH,
  batchOf,
  isTunnelFrame,
  isSampleFrame,
  numberOf,
  type AnswerFrame,
  type ClientOp,
  type OrderOp,
} from '../../wire/index.ts'
import { keyOfPublicKey, keyOfToken } from '../auth/caller.ts'
import { nodeWorkload } from '../handlers/agent.ts'
import {
  Refused,
  malformed,
  problemOf,
  refusalOfFault,
  refused,
  type Language,
} from '../problem.ts'
import type { Services } from '../services.ts'
import { ConnectionTunnels } from '../tunnels/connection.ts'
import { batchOp } from './batch-op.ts'
import { CHANNEL } from './channels/index.ts'
import { orderOp } from './order-op.ts'
import { sampleOp } from './sample-op.ts'
import { Outbox, type Pipe } from './outbox.ts'
import { parseOp, readJson } from './parse-op.ts'
import { Subscription, type Outlet } from './subscription.ts'
import { Window } from './window.ts'

const SUBSCRIPTIONS_MAX = 100
/** what keeping a message costs beside its own bytes: an empty one is not free */
const MESSAGE_BYTES = 64
/** 1011: an unexpected condition */
const CLOSE_INTERNAL = 1011
const EMPTY_DIGEST = sha256Hex(new Uint8Array(0))
/** how errors name binary frames */
const BATCH_OP = 'order.batch'
const SAMPLES_OP = 'samples'

type Op<K extends ClientOp['op']> = Extract<ClientOp, { op: K }>
type Answer = Omit<AnswerFrame, 'ts'>
/** What a client said, for the answer that refuses it. */
type About = Pick<Answer, 'op' | 'id'>

/**
 * One socket. What its client says is begun in order; an order is begun when it is on its way to the
 * core, and answered when it is durable. What it subscribed to is sent as it happens.
 */
export class Connection {
  readonly #services: Services
  readonly #outbox: Outbox
  readonly #window: Window
  readonly #tunnels: ConnectionTunnels
  readonly #language: Language
  readonly #open = new Map<string, () => void>()
  #key: KeyView | null = null
  #queue: Promise<void> = Promise.resolve()
  #closed = false
  /** of op log: the node's own workloads, looked up once */
  readonly #logged = new Map<string, Promise<number>>()

  /** `key` is that of the page's session cookie, if it has one; `pipe` is what lies under the socket. */
  constructor(
    services: Services,
    socket: WebSocket,
    from: { key: KeyView | null; language: Language; pipe: Pipe },
  ) {
    this.#services = services
    this.#outbox = new Outbox(socket, from.pipe, () => services.metrics.wsGivenUp.inc())
    this.#window = new Window(socket)
    this.#tunnels = new ConnectionTunnels(services, {
      say: (frame) => this.#outbox.say(frame),
      send: (frame) => this.#outbox.answer(frame),
    })
    this.#language = from.language
    this.#key = from.key
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary && isTunnelFrame(data)) this.#tunnelBytes(data)
      else if (isBinary) this.#take(data.length, (left) => this.#binary(data, left))
      else this.#take(data.length, (left) => this.#text(data.toString(), left))
    })
    socket.on('close', () => this.#close())
    // What follows an error is close.
    socket.on('error', () => undefined)
  }

  /** Called every twenty seconds: a key may have ended meanwhile, a client may have stopped reading. */
  check(): void {
    // A client that reads nothing does not see that it was closed either.
    if (this.#outbox.cutIfClosed()) return
    const endsAtUs = this.#key?.expiresAtUs ?? null
    if (endsAtUs !== null && endsAtUs <= this.#services.nowUs()) this.#endKey()
    if (this.#window.isStuck()) this.#outbox.giveUp()
  }

  /** A key was revoked; perhaps the one that speaks here. */
  revoked(key: number): void {
    if (key === this.#key?.key) this.#endKey()
  }

  notice(code: 'server_shutdown' | 'key_revoked'): void {
    this.#outbox.say({ type: 'notice', code, ts: this.#now() })
  }

  #endKey(): void {
    this.notice('key_revoked')
    this.#outbox.close(CLOSE_UNAUTHENTICATED)
  }

  /**
   * Begins it after all that was said before. It has a place in the window until `left` is called:
   * when its answer has left.
   */
  #take(bytes: number, begin: (left: () => void) => Promise<void>): void {
    const size = bytes + MESSAGE_BYTES
    this.#window.begin(size)
    const left = (): void => this.#window.end(size)
    const before = this.#queue
    this.#queue = (async () => {
      await before
      if (this.#closed) left()
      else await begin(left)
    })()
  }

  async #text(text: string, left: () => void): Promise<void> {
    let said: unknown = null
    try {
      said = readJson(text)
      const op = parseOp(said)
      if (!isOrder(op)) {
        await this.#do(op)
        return left()
      }
      const { answer } = await orderOp(this.#services, this.#key, op)
      this.#answerWhenDone(
        answer.then((frame) => this.#stamped(frame)),
        op,
        left,
      )
    } catch (error) {
      this.#failed(aboutOf(said), error, left)
    }
  }

  async #binary(frame: Uint8Array, left: () => void): Promise<void> {
    const isSamples = isSampleFrame(frame)
    const batch = batchOf(frame)
    const about = {
      op: isSamples ? SAMPLES_OP : BATCH_OP,
      ...(batch === null ? {} : { id: String(batch) }),
    }
    try {
      if (isSamples) {
        sampleOp(this.#services, this.#key, frame)
        return left()
      }
      const { answer } = await batchOp(this.#services, this.#key, frame)
      this.#answerWhenDone(answer, about, left)
    } catch (error) {
      this.#failed(about, error, left)
    }
  }

  /** Not awaited by what was said next: that it was begun is enough for the order to be kept. */
  #answerWhenDone(answer: Promise<object | Uint8Array>, about: About, left: () => void): void {
    answer
      .then((frame) => this.#outbox.answer(frame, left))
      .catch((error: unknown) => this.#failed(about, error, left))
  }

  /** Nothing of one socket may end the process: that is what a rejection without a catch does. */
  #failed(about: About, error: unknown, left: () => void = () => {}): void {
    const refusal = refusalOf(error)
    if (refusal !== null) return this.#refuse(about, refusal, left)
    this.#services.log.error({ err: error }, 'a socket failed')
    left()
    this.#outbox.close(CLOSE_INTERNAL)
  }

  async #do(op: Exclude<ClientOp, OrderOp>): Promise<void> {
    switch (op.op) {
      case 'auth':
        this.#key = await this.#authenticate(op)
        return this.#answer({ type: 'ack', op: 'auth' })
      case 'subscribe':
        return this.#subscribe(op)
      case 'unsubscribe': {
        this.#open.get(op.id)?.()
        this.#open.delete(op.id)
        return this.#answer({ type: 'ack', op: 'unsubscribe', id: op.id })
      }
      case 'ping':
        return this.#answer({ type: 'pong', op: 'ping' })
      case 'log':
        return this.#keepLog(op)
      case 'tunnel.open':
        return this.#openTunnel(op)
      case 'tunnel.serve':
        this.#tunnels.serve(this.#key, op)
        return this.#answer({ type: 'ack', op: op.op, id: op.node_id })
      case 'tunnel.resize':
      case 'tunnel.close':
      case 'tunnel.opened':
        return this.#tunnels.said(op)
      case 'beat': {
        const node = this.#key?.node ?? null
        if (node !== null) this.#services.beats.answered(node, op.beat_id, op.nonce)
        return
      }
      case 'usage': {
        const node = this.#key?.node ?? null
        const lease = numberOf('lease', op.lease_id)
        if (node !== null && lease !== null) this.#services.leaseMetrics.told(node, lease, op)
        return
      }
    }
  }

  async #authenticate(op: Op<'auth'>): Promise<KeyView> {
    if (op.token !== undefined) return keyOfToken(this.#services, op.token)
    const publicKey = op.key ?? ''
    const key = await keyOfPublicKey(this.#services, publicKey)
    const accepted = await this.#services.signatures.accepts({
      publicKey,
      timestamp: op.timestamp ?? '',
      signature: op.signature ?? '',
      method: 'GET',
      target: WS_PATH,
      bodyDigest: EMPTY_DIGEST,
    })
    if (!accepted) throw refused('SIGNATURE_INVALID')
    return key
  }

  #subscribe(op: Op<'subscribe'>): void {
    if (this.#open.size >= SUBSCRIPTIONS_MAX) {
      throw refused('LIMIT_REACHED', { limit: SUBSCRIPTIONS_MAX, what: 'subscriptions' })
    }
    if (this.#open.has(op.id)) throw refused('ALREADY_EXISTS', { what: 'subscription', id: op.id })
    const outlet: Outlet = {
      services: this.#services,
      key: this.#key,
      isSlow: () => this.#outbox.isSlow(),
      send: (frame) => this.#outbox.say(frame),
      giveUp: () => this.#outbox.giveUp(),
    }
    this.#answer({ type: 'ack', op: 'subscribe', id: op.id })
    // Not awaited: a long log must not hold up what else the client says.
    let ended = false
    const opening = CHANNEL[op.channel](new Subscription(outlet, op))
    this.#open.set(op.id, () => {
      ended = true
      void opening.then(
        (close) => close(),
        () => undefined,
      )
    })
    opening.catch((error: unknown) => {
      this.#open.delete(op.id)
      if (!ended) this.#failed({ op: op.op, id: op.id }, error)
    })
  }

  /** Not awaited: a machine that takes its time must not hold up what else the client says. */
  #openTunnel(op: Op<'tunnel.open'>): void {
    const about = { op: op.op, id: String(op.tunnel) }
    this.#tunnels.open(this.#key, op).then(
      () => this.#answer({ type: 'ack', ...about }),
      (error: unknown) => this.#failed(about, error),
    )
  }

  /** Passed on at once, before what was said earlier is done: nothing else may hold up a tunnel. */
  #tunnelBytes(message: Uint8Array): void {
    try {
      this.#tunnels.bytes(message)
    } catch (error) {
      this.#failed({ op: 'tunnel' }, error)
    }
  }

  /** Bytes of a running workload's log, from the daemon of the node that runs it. */
  async #keepLog(op: Op<'log'>): Promise<void> {
    const key = this.#key
    if (key === null) throw refused('UNAUTHENTICATED')
    const { workload_id: id, stream, offset } = op
    const caller = { key, via: 'signed', csrfToken: null } as const
    let number = this.#logged.get(id)
    if (number === undefined) {
      number = nodeWorkload(this.#services, caller, id).then(({ workload }) => workload)
      this.#logged.set(id, number)
      // What could not be looked up now may be found later.
      number.catch(() => this.#logged.delete(id))
    }
    const bytes = base64urlDecode(op.data)
    const kept = await this.#services.logs.append(await number, { stream, offset, bytes })
    if (kept.took) return
    this.#answer({ type: 'ack', op: 'log', id, stream, offset: kept.offset, full: kept.full })
  }

  #refuse(about: About, error: Refused, left: () => void): void {
    const problem = problemOf(
      error.refusal,
      { requestId: about.id ?? '', instance: WS_PATH, language: this.#language },
      error,
    )
    const { code, detail: message } = problem
    this.#answer({ type: 'error', ...about, code, message, problem }, left)
  }

  #answer(frame: Answer, left?: () => void): void {
    this.#outbox.answer(this.#stamped(frame), left)
  }

  #stamped(frame: Answer): AnswerFrame {
    return { ...frame, ts: this.#now() }
  }

  #now(): string {
    return formatTime(this.#services.nowUs())
  }

  #close(): void {
    this.#closed = true
    this.#tunnels.close()
    for (const close of this.#open.values()) close()
    this.#open.clear()
  }
}

function isOrder(op: ClientOp): op is OrderOp {
  return op.op === 'order.place' || op.op === 'order.amend' || op.op === 'order.cancel'
}

/** `said` may be anything. */
function aboutOf(said: unknown): About {
  const { op, id, tunnel, workload_id: workload } = (said ?? {}) as Record<string, unknown>
  const name = typeof op === 'string' ? op : 'unknown'
  const given = name === 'log' ? workload : (id ?? tunnel)
  const isId = typeof given === 'string' || typeof given === 'number'
  return { op: name, ...(isId ? { id: String(given) } : {}) }
}

/** The refusal that an error stands for; null when it is a fault of ours. */
function refusalOf(error: unknown): Refused | null {
  if (error instanceof Refused) return error
  if (error instanceof CodecError) return unreadable(error)
  const refusal = error instanceof Fault ? refusalOfFault(error) : null
  return refusal === null ? null : new Refused(refusal)
}

/** A frame that is none, or text that is no base64url. */
function unreadable({ path, reason }: CodecError): Refused {
  return malformed({ field: path, code: 'format', message: reason })
}
