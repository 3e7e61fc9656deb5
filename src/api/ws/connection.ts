import type { WebSocket } from 'ws'
import { CodecError, base64urlDecode, formatTime, sha256Hex } from '../../kernel/index.ts'
import { Fault, type EventKind, type KeyView } from '../../messages/index.ts'
import {
  CLOSE_SLOW,
  CLOSE_UNAUTHENTICATED,
  WS_PATH,
  type AnswerFrame,
  type ClientOp,
} from '../../wire/index.ts'
import { keyOfPublicKey, keyOfToken } from '../auth/caller.ts'
import { nodeWorkload } from '../handlers/agent.ts'
import { Refused, problemOf, refusalOfFault, refused, type Language } from '../problem.ts'
import type { Services } from '../services.ts'
import { CHANNEL } from './channels/index.ts'
import { orderOp } from './order-op.ts'
import { parseOp, readJson } from './parse-op.ts'
import { Subscription, type Outlet } from './subscription.ts'

const SUBSCRIPTIONS_MAX = 100
/** unsent bytes from which updates are merged */
const SLOW_BYTES = 1_048_576
/** unsent bytes at which the client is given up */
const LOST_BYTES = 16 * 1_048_576
/** what a client has said and we have not done: from here on it must wait before it says more */
const UNDONE_MAX = 64
/** 1011: an unexpected condition */
const CLOSE_INTERNAL = 1011
/** what ends the key of a socket */
const REVOKED: ReadonlySet<EventKind> = new Set(['KeyRevoked'])
const EMPTY_DIGEST = sha256Hex(new Uint8Array(0))

type Op<K extends ClientOp['op']> = Extract<ClientOp, { op: K }>

/** One socket: what its client says is done in order, what it subscribed to is sent as it happens. */
export class Connection {
  readonly #services: Services
  readonly #socket: WebSocket
  readonly #language: Language
  readonly #open = new Map<string, () => void>()
  readonly #stopEvents: () => void
  #key: KeyView | null = null
  #queue: Promise<void>
  #closed = false
  #undone = 0
  /** of op log: the node's own workloads, looked up once */
  readonly #logged = new Map<string, Promise<number>>()

  /** `key` is that of the page's session cookie, if it has one. */
  constructor(
    services: Services,
    socket: WebSocket,
    from: { key: KeyView | null; language: Language },
  ) {
    this.#services = services
    this.#socket = socket
    this.#language = from.language
    this.#key = from.key
    this.#queue = Promise.resolve()
    this.#stopEvents = services.door.onDurable((records) => {
      const revoked = records.some(({ outcome }) =>
        outcome.events.some((e) => e.kind === 'KeyRevoked' && e.key === this.#key?.key),
      )
      if (revoked) this.#endKey()
    }, REVOKED)
    socket.on('message', (data: Buffer, isBinary) => this.#take(isBinary ? '' : data.toString()))
    socket.on('close', () => this.#close())
    // What follows an error is close.
    socket.on('error', () => undefined)
  }

  /** Called every twenty seconds: a key may have ended meanwhile. */
  checkKey(): void {
    const endsAtUs = this.#key?.expiresAtUs ?? null
    if (endsAtUs !== null && endsAtUs <= this.#services.nowUs()) this.#endKey()
  }

  notice(code: 'server_shutdown' | 'key_revoked'): void {
    this.#send({ type: 'notice', code, ts: this.#now() })
  }

  #endKey(): void {
    this.notice('key_revoked')
    this.#socket.close(CLOSE_UNAUTHENTICATED)
  }

  #take(text: string): void {
    this.#undone++
    if (this.#undone === UNDONE_MAX) this.#socket.pause()
    this.#queue = this.#queue.then(() => this.#next(text))
  }

  async #next(text: string): Promise<void> {
    try {
      await this.#handle(text)
    } catch (error) {
      // Nothing of one socket may end the process: that is what a rejection without a catch does.
      this.#services.log.error({ err: error }, 'a socket failed')
      this.#socket.close(CLOSE_INTERNAL)
    }
    if (this.#undone === UNDONE_MAX) this.#socket.resume()
    this.#undone--
  }

  async #handle(text: string): Promise<void> {
    if (this.#closed) return
    let said: unknown = null
    try {
      said = readJson(text)
      await this.#do(parseOp(said))
    } catch (error) {
      this.#failed(said, error)
    }
  }

  /** `said` may be anything. */
  #failed(said: unknown, error: unknown): void {
    const refusal = refusalOf(error)
    if (refusal !== null) return this.#refuse(said, refusal)
    this.#services.log.error({ err: error }, 'a socket failed')
    this.#socket.close(CLOSE_INTERNAL)
  }

  async #do(op: ClientOp): Promise<void> {
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
      case 'order.place':
      case 'order.amend':
      case 'order.cancel':
        return this.#answer(await orderOp(this.#services, this.#key, op))
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
      isSlow: () => this.#socket.bufferedAmount > SLOW_BYTES,
      send: (frame) => this.#send(frame),
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
      if (!ended) this.#failed(op, error)
    })
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

  #refuse(said: unknown, error: Refused): void {
    const { op, id, workload_id: workload } = (said ?? {}) as Record<string, unknown>
    const name = typeof op === 'string' ? op : 'unknown'
    const given = name === 'log' ? workload : id
    const about = typeof given === 'string' ? { id: given } : {}
    const problem = problemOf(
      error.refusal,
      { requestId: about.id ?? '', instance: WS_PATH, language: this.#language },
      error,
    )
    this.#answer({
      type: 'error',
      op: name,
      ...about,
      code: problem.code,
      message: problem.detail,
      problem,
    })
  }

  #answer(frame: Omit<AnswerFrame, 'ts'>): void {
    this.#send({ ...frame, ts: this.#now() })
  }

  #send(frame: object): void {
    if (this.#closed) return
    if (this.#socket.bufferedAmount > LOST_BYTES) return this.#socket.close(CLOSE_SLOW)
    this.#socket.send(JSON.stringify(frame))
  }

  #now(): string {
    return formatTime(this.#services.nowUs())
  }

  #close(): void {
    this.#closed = true
    this.#stopEvents()
    for (const close of this.#open.values()) close()
    this.#open.clear()
  }
}

/** The refusal that an error stands for; null when it is a fault of ours. */
function refusalOf(error: unknown): Refused | null {
  if (error instanceof Refused) return error
  if (error instanceof CodecError) return refused('MALFORMED')
  const refusal = error instanceof Fault ? refusalOfFault(error) : null
  return refusal === null ? null : new Refused(refusal)
}
