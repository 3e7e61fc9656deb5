import { Counter, Gauge, type Registry } from 'prom-client'
import type { TunnelKind } from '../../messages/index.ts'
import type { TunnelEnd } from '../../wire/index.ts'

/** Prometheus metrics of tunnels. `in` is towards the workload. */
export class TunnelMetrics {
  readonly #open: Gauge
  readonly #ended: Counter
  readonly #bytes: Counter

  constructor(registry: Registry) {
    const registers = [registry]
    this.#open = new Gauge({
      name: 'suan_tunnels',
      help: 'Open tunnels into workloads',
      labelNames: ['kind'],
      registers,
    })
    this.#ended = new Counter({
      name: 'suan_tunnels_ended_total',
      help: 'Tunnels that were open and ended, by why',
      labelNames: ['kind', 'end'],
      registers,
    })
    this.#bytes = new Counter({
      name: 'suan_tunnel_bytes_total',
      help: 'Bytes that passed through tunnels',
      labelNames: ['kind', 'direction'],
      registers,
    })
  }

  opened(kind: TunnelKind): void {
    this.#open.inc({ kind })
  }

  ended(kind: TunnelKind, end: TunnelEnd): void {
    this.#open.dec({ kind })
    this.#ended.inc({ kind, end })
  }

  bytes(kind: TunnelKind, direction: 'in' | 'out', bytes: number): void {
    this.#bytes.inc({ kind, direction }, bytes)
  }
}
