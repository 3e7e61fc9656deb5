/** What the door is given, and what its parts share. */
import type { FastifyBaseLogger } from 'fastify'
import type { EngineDoor, ObjectStore, ReadModels } from '../messages/index.ts'
import type { ByteMeter } from './byte-meter.ts'
import type { MovedBytes } from './moved-bytes.ts'
import type { TunnelLimits, Tunnels } from './tunnels/hub.ts'
import type { OpenKeeper } from '../telemetry/index.ts'
import type { HardwareModels } from './catalogue/hardware.ts'
import type { Catalog } from './catalog.ts'
import type { LogStore } from './log-store.ts'
import type { Metrics } from './metrics.ts'
import type { Monitor } from './monitor/monitor.ts'
import type { Published } from './published/published.ts'
import type { Rates } from './rates.ts'
import type { Beats } from './beats.ts'
import type { LeaseMetrics } from './lease-metrics.ts'
import type { Witnessing } from './witnessing.ts'
import type { NodeContact } from './node-contact.ts'
import type { Keys } from './auth/keys.ts'
import type { Tokens } from './auth/tokens.ts'
import type { SignatureCheck } from './auth/signature.ts'

export interface Rate {
  readonly name: string
  readonly requests: number
  readonly seconds: number
}

/** What is allowed in a while: beyond it the answer is RATE_LIMITED. */
export interface ApiRates {
  /** HTTP requests of a key */
  readonly key: Rate
  /** orders and cancels of a key on the WebSocket, one by one and in batches */
  readonly orders: Rate
  /** HTTP requests of an address without a key */
  readonly address: Rate
  /** frames of samples of a node */
  readonly samples: Rate
}

export interface ApiOptions {
  readonly door: EngineDoor
  readonly readModels: ReadModels
  readonly objects: ObjectStore
  /** what one account may have stored before it can upload no more; LIMITS.objectQuotaBytes when absent */
  readonly objectQuotaBytes?: number
  /** folder of the door's own files: kept logs and the secret that tokens are made with */
  readonly dataFolder: string
  /** folder of the built web page; null serves none */
  readonly webRoot: string | null
  readonly version: string
  readonly log?: FastifyBaseLogger | null
  /** those that differ from DEFAULT_RATES */
  readonly rates?: Partial<ApiRates>
  readonly nowUs?: () => number
  /** how long a daemon may be away before the core is told; LIMITS.contactSeconds when absent */
  readonly contactSeconds?: number
  /** how long a daemon may take to give a nonce back; 5 s when absent */
  readonly beatMs?: number
  /** how often sockets are looked after: pinged, and closed where nobody reads; 20 s when absent */
  readonly socketLookMs?: number
  /** those that differ from TUNNEL_LIMITS */
  readonly tunnelLimits?: Partial<TunnelLimits>
  /** who keeps the series of nodes: this thread when absent, or `workerKeeper` */
  readonly keepSeries?: OpenKeeper
}

export interface Services extends Required<
  Omit<ApiOptions, 'log' | 'webRoot' | 'rates' | 'tunnelLimits' | 'keepSeries'>
> {
  readonly rates: ApiRates
  readonly catalog: Catalog
  readonly limiter: Rates
  readonly keys: Keys
  readonly tokens: Tokens
  readonly signatures: SignatureCheck
  readonly logs: LogStore
  readonly metrics: Metrics
  readonly contact: NodeContact
  readonly bytes: ByteMeter
  readonly moved: MovedBytes
  readonly tunnels: Tunnels
  readonly beats: Beats
  readonly leaseMetrics: LeaseMetrics
  readonly witnessing: Witnessing
  readonly monitor: Monitor
  readonly published: Published
  readonly hardware: HardwareModels
  readonly log: FastifyBaseLogger
}

/**
 * Far above what a person, a daemon or a market maker's program needs. What is said on the WebSocket
 * costs a small part of a request, and what one socket may have under way has a bound of its own
 * (`ws/window.ts`), so orders there may be many more.
 */
export const DEFAULT_RATES: ApiRates = {
  key: { name: 'key', requests: 100_000, seconds: 10 },
  orders: { name: 'orders', requests: 5_000_000, seconds: 10 },
  address: { name: 'address', requests: 2_000, seconds: 10 },
  samples: { name: 'samples', requests: 30, seconds: 10 },
}
