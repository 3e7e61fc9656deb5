import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ApiVenue, SYMBOL, openMarket, until, type Market } from '../../test/support/api-venue.ts'
import { SAMPLE_METRICS } from '../messages/index.ts'
import { encodeSamples } from '../wire/index.ts'

/** Names that the specification of interfaces promises (section 2.3). */
const PROMISED = [
  'suan_orders_total',
  'suan_match_duration_seconds',
  'suan_journal_fsync_duration_seconds',
  'suan_command_seq',
  'suan_read_model_lag_seconds',
  'suan_ws_clients',
  'suan_ws_conflated_total',
  'suan_ledger_imbalance',
  'suan_node_allocated_ratio',
  'suan_node_utilization_ratio',
  'suan_delivery_breaches_total',
  'suan_instance_price_per_hour',
]
const ALLOWED_LABELS = [
  'le',
  'symbol',
  'side',
  'kind',
  'result',
  'route',
  'status',
  'asset',
  'node',
  'site',
  'hub',
]

let venue: ApiVenue
let market: Market
let page: string
beforeAll(async () => {
  venue = await ApiVenue.start()
  market = await openMarket(venue)
  await market.buyer.client.placeOrder({
    body: { symbol: SYMBOL, side: 'buy', units: 1, price: '0.10' },
  })
  const values = Float32Array.from(SAMPLE_METRICS, () => 0.5)
  const lastLine = /suan_node_utilization_ratio\{.*\} 0\.5\n/
  await until(async () => {
    market.stream.sendSamples(
      encodeSamples({ node: market.node.number, atUs: Date.now() * 1_000, values }),
    )
    await new Promise((resolve) => setTimeout(resolve, 300))
    page = await (await fetch(`${venue.url}/metrics`)).text()
    return lastLine.test(page) && /suan_node_allocated_ratio\{.*\} 0\.25\n/.test(page)
  })
})
afterAll(async () => {
  market.stream.close()
  await venue.stop()
})

/** Names of the metrics of a page, as their help lines give them. */
function namesOf(text: string): Set<string> {
  return new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map((match) => match[1] ?? ''))
}

describe('/metrics', () => {
  test('has every promised name, with a value', () => {
    const names = namesOf(page)
    for (const name of PROMISED) {
      expect(names, name).toContain(name)
      expect(page, name).toMatch(new RegExp(`^${name}(_count)?(\\{.*\\})? [\\d.e+-]+$`, 'm'))
    }
  })

  test('says what is so: the ledger in balance, a price, commands and batches that took time', () => {
    expect(page).toContain('suan_ledger_imbalance{asset="CNY"} 0\n')
    expect(page).toContain(`suan_instance_price_per_hour{symbol="${SYMBOL}",kind="last"} 0.10`)
    expect(page).toMatch(/^suan_match_duration_seconds_count [1-9]/m)
    expect(page).toMatch(/^suan_journal_fsync_duration_seconds_bucket\{le="\+Inf"\} [1-9]/m)
    expect(page).toMatch(/^suan_delivery_breaches_total\{kind="lease"\} 0$/m)
  })

  test('buckets of a histogram only grow, and end with the count', () => {
    for (const name of ['suan_match_duration_seconds', 'suan_journal_fsync_duration_seconds']) {
      const lines = page.matchAll(new RegExp(`^${name}_bucket\\{le="(.*)"\\} (\\d+)$`, 'gm'))
      const counts = [...lines].map((match) => Number(match[2]))
      expect(counts).toEqual(counts.toSorted((a, b) => a - b))
      expect(page).toContain(`${name}_count ${counts.at(-1)}\n`)
    }
  })

  test('has no line that is none, no name twice, and no label that names a person', () => {
    const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    for (const line of lines) {
      expect(line).toMatch(/^suan_\w+(\{.*\})? (NaN|[+-]?(Inf|[\d.e+-]+))$/)
    }
    const types = [...page.matchAll(/^# TYPE (\w+) /gm)].map((match) => match[1])
    expect(new Set(types).size).toBe(types.length)
    const own = lines.filter((line) => !/^suan_(nodejs|process)/.test(line))
    const labels = own.flatMap((line) => [...line.matchAll(/[{,](\w+)="/g)].map(([, name]) => name))
    expect(ALLOWED_LABELS).toEqual(expect.arrayContaining([...new Set(labels)]))
  })
})

test('a lease that the provider’s fault ended is counted', async () => {
  const { data } = await market.buyer.client.listAllocations({ query: { open: true } })
  const lease = data[0]!.leases[0]!
  await market.node.daemon.reportStartFailure({
    params: { lease_id: lease.id },
    body: { fault: 'provider', detail: 'no disk' },
  })
  await until(async () => {
    const text = await (await fetch(`${venue.url}/metrics`)).text()
    return text.includes('suan_delivery_breaches_total{kind="lease"} 1\n')
  })
  expect(page).toContain('suan_delivery_breaches_total{kind="lease"} 0\n')
})

test('the Grafana dashboard asks for nothing that is not there', () => {
  const dashboard = JSON.parse(readFileSync('docs/grafana/suan.json', 'utf8'))
  const asked = new Set(
    dashboard.panels
      .flatMap((panel: { targets?: { expr: string }[] }) => panel.targets ?? [])
      .flatMap(({ expr }: { expr: string }) => expr.match(/suan_\w+/g) ?? []),
  )
  expect(asked.size).toBeGreaterThan(15)
  const there = namesOf(page)
  for (const name of asked as Set<string>) {
    expect(there, name).toContain(name.replace(/_(bucket|sum|count)$/, ''))
  }
  const ids = dashboard.panels.map(({ id }: { id: number }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})
