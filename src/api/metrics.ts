import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { Command } from '../messages/index.ts'
import { TunnelMetrics } from './tunnels/metrics.ts'

/** Orders and cancels of a batch that had the same result. */
export interface BatchCounts {
  cancels: number
  buy: number
  sell: number
}

/** Prometheus metrics of the door; names of spec/interfaces.md section 2.3. Never user ids in labels. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #orders: Counter
  readonly #commands: Counter
  readonly #requests: Histogram
  /** of each route and status: looking up labels costs more than counting */
  readonly #request = new Map<string, Histogram.Internal<'route' | 'status'>>()
  readonly wsClients: Gauge
  readonly wsConflated: Counter
  readonly wsGivenUp: Counter
  readonly tunnels: TunnelMetrics

  constructor(state: {
    readonly seq: () => number
    readonly lag: () => number
    readonly lagSeconds: () => number | null
  }) {
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry, prefix: 'suan_' })
    this.#orders = new Counter({
      name: 'suan_orders_total',
      help: 'Orders submitted',
      labelNames: ['side', 'result'],
      registers,
    })
    this.#commands = new Counter({
      name: 'suan_commands_total',
      help: 'Commands submitted through the door',
      labelNames: ['kind', 'result'],
      registers,
    })
    this.#requests = new Histogram({
      name: 'suan_http_request_duration_seconds',
      help: 'Time from request to answer',
      labelNames: ['route', 'status'],
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
      registers,
    })
    this.wsClients = new Gauge({ name: 'suan_ws_clients', help: 'Open sockets', registers })
    this.wsConflated = new Counter({
      name: 'suan_ws_conflated_total',
      help: 'Updates merged into a later one because a client reads slowly',
      registers,
    })
    this.wsGivenUp = new Counter({
      name: 'suan_ws_given_up_total',
      help: 'Sockets closed (4008) because the client reads too slowly',
      registers,
    })
    this.tunnels = new TunnelMetrics(this.#registry)
    this.#registry.registerMetric(
      new Gauge({
        name: 'suan_command_seq',
        help: 'Last durable sequence number',
        registers: [],
        collect() {
          this.set(state.seq())
        },
      }),
    )
    this.#registry.registerMetric(
      new Gauge({
        name: 'suan_read_model_lag_commands',
        help: 'Commands that the read models have not applied yet',
        registers: [],
        collect() {
          this.set(state.lag())
        },
      }),
    )
    this.#registry.registerMetric(
      new Gauge({
        name: 'suan_read_model_lag_seconds',
        help: 'Age of the newest command in the read models while others wait; NaN before the first',
        registers: [],
        collect() {
          this.set(state.lagSeconds() ?? Number.NaN)
        },
      }),
    )
  }

  /** A command and the code of its refusal; null where it was accepted. */
  command(command: Command, code: string | null): void {
    const result = code ?? 'accepted'
    this.#commands.inc({ kind: command.kind, result })
    if (command.kind === 'PlaceOrder') this.#orders.inc({ side: command.side, result })
  }

  /** A batch, by what became of its commands: `accepted`, or the code of the refusal. */
  batch(counts: ReadonlyMap<string, BatchCounts>): void {
    for (const [result, { cancels, buy, sell }] of counts) {
      if (cancels > 0) this.#commands.inc({ kind: 'CancelOrder', result }, cancels)
      if (buy + sell > 0) this.#commands.inc({ kind: 'PlaceOrder', result }, buy + sell)
      if (buy > 0) this.#orders.inc({ side: 'buy', result }, buy)
      if (sell > 0) this.#orders.inc({ side: 'sell', result }, sell)
    }
  }

  request(route: string, status: number, seconds: number): void {
    const name = `${status} ${route}`
    const known = this.#request.get(name)
    if (known !== undefined) return known.observe(seconds)
    const made = this.#requests.labels({ route, status: String(status) })
    this.#request.set(name, made)
    made.observe(seconds)
  }

  /** The registry in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }
}
