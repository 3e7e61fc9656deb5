/** /metrics as a whole: what the door counts, what the engine measures, and the state of now. */
import type { DurationCounts, InstrumentView } from '../messages/index.ts'
import { priceText, type MonitorSubject } from '../wire/index.ts'
import type { Services } from './services.ts'

/** nodes that are written in one go, so that trading never waits long */
const NODES_A_GO = 500
const SUMS_MS = 60_000
const MICRO = 1e6

interface Gauge {
  readonly name: string
  readonly help: string
  readonly of: (one: MonitorSubject) => number | undefined
}

/** Of each node; one that is not measured has no line. */
const NODE_GAUGES: readonly Gauge[] = [
  gauge(
    'allocated_ratio',
    'Share of a node that is leased or kept for own use',
    (one) => one.allocation_rate ?? undefined,
  ),
  gauge(
    'utilization_ratio',
    'How busy a node is, as it measures itself',
    (one) => one.utilisation ?? undefined,
  ),
  gauge('reporting', '1 where samples of the last five seconds are there', (one) =>
    one.reporting ? 1 : 0,
  ),
  gauge('rtt_seconds', 'Round trip from a node to the exchange', (one) =>
    scaled(one.values.rtt_us, MICRO),
  ),
  gauge('jitter_seconds', 'Jitter of the round trips of a node', (one) =>
    scaled(one.values.jitter_us, MICRO),
  ),
  gauge('loss_ratio', 'Share of heartbeats of a node without an answer', (one) =>
    scaled(one.values.loss_ppm, MICRO),
  ),
  gauge(
    'throttled_ratio',
    'Share of the time in which leases wait for their quota',
    (one) => one.values.cpu_throttled,
  ),
  gauge(
    'memory_ratio',
    'Share of the memory of a node that is in use',
    (one) => one.values.mem_used,
  ),
  gauge('power_watts', 'Power of the processors of a node', (one) => one.values.power_w),
  gauge('temperature_celsius', 'The hottest sensor of a node', (one) => one.values.temp_c),
  gauge('ecc_errors', 'Memory errors of a node since it started', (one) => one.values.ecc_errors),
]

function gauge(name: string, help: string, of: Gauge['of']): Gauge {
  return { name: `suan_node_${name}`, help, of }
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by
}

/** The whole page in Prometheus' text format. */
export async function allMetrics(services: Services): Promise<string> {
  const { door, metrics } = services
  const { match, append } = door.timings()
  const parts = [
    await metrics.text(),
    histogram('suan_match_duration_seconds', 'Time to execute a command, mean of a turn', match),
    histogram('suan_journal_fsync_duration_seconds', 'Time to have a batch on disk', append),
    await imbalance(services),
    prices(await door.ask('instruments', {})),
    ...(await nodeGauges(services)),
    head('suan_monitor_turned_away', 'Nodes without series because there are too many', 'gauge'),
    `suan_monitor_turned_away ${services.monitor.telemetry.turnedAway}\n`,
  ]
  return parts.join('')
}

function head(name: string, help: string, type: 'gauge' | 'histogram'): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
}

function histogram(name: string, help: string, counts: DurationCounts): string {
  let total = 0
  const lines = counts.bounds.map((bound, at) => {
    total += counts.counts[at] ?? 0
    return `${name}_bucket{le="${Number(bound.toPrecision(6))}"} ${total}\n`
  })
  total += counts.counts.at(-1) ?? 0
  const end = `${name}_bucket{le="+Inf"} ${total}\n${name}_sum ${counts.sumSeconds}\n${name}_count ${total}\n`
  return `${head(name, help, 'histogram')}${lines.join('')}${end}`
}

const sums = new WeakMap<Services, { readonly untilMs: number; readonly text: string }>()

/** Adding up every balance takes a while: the sum of the last minute will do. */
async function imbalance(services: Services): Promise<string> {
  const nowMs = services.nowUs() / 1_000
  const known = sums.get(services)
  if (known !== undefined && known.untilMs > nowMs) return known.text
  const name = 'suan_ledger_imbalance'
  const all = await services.door.ask('ledgerSums', {})
  const lines = all.map(
    ({ asset, sumMicro }) => `${name}{asset="${asset}"} ${Number(sumMicro) / MICRO}\n`,
  )
  const text = `${head(name, 'Sum of all postings of an asset: 0', 'gauge')}${lines.join('')}`
  sums.set(services, { untilMs: nowMs + SUMS_MS, text })
  return text
}

function prices(instruments: readonly InstrumentView[]): string {
  const name = 'suan_instance_price_per_hour'
  const lines = instruments.flatMap((one) => {
    const said = { last: one.lastTicks, ask: one.bestAskTicks, bid: one.bestBidTicks }
    return Object.entries(said).map(([kind, ticks]) =>
      ticks === null
        ? ''
        : `${name}{symbol="${one.symbol}",kind="${kind}"} ${priceText(ticks, one.tickMicro)}\n`,
    )
  })
  return `${head(name, 'Price of a unit-hour: of the last trade, lowest ask, highest bid', 'gauge')}${lines.join('')}`
}

async function nodeGauges({ monitor }: Services): Promise<string[]> {
  const texts = NODE_GAUGES.map(({ name, help }) => [head(name, help, 'gauge')])
  const nodes = monitor.watched
  for (let from = 0; from < nodes.length; from += NODES_A_GO) {
    if (from > 0) await new Promise((resolve) => setImmediate(resolve))
    for (const one of nodes.slice(from, from + NODES_A_GO)) {
      const node = monitor.node(one)
      const labels = `{node="${node.id}",site="${node.site_id}",hub="${node.hub_id}"}`
      for (const [at, { name, of }] of NODE_GAUGES.entries()) {
        const value = of(node)
        if (value !== undefined) texts[at]!.push(`${name}${labels} ${value}\n`)
      }
    }
  }
  return texts.map((lines) => lines.join(''))
}
