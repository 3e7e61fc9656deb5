import { formatTime } from '../../kernel/index.ts'
import type { EngineDoor, Event, EventKind, KeyView, TunnelKind } from '../../messages/index.ts'
import type { TunnelEnd, TunnelFrame, TunnelWhy } from '../../wire/index.ts'
import type { Keys } from '../auth/keys.ts'
import type { Metrics } from '../metrics.ts'
import type { MovedBytes } from '../moved-bytes.ts'
import { Tunnel, type Peer, type TunnelParts } from './tunnel.ts'

/** What tunnels are held to. */
export interface TunnelLimits {
  /** of one connection of a client: what may be on the way to it stays below what a socket may hold */
  readonly perConnection: number
  /** of one node, for the same reason */
  readonly perNode: number
  /** how long nothing may pass */
  readonly idleSeconds: number
  /** what one tunnel carries at most, both ways together */
  readonly bytes: number
  /** how long its daemon may take to open it */
  readonly openSeconds: number
}

export const TUNNEL_LIMITS: TunnelLimits = {
  perConnection: 32,
  perNode: 48,
  idleSeconds: 3_600,
  bytes: 64 * 1024 ** 3,
  openSeconds: 20,
}

/** A daemon that opens tunnels. */
export interface TunnelServer {
  readonly peer: Peer
  readonly kinds: readonly TunnelKind[]
}

interface Parts {
  readonly door: EngineDoor
  readonly keys: Keys
  readonly metrics: Metrics
  readonly nowUs: () => number
  readonly limits: TunnelLimits
  readonly moved: Pick<MovedBytes, 'tunnel'>
}

const NUMBERS = 2 ** 32
const US_PER_SECOND = 1_000_000
const ENDING: ReadonlySet<EventKind> = new Set(['WorkloadChanged', 'AllocationClosed'])
const ENDED: ReadonlySet<string> = new Set(['done', 'failed', 'terminated'])

/** All tunnels of this door, and the daemons that open them: every end of one passes here. */
export class Tunnels {
  readonly limits: TunnelLimits
  readonly #parts: Parts
  readonly #servers = new Map<number, TunnelServer>()
  readonly #all = new Map<number, Tunnel>()
  readonly #stops: readonly (() => void)[]
  #next = 1

  constructor(parts: Parts) {
    this.#parts = parts
    this.limits = parts.limits
    this.#stops = [
      parts.door.onDurable((records) => {
        for (const { outcome } of records) for (const event of outcome.events) this.#heard(event)
      }, ENDING),
      parts.keys.onRevoked((key) =>
        this.#endAll((each) => each.parts.key.key === key, 'key_ended'),
      ),
    ]
  }

  /** A daemon offers tunnels into its node; the newest connection counts. */
  serve(node: number, server: TunnelServer): void {
    this.#servers.set(node, server)
  }

  /** The daemon of a node, if it offers tunnels. */
  serverOf(node: number): TunnelServer | null {
    return this.#servers.get(node) ?? null
  }

  /** Tunnels into a node, those that are being opened included. */
  countOf(node: number): number {
    return [...this.#all.values()].filter((each) => each.parts.workload.node === node).length
  }

  add(parts: Omit<TunnelParts, 'daemonNumber'>): Tunnel {
    let daemonNumber = this.#next
    while (this.#all.has(daemonNumber)) daemonNumber = (daemonNumber + 1) % NUMBERS
    this.#next = (daemonNumber + 1) % NUMBERS
    const tunnel = new Tunnel({ ...parts, daemonNumber }, this.#parts.nowUs())
    this.#all.set(daemonNumber, tunnel)
    return tunnel
  }

  /** Has it not ended? */
  has(tunnel: Tunnel): boolean {
    return this.#all.get(tunnel.parts.daemonNumber) === tunnel
  }

  /** A tunnel by the number that its daemon knows. */
  ofDaemon(peer: Peer, number: number): Tunnel | null {
    const tunnel = this.#all.get(number)
    return tunnel?.parts.daemon === peer ? tunnel : null
  }

  /** Passes a frame on, and ends a tunnel whose side does not keep to what it may. */
  pass(tunnel: Tunnel, from: 'client' | 'daemon', frame: TunnelFrame, message: Uint8Array): void {
    if (!tunnel.pass(from, frame, message)) return this.end(tunnel, 'overrun')
    const bytes = frame.bytes.length
    if (bytes === 0) return
    tunnel.passedUs = this.#parts.nowUs()
    const direction = from === 'client' ? 'in' : 'out'
    this.#parts.metrics.tunnels.bytes(tunnel.parts.kind, direction, bytes)
    this.#parts.moved.tunnel(tunnel.parts.workload.workload, direction, bytes)
    if (tunnel.bytesIn + tunnel.bytesOut >= this.limits.bytes) this.end(tunnel, 'size')
  }

  /** The tunnel is open: its daemon said so. */
  opened(tunnel: Tunnel): void {
    if (tunnel.isOpen) return
    tunnel.open()
    this.#parts.metrics.tunnels.opened(tunnel.parts.kind)
  }

  /** Ends a tunnel, once, and tells both sides. */
  end(
    tunnel: Tunnel,
    end: TunnelEnd,
    more: { readonly why?: TunnelWhy | null; readonly exitCode?: number | null } = {},
  ): void {
    const { client, clientNumber, daemon, daemonNumber, kind } = tunnel.parts
    if (!this.#all.delete(daemonNumber)) return
    const { why = null, exitCode = null } = more
    const frame = {
      type: 'tunnel.end',
      end,
      ...(exitCode === null ? {} : { exit_code: exitCode }),
      bytes_in: tunnel.bytesIn,
      bytes_out: tunnel.bytesOut,
      ts: formatTime(this.#parts.nowUs()),
    }
    if (tunnel.isOpen) {
      client.say({ ...frame, tunnel: clientNumber })
      this.#parts.metrics.tunnels.ended(kind, end)
    } else tunnel.notOpened({ end, why })
    daemon.say({ ...frame, tunnel: daemonNumber })
  }

  /** A connection is gone: so are the tunnels that it opened, and those that it served. */
  gone(peer: Peer): void {
    for (const [node, server] of this.#servers) {
      if (server.peer === peer) this.#servers.delete(node)
    }
    this.#endAll(({ parts }) => parts.client === peer, 'client_gone')
    this.#endAll(({ parts }) => parts.daemon === peer, 'node_gone')
  }

  /** Called now and then: ends those through which nothing passes, and those whose key is over. */
  look(): void {
    const sinceUs = this.#parts.nowUs() - this.limits.idleSeconds * US_PER_SECOND
    this.#endAll(({ passedUs }) => passedUs <= sinceUs, 'idle')
    const isOver = (key: KeyView) => !this.#parts.keys.isLive(key)
    this.#endAll(({ parts }) => isOver(parts.key), 'key_ended')
  }

  close(): void {
    for (const stop of this.#stops) stop()
  }

  #heard(event: Event): void {
    if (this.#all.size === 0) return
    if (event.kind === 'WorkloadChanged' && ENDED.has(event.status)) {
      this.#endAll(({ parts }) => parts.workload.workload === event.workload, 'workload_ended')
    }
    if (event.kind === 'AllocationClosed') {
      const { allocation } = event
      this.#endAll(({ parts }) => parts.workload.allocation === allocation, 'allocation_closed')
    }
  }

  #endAll(which: (tunnel: Tunnel) => boolean, end: TunnelEnd): void {
    for (const tunnel of this.#all.values()) if (which(tunnel)) this.end(tunnel, end)
  }
}
