/** `suan run` against a real exchange whose first machine does not start. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ApiVenue,
  addNode,
  openMarket,
  until,
  type Market,
  type TestNode,
} from '../../../test/support/api-venue.ts'
import { runCli, type Ran } from '../../../test/tools/cli-host.ts'

let venue: ApiVenue
let market: Market
let second: TestNode
beforeAll(async () => {
  venue = await ApiVenue.start()
  market = await openMarket(venue)
  const { goods, seller } = market
  second = await addNode(venue, seller, goods)
  const stream = second.daemon.openStream()
  stream.subscribe('assignments', { node_id: second.id }, () => {})
  const params = { node_id: second.id, sku_id: goods.product }
  await seller.client.setOffer({ params, body: { price: '0.12', max_units: 4 } })
  await until(async () => {
    const { data } = await seller.client.listOffers({ query: { available: true } })
    return data.length === 2
  })
})
afterAll(async () => {
  market.stream.close()
  await venue.stop()
})

/** Runs `suan run` with further flags, as the buyer. */
function suanRun(...flags: string[]): Promise<Ran> {
  const { token } = market.buyer
  const need = ['--cpu', '1', '--max-price', '0.15', '-y']
  return runCli(['--url', venue.url, '--key', token, 'run', ...need, ...flags, '--', 'true'])
}
/** What the node has to make true next. */
async function assigned({ daemon, id }: TestNode) {
  const look = async () => {
    const { data } = await daemon.listAssignments({ params: { node_id: id } })
    return data.find(({ lease }) => lease.closed_at === null && lease.ready_at === null) ?? null
  }
  await until(async () => (await look()) !== null)
  const found = await look()
  if (found === null) throw new Error('the assignment is gone')
  return found
}
async function fail(node: TestNode): Promise<void> {
  const { lease } = await assigned(node)
  const body = { fault: 'provider', detail: 'exit 1' } as const
  await node.daemon.reportStartFailure({ params: { lease_id: lease.id }, body })
}
/** Opens the lease and says that its program ended with 7. */
async function deliver(node: TestNode): Promise<void> {
  const { lease, nonce, workloads } = await assigned(node)
  await node.daemon.reportReady({ params: { lease_id: lease.id }, body: { nonce } })
  const params = { workload_id: workloads[0]?.id ?? '' }
  await node.daemon.reportWorkload({ params, body: { status: 'running' } })
  const ended = { status: 'failed', exit_code: 7, end: 'EXITED' } as const
  await node.daemon.reportWorkload({ params, body: ended })
}

test('DLV-027 it says so, follows the work to the next machine and ends with its exit code', async () => {
  const running = suanRun('--keep')
  await fail(market.node)
  await deliver(second)
  const { code, stderr } = await running
  expect(code).toBe(7)
  expect(stderr).toMatch(
    new RegExp(`retrying  ${market.node.id} did not start: alloc_\\S+ on ${second.id} at ¥0.12 `),
  )
})

test('DLV-027 with --no-retry the run ends with the reason', async () => {
  const running = suanRun('--no-retry')
  await fail(market.node)
  const { daemon, id } = market.node
  const { data } = await daemon.listAssignments({ params: { node_id: id } })
  for (const { workloads } of data) {
    for (const { id: workload_id, ended_at } of workloads) {
      if (ended_at !== null) continue
      const body = { status: 'terminated', end: 'LEASE_CLOSED' } as const
      await daemon.reportWorkload({ params: { workload_id }, body })
    }
  }
  const { code, stderr } = await running
  expect(code).toBe(9)
  expect(stderr).toContain('The provider could not start it; nothing is charged. (START_FAILED)')
})

test('DLV-030 with --replace the work goes on where the first machine was lost', async () => {
  const running = suanRun('--replace')
  const { lease, nonce, workloads } = await assigned(market.node)
  await market.node.daemon.reportReady({ params: { lease_id: lease.id }, body: { nonce } })
  const params = { workload_id: workloads[0]?.id ?? '' }
  await market.node.daemon.reportWorkload({ params, body: { status: 'running' } })
  await until(async () => {
    const allocation = await market.buyer.client.getAllocation({
      params: { allocation_id: lease.allocation_id },
    })
    return allocation.replacement_price === '0.15'
  })
  const restarted = { status: 'terminated', end: 'NODE_RESTARTED' } as const
  await market.node.daemon.reportWorkload({ params, body: restarted })
  await deliver(second)
  const { code, stderr } = await running
  expect(code).toBe(7)
  expect(stderr).toMatch(
    new RegExp(`replaced  ${market.node.id} was lost: alloc_\\S+ on ${second.id} at ¥0.12 `),
  )
})
