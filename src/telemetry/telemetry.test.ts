import { afterEach, describe, expect, test } from 'vitest'
import { SAMPLE_METRICS, type NodePlace, type SampleMetric } from '../messages/index.ts'
import { inlineKeeper, workerKeeper, type OpenKeeper } from './keeper.ts'
import { Telemetry } from './telemetry.ts'

const NET = { kind: 'national', number: 0 } as const
const START = 1_700_000_000
const open: Telemetry[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

/** Time that a test sets, and samples of it. */
class Bench {
  second = START
  readonly lost: Error[] = []
  readonly telemetry: Telemetry

  constructor(keeper: OpenKeeper) {
    this.telemetry = new Telemetry({
      nowUs: () => this.second * 1e6,
      open: keeper,
      onLost: (why) => this.lost.push(why),
    })
    open.push(this.telemetry)
  }

  /** A second passes in which these nodes send something; `skew` is how far their clocks are ahead. */
  tick(said: Readonly<Record<number, Partial<Record<SampleMetric, number>>>>, skew = 0): void {
    this.second++
    for (const [node, values] of Object.entries(said)) {
      const all = SAMPLE_METRICS.map((metric) => values[metric] ?? Number.NaN)
      this.telemetry.take(Number(node), (this.second + skew) * 1e6, all)
    }
    this.telemetry.handOver()
  }

  async cpu(subject: { kind: 'national' | 'hub' | 'site' | 'node'; number: number }, seconds = 5) {
    const range = { from: this.second - seconds + 1, until: this.second + 1, step: 1 } as const
    const answer = await this.telemetry.read(subject, range, ['cpu_busy'])
    return Array.from(answer!.mean[0]!, (one) =>
      Number.isNaN(one) ? null : Number(one.toFixed(3)),
    )
  }
}

function place(node: number, site: number, hub: number, cores: number, leased = 0): NodePlace {
  return {
    node,
    site,
    hub,
    sellable: { cores, memoryMib: 1_024, cards: 0 },
    allocated: { cores: leased, memoryMib: 0, cards: 0 },
  }
}

describe.each([
  ['this thread', inlineKeeper],
  ['a worker', workerKeeper],
] as const)('series in %s', (_name, keeper) => {
  test('a node, its site, its hub and the net, weighted by cores', async () => {
    const bench = new Bench(keeper)
    bench.telemetry.place([place(1, 1, 1, 4, 2), place(2, 1, 1, 12), place(3, 2, 1, 16, 16)])
    bench.tick({ 1: { cpu_busy: 1, net_rx_bps: 100 }, 2: { cpu_busy: 0.2, net_rx_bps: 50 } })
    bench.tick({ 1: { cpu_busy: 0.5 }, 2: { cpu_busy: 0.1 }, 3: { cpu_busy: 0 } })
    expect(await bench.cpu({ kind: 'node', number: 1 })).toEqual([null, null, null, 1, 0.5])
    expect(await bench.cpu({ kind: 'site', number: 1 })).toEqual([null, null, null, 0.4, 0.2])
    expect(await bench.cpu({ kind: 'hub', number: 1 })).toEqual([null, null, null, 0.4, 0.1])
    const net = bench.telemetry.newest(NET)
    expect(net).toMatchObject({ isReporting: true, second: bench.second })
    expect(net!.values).toMatchObject({ nodes: 3, nodes_reporting: 3 })
    expect(net!.values.cpu_busy).toBeCloseTo(0.1, 6)
    // The register's share and the measured one have nothing to do with each other.
    expect(net!.values.allocated_cores).toBeCloseTo(18 / 32, 6)
    expect(net!.values.allocated_cards).toBeNaN()
    expect(net!.values.net_rx_bps).toBeNaN()
  })

  test('allocation changes without a sample, and a silent node has one all the same', async () => {
    const bench = new Bench(keeper)
    bench.telemetry.place([place(1, 1, 1, 4)])
    bench.tick({ 1: { cpu_busy: 0.3 } })
    for (let n = 0; n < 12; n++) bench.tick({})
    bench.telemetry.place([place(1, 1, 1, 4, 4)])
    bench.tick({})
    bench.tick({})
    const range = { from: START + 1, until: bench.second + 1, step: 1 } as const
    const answer = await bench.telemetry.read({ kind: 'node', number: 1 }, range, [
      'allocated_cores',
    ])
    const shares = Array.from(answer!.mean[0]!)
    // Of the last five seconds something may still come.
    expect(shares.slice(0, -7).every((one) => one === 0)).toBe(true)
    expect(shares.slice(-7, -5)).toEqual([1, 1])
    expect(bench.telemetry.newest({ kind: 'node', number: 1 })).toMatchObject({
      isReporting: false,
      second: START + 1,
    })
    expect(bench.telemetry.newest(NET)!.values).toMatchObject({ nodes_reporting: 0, cpu_busy: NaN })
  })

  test('a node whose clock is ten minutes off has its samples where they belong', async () => {
    const bench = new Bench(keeper)
    bench.telemetry.place([place(1, 1, 1, 4)])
    for (let n = 1; n <= 5; n++) bench.tick({ 1: { cpu_busy: n / 10 } }, 600)
    expect(await bench.cpu({ kind: 'node', number: 1 })).toEqual([0.1, 0.2, 0.3, 0.4, 0.5])
    // Its clock is set: by an hour back, then right.
    bench.tick({ 1: { cpu_busy: 0.6 } }, -3_600)
    bench.tick({ 1: { cpu_busy: 0.7 } })
    expect(await bench.cpu({ kind: 'node', number: 1 })).toEqual([0.3, 0.4, 0.5, 0.6, 0.7])
  })

  test('minutes and hours tell means and highest values, and are asked for by their step', async () => {
    const bench = new Bench(keeper)
    bench.telemetry.place([place(1, 1, 1, 4)])
    for (let n = 0; n < 130; n++) bench.tick({ 1: { cpu_busy: n % 2 } })
    const minute = { from: START, until: bench.second + 1, step: 60 } as const
    const answer = await bench.telemetry.read({ kind: 'node', number: 1 }, minute, ['cpu_busy'])
    expect(answer!.from % 60).toBe(0)
    expect(answer!.mean[0]![1]).toBeCloseTo(0.5, 4)
    expect(answer!.highest[0]![1]).toBe(1)
    const long = { from: 0, until: bench.second + 1, step: 3_600 } as const
    const hours = await bench.telemetry.read(NET, long, ['cpu_busy', 'nodes'])
    expect(hours!.mean[0]).toHaveLength(744)
    expect(hours!.mean[1]!.at(-1)).toBeCloseTo(1, 3)
  })

  test('what is not known is null, and samples of a node without a place are dropped', async () => {
    const bench = new Bench(keeper)
    bench.tick({ 9: { cpu_busy: 1 } })
    expect(bench.telemetry.newest({ kind: 'node', number: 9 })).toBeNull()
    const range = { from: START, until: START + 9, step: 1 } as const
    expect(await bench.telemetry.read({ kind: 'node', number: 9 }, range, [])).toBeNull()
  })

  test('a start forgets what was before, and says since when it knows', async () => {
    const before = new Bench(keeper)
    before.telemetry.place([place(1, 1, 1, 4)])
    before.tick({ 1: { cpu_busy: 1 } })
    const after = new Bench(keeper)
    after.second = before.second + 60
    const again = new Telemetry({ nowUs: () => after.second * 1e6, open: keeper })
    open.push(again)
    again.place([place(1, 1, 1, 4)])
    expect([before.telemetry.since, again.since]).toEqual([START, after.second])
    const range = { from: START, until: after.second, step: 1 } as const
    const answer = await again.read({ kind: 'node', number: 1 }, range, ['cpu_busy'])
    expect(answer!.mean[0]!.every((one) => Number.isNaN(one))).toBe(true)
  })
})

test('a keeper that ends is replaced: the series are lost, and what stands open is told so', async () => {
  let lose: (why: Error) => void = () => {}
  const bench = new Bench((latest, onReply, onLost) => {
    lose = onLost
    const inner = inlineKeeper(latest, onReply, onLost)
    return { ...inner, send: (call) => call.kind !== 'read' && inner.send(call) }
  })
  bench.telemetry.place([place(1, 1, 1, 4)])
  bench.tick({ 1: { cpu_busy: 1 } })
  const reading = bench.cpu({ kind: 'node', number: 1 })
  bench.second += 5
  lose(new Error('out of memory'))
  await expect(reading).rejects.toThrow('REBUILDING')
  expect(bench.lost).toHaveLength(1)
  expect(bench.telemetry.since).toBe(bench.second)
  bench.tick({ 1: { cpu_busy: 0.5 } })
  expect(bench.telemetry.newest({ kind: 'node', number: 1 })!.values.cpu_busy).toBe(0.5)
})
