import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  ApiVenue,
  SYMBOL,
  addNode,
  openMarket,
  until,
  type Market,
  type TestNode,
} from '../../../test/support/api-venue.ts'
import { SAMPLE_METRICS, type SampleMetric } from '../../messages/index.ts'
import { encodeSamples, type MonitorState } from '../../wire/index.ts'

let venue: ApiVenue
let market: Market
let other: TestNode
beforeAll(async () => {
  venue = await ApiVenue.start()
  market = await openMarket(venue)
  other = await addNode(venue, market.seller, market.goods)
})
afterAll(async () => {
  market.stream.close()
  await venue.stop()
})

function frame(node: number, values: Partial<Record<SampleMetric, number>>) {
  const all = Float32Array.from(SAMPLE_METRICS, (metric) => values[metric] ?? Number.NaN)
  return encodeSamples({ node, atUs: Date.now() * 1_000, values: all })
}

/** Sends samples until the door tells them. */
async function tell(values: Partial<Record<SampleMetric, number>>): Promise<MonitorState> {
  const [metric, value] = Object.entries(values)[0] as [SampleMetric, number]
  const anyone = venue.client()
  const params = { node_id: market.node.id }
  let state: MonitorState | null = null
  await until(async () => {
    market.stream.sendSamples(frame(market.node.number, values))
    await new Promise((resolve) => setTimeout(resolve, 350))
    state = await anyone.monitorNode({ params })
    return Math.abs((state.subject.values[metric] ?? -1) - value) < 1e-3
  })
  return state!
}

describe('who may say what a node measured', () => {
  /** What the door answers to a frame on a socket of this token or none. */
  async function answerTo(
    bytes: Uint8Array,
    on: { token?: string; stream?: boolean },
  ): Promise<{ code?: string }> {
    const socket = new WebSocket(`${venue.url.replace('http', 'ws')}/v1/ws`)
    await new Promise((resolve) => socket.once('open', resolve))
    const answers: { type: string; op: string; code?: string }[] = []
    socket.on('message', (data: Buffer) => answers.push(JSON.parse(data.toString())))
    if (on.token !== undefined) socket.send(JSON.stringify({ op: 'auth', token: on.token }))
    socket.send(bytes)
    await until(() => answers.some((one) => one.op === 'samples'))
    socket.close()
    return answers.find((one) => one.op === 'samples')!
  }

  test('nobody without a key, and not the owner with a key that is not the daemon’s', async () => {
    const mine = frame(market.node.number, { cpu_busy: 0.99 })
    expect(await answerTo(mine, {})).toMatchObject({ type: 'error', code: 'UNAUTHENTICATED' })
    const { token } = market.seller
    expect(await answerTo(mine, { token })).toMatchObject({ type: 'error', code: 'NOT_FOUND' })
    const broken = mine.subarray(0, 20)
    expect(await answerTo(broken, { token })).toMatchObject({ type: 'error', code: 'MALFORMED' })
  })

  test('a daemon tells of its own node only', async () => {
    await tell({ cpu_busy: 0.25 })
    market.stream.sendSamples(frame(other.number, { cpu_busy: 0.99 }))
    await tell({ cpu_busy: 0.5 })
    const foreign = await venue.client().monitorNode({ params: { node_id: other.id } })
    expect(foreign.subject).toMatchObject({ reporting: false, sampled_at: null, utilisation: null })
  })
})

describe('what the door tells', () => {
  test('allocation rate and utilisation are two things', async () => {
    const { buyer } = market
    await buyer.client.placeOrder({
      body: { symbol: SYMBOL, side: 'buy', units: 1, price: '0.10' },
    })
    await until(async () => {
      const { subject } = await venue.client().monitorNode({ params: { node_id: market.node.id } })
      return subject.allocation_rate === 0.25
    })
    const { subject, parts, above } = await tell({ cpu_busy: 0.75 })
    expect(subject).toMatchObject({
      kind: 'node',
      leases: 1,
      allocation_rate: 0.25,
      reporting: true,
      sellable: { cores: 4 },
      allocated: { cores: 1 },
    })
    expect(subject.utilisation).toBeCloseTo(0.75, 3)
    expect(parts).toEqual([])
    expect(above.map((one) => one.kind)).toEqual(['hub', 'site'])
    const net = await venue.client().monitorNet()
    expect(net.subject).toMatchObject({ nodes: 2, leases: 1, allocation_rate: 0.125 })
    expect(net.parts.map((one) => one.kind)).toEqual(['hub'])
    const hub = await venue.client().monitorHub({ params: { hub_id: market.goods.hub } })
    expect(hub.parts_total).toBe(2)
    const site = await venue.client().monitorSite({ params: { site_id: subject.site_id! } })
    expect(site.parts.map((one) => one.id)).toEqual([market.node.id])
    const nodes = await venue.client().listMonitorNodes({ query: { site_id: subject.site_id! } })
    expect(nodes).toMatchObject({ total: 1, data: [{ id: market.node.id }] })
  })

  test('series of what was asked for, and what asks for none', async () => {
    await tell({ rtt_us: 1_500 })
    const params = { node_id: market.node.id }
    const query = { step: '1s', metrics: 'rtt_us,allocated_cores' } as const
    const { series, since } = await venue.client().monitorNode({ params, query })
    expect(Object.keys(series!.metrics)).toEqual(['rtt_us', 'allocated_cores'])
    expect(series).toMatchObject({ step_seconds: 1, count: 300 })
    const { mean, max } = series!.metrics.rtt_us!
    expect(max).toBeNull()
    expect(Math.max(...mean.map((one) => one ?? 0))).toBeCloseTo(1_500, -1)
    // Before the start nothing is known, and the answer says since when something is.
    expect(Date.parse(since)).toBeGreaterThan(Date.now() - 3_600_000)
    expect(mean[0]).toBeNull()
    const minutes = await venue.client().monitorNode({ params, query: { step: '1m', from: since } })
    expect(minutes.series?.metrics.cpu_busy?.max).not.toBeNull()
    expect((await venue.client().monitorNode({ params })).series).toBeNull()
  })

  test('what is not there, and a metric that is none', async () => {
    const client = venue.client()
    const unknown = { code: 'NOT_FOUND' }
    await expect(client.monitorNode({ params: { node_id: 'node_zz' } })).rejects.toMatchObject(
      unknown,
    )
    await expect(client.monitorHub({ params: { hub_id: 'hub_zz' } })).rejects.toMatchObject(unknown)
    const query = { step: '1s', metrics: 'cpu_busy,beauty' } as const
    await expect(client.monitorNet({ query })).rejects.toMatchObject({ code: 'MALFORMED' })
  })

  test('channels say it every second, and a subject that is not there is refused', async () => {
    const stream = venue.client().openStream()
    const frames: MonitorState[] = []
    const refused: string[] = []
    stream.subscribe('monitor.node', { node_id: market.node.id }, ({ data }) => frames.push(data))
    stream.subscribe('monitor.national', {}, ({ data }) => frames.push(data))
    stream.subscribe(
      'monitor.site',
      { site_id: 'site_zz' },
      () => {},
      ({ code }) => refused.push(code),
    )
    stream.subscribe(
      'monitor.hub',
      {},
      () => {},
      ({ code }) => refused.push(code),
    )
    await until(() => frames.length >= 4 && refused.length === 2)
    expect(new Set(frames.map((one) => one.subject.kind))).toEqual(new Set(['node', 'national']))
    expect(refused.toSorted()).toEqual(['MALFORMED', 'NOT_FOUND'])
    stream.close()
  })
})
