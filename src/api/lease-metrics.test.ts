import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiVenue, SYMBOL, openMarket, until, type Market } from '../../test/support/api-venue.ts'
import type { LeaseSample } from '../wire/index.ts'

let venue: ApiVenue
let market: Market
beforeAll(async () => {
  venue = await ApiVenue.start()
  market = await openMarket(venue)
})
afterAll(async () => {
  market.stream.close()
  await venue.stop()
})

test('what a lease uses goes to its buyer while it looks, and is asked of its daemon only then', async () => {
  const { buyer, seller, node } = market
  const order = { symbol: SYMBOL, side: 'buy', units: 1, price: '0.10' } as const
  const placed = await buyer.client.placeOrder({ body: { ...order, time_in_force: 'IOC' } })
  const [allocation = ''] = placed.allocation_ids
  const { data } = await node.daemon.listAssignments({ params: { node_id: node.id } })
  const { id: lease } = data[0]!.lease
  const ready = { params: { lease_id: lease }, body: { nonce: data[0]!.nonce } }
  await node.daemon.reportReady(ready)
  const started = await buyer.client.startWorkload({
    params: { allocation_id: allocation },
    body: { spec: { command: ['sleep', '60'] } },
  })
  const watched = { workload_id: started.workload.id }

  // 1. The daemon is asked for nothing before somebody looks.
  const daemon = node.daemon.openStream()
  const asked: string[][] = []
  daemon.subscribe('usages', { node_id: node.id }, (frame) => asked.push(frame.data.leases))
  await until(() => asked.length === 1)
  expect(asked).toEqual([[]])

  // 2. A buyer looks: the daemon is asked, and what it tells comes through, of its own leases only.
  const [mine, foreign] = [buyer.client.openStream(), seller.client.openStream()]
  const samples: LeaseSample[] = []
  const refused: string[] = []
  const looking = mine.subscribe('metrics', watched, (frame) => samples.push(...frame.data))
  foreign.subscribe(
    'metrics',
    watched,
    () => expect.unreachable(),
    ({ code }) => refused.push(code),
  )
  await until(() => asked.length === 2 && refused.length === 1)
  expect([asked[1], refused]).toEqual([[lease], ['NOT_FOUND']])
  const used = { cpu_us: 1_500, throttled_us: 0, memory_mib: 3, memory_peak_mib: 4 }
  daemon.sendUsage({ lease_id: 'lse_zz', ...used })
  mine.sendUsage({ lease_id: lease, ...used, cpu_us: 9 })
  daemon.sendUsage({ lease_id: lease, ...used })
  await until(() => samples.length > 0)
  expect(samples).toEqual([{ lease_id: lease, ...used, at: expect.any(String) as string }])

  // 3. Nobody looks any more.
  looking.stop()
  await until(() => asked.length === 3)
  expect(asked[2]).toEqual([])
  for (const stream of [daemon, mine, foreign]) stream.close()
})
