import { newCommandId } from '../kernel/index.ts'
import { Fault, SYSTEM_ACCOUNT, SYSTEM_KEY, type EngineDoor } from '../messages/index.ts'
import type { FastifyBaseLogger } from 'fastify'
import { randomBytes } from 'node:crypto'

const RETRY_MS = 1_000
/** heartbeats in a row that a daemon may leave without an answer */
const BEATS_MISSED = 3

/**
 * Watches which nodes' daemons are connected and tells the core of changes only: at once when one
 * is back, after the grace (LIMITS.contactSeconds) when it stays away (BLUEPRINT section 4, standing offers).
 */
export class NodeContact {
  readonly #door: EngineDoor
  readonly #log: FastifyBaseLogger
  readonly #nowUs: () => number
  readonly #graceMs: number
  readonly #sockets = new Map<number, number>()
  readonly #timers = new Map<number, NodeJS.Timeout>()
  /** rounds of heartbeats in a row that a node's daemon left without an answer */
  readonly #missed = new Map<number, number>()
  #closed = false

  constructor(parts: {
    door: EngineDoor
    log: FastifyBaseLogger
    nowUs: () => number
    graceMs: number
  }) {
    this.#door = parts.door
    this.#log = parts.log
    this.#nowUs = parts.nowUs
    this.#graceMs = parts.graceMs
  }

  /** After a start no daemon is connected yet: each gets the usual time to come back. */
  async start(): Promise<void> {
    const nodes = await this.#door.ask('nodes', { account: null })
    for (const { node, connected } of nodes) {
      if (connected && !this.#sockets.has(node)) this.#settleAfter(node, this.#graceMs)
    }
  }

  /** A daemon's socket opened; call the answer when it is gone. */
  opened(node: number): () => void {
    this.#sockets.set(node, (this.#sockets.get(node) ?? 0) + 1)
    this.#missed.delete(node)
    this.#settleAfter(node, 0)
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      const left = (this.#sockets.get(node) ?? 1) - 1
      if (left > 0) return void this.#sockets.set(node, left)
      this.#sockets.delete(node)
      this.#settleAfter(node, this.#graceMs)
    }
  }

  /** A round of heartbeats ended: a daemon that answers none is as good as gone, whatever its socket. */
  heard(node: number, answered: boolean): void {
    const before = this.#missed.get(node) ?? 0
    if (answered) this.#missed.delete(node)
    else this.#missed.set(node, before + 1)
    const isNews = answered ? before >= BEATS_MISSED : before + 1 === BEATS_MISSED
    if (isNews && this.#sockets.has(node)) this.#settleAfter(node, 0)
  }

  close(): void {
    this.#closed = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  #settleAfter(node: number, waitMs: number): void {
    if (this.#closed) return
    clearTimeout(this.#timers.get(node))
    const timer = setTimeout(() => {
      this.#timers.delete(node)
      void this.#settle(node)
    }, waitMs)
    timer.unref()
    this.#timers.set(node, timer)
  }

  async #settle(node: number): Promise<void> {
    const isSilent = (this.#missed.get(node) ?? 0) >= BEATS_MISSED
    const connected = this.#sockets.has(node) && !isSilent
    try {
      const view = await this.#door.ask('node', { node })
      if (view === null || view.connected === connected) return
      const id = newCommandId(Math.floor(this.#nowUs() / 1_000), randomBytes(10))
      const command = { kind: 'ReportContact', node, connected } as const
      const envelope = { account: SYSTEM_ACCOUNT, key: SYSTEM_KEY, id, command }
      const reply = await this.#door.submit(envelope)
      const code = reply.outcome.refusal?.code
      if (code !== undefined) this.#log.warn({ node, connected, code }, 'contact was refused')
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.#log.warn({ node, connected, code: error.code }, 'contact could not be reported')
      this.#settleAfter(node, RETRY_MS)
    }
  }
}
