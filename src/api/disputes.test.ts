import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ApiVenue,
  SYMBOL,
  openMarket,
  openParty,
  until,
  type Market,
} from '../../test/support/api-venue.ts'
import type { Client } from '../client/index.ts'
import { encode } from '../kernel/index.ts'
import { meterStatement } from '../messages/index.ts'
import { numberOf } from '../wire/index.ts'

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

const lines = new TextEncoder().encode('what the witness saw\n')
const evidence = createHash('sha256').update(lines).digest('hex')

/** Seconds of the lease's clock that a dispute needs: more than five. */
const SECONDS = 7

/** The daemon's only reading, which is its last; the hash of the signed report. */
async function meter(lease: string, coveredSeconds: number): Promise<string> {
  const { node, buyer } = market
  const chain = { period: 1, previous: '0'.repeat(64) }
  const totals = { coveredSeconds, cpuUs: 0, memoryPeakMib: 0, final: true }
  const readings = [{ lease: numberOf('lease', lease) ?? 0, ...totals }]
  const { venue: name } = await buyer.client.getStatus()
  const signed = encode(meterStatement, { ...chain, venue: name, node: node.number, readings })
  const told = { covered_seconds: coveredSeconds, cpu_us: 0, memory_peak_mib: 0, final: true }
  const signature = node.sign(signed)
  const body = { ...chain, node_id: node.id, readings: [{ lease_id: lease, ...told }], signature }
  await node.daemon.reportMeters({ body })
  return createHash('sha256').update(signed).digest('hex')
}

/** Another person of the operator. */
async function secondPerson(): Promise<Client> {
  const { operator } = venue
  const { member, account } = await operator.whoAmI()
  const added = await operator.addUser({ body: { member_id: member.id, handle: 'second' } })
  const body = { label: 'second', scopes: ['read' as const, 'admin' as const] }
  const issued = await operator.issueKey({
    body: { ...body, account_id: account.id, user_id: added.user_id },
  })
  return venue.client({ token: issued.token ?? '' })
}

test('DSP-005 DSP-007 DSP-010 a meter that claims more than the buyer counts: both columns, and a decision', async () => {
  const { buyer, seller, node } = market
  const stranger = await openParty(venue, 'buyer')
  // 1. A lease that both meter; the daemon counts all of it, the buyer a second.
  const order = { symbol: SYMBOL, side: 'buy', units: 1, price: '0.10' } as const
  await buyer.client.placeOrder({ body: { ...order, time_in_force: 'IOC' } })
  const assigned = await node.daemon.listAssignments({ params: { node_id: node.id } })
  const [{ lease, nonce }] = assigned.data as [(typeof assigned.data)[0]]
  const params = { lease_id: lease.id }
  await node.daemon.reportReady({ params, body: { nonce } })
  await until(async () => {
    const { ready_at } = await buyer.client.getLease({ params })
    return Date.now() - Date.parse(ready_at ?? '') > SECONDS * 1_000
  })
  const ahead = buyer.client.reportBuyerMeter({ params, body: { covered_seconds: 600, evidence } })
  await expect(ahead).rejects.toMatchObject({ code: 'METER_AHEAD' })
  const body = { covered_seconds: 1, evidence }
  const read = await buyer.client.reportBuyerMeter({ params, body })
  expect(read.meter).toMatchObject({ readings: 1, covered_seconds: 1, cpu_us: null })
  expect(await seller.client.getBuyerMeter({ params })).toEqual({ meter: read.meter })
  await expect(seller.client.reportBuyerMeter({ params, body })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  // 2. It ends: what both count is billed, the rest waits.
  await buyer.client.closeAllocation({ params: { allocation_id: lease.allocation_id } })
  const head = await meter(lease.id, SECONDS)
  await expect(buyer.client.reportBuyerMeter({ params, body })).rejects.toMatchObject({
    code: 'METER_LATE',
  })
  const shown = await buyer.client.getLease({ params })
  expect(shown).toMatchObject({ settlement: 'disputed', accepted_seconds: 1, settled_at: null })
  const id = { dispute_id: shown.dispute_id ?? '' }
  const dispute = await buyer.client.getDispute({ params: id })
  expect(dispute).toMatchObject({
    lease_id: lease.id,
    seller: { seconds: SECONDS, chain_head: head },
    buyer: { seconds: 1, evidence },
    decision: null,
  })
  // 3. The seller's last signed report, checked again, without what it says of others.
  const [reported, ...older] = (await buyer.client.listDisputeReports({ params: id })).data
  expect(older).toEqual([])
  expect(reported).toMatchObject({
    period: 1,
    covered_seconds: SECONDS,
    final: true,
    hash: head,
    signed: true,
    chained: true,
  })
  const foreignReports = stranger.client.listDisputeReports({ params: id })
  await expect(foreignReports).rejects.toMatchObject({ code: 'NOT_FOUND' })
  // 4. Both parties and the operator see it, and what the witness kept; nobody else does.
  await buyer.client.putObject({ body: lines })
  for (const client of [seller.client, venue.operator]) {
    expect(await client.getDispute({ params: id })).toEqual(dispute)
    const kept = await client.getDisputeEvidence({ params: id })
    expect(await new Response(kept).text()).toBe('what the witness saw\n')
  }
  const foreign = stranger.client.getDispute({ params: id })
  await expect(foreign).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect((await stranger.client.listDisputes()).data).toEqual([])
  const sold = await seller.client.listDisputes({ query: { open: true, side: 'sell' } })
  expect(sold).toEqual({ data: [dispute], next_cursor: null, has_more: false })
  for (const query of [{ side: 'buy' as const }, { open: false }]) {
    expect((await seller.client.listDisputes({ query })).data).toEqual([])
  }
  const all = { query: { all: true, open: true } }
  expect((await venue.operator.listDisputes(all)).data).toEqual([dispute])
  await expect(buyer.client.listDisputes(all)).rejects.toMatchObject({ code: 'SCOPE_MISSING' })
  // 5. Two persons decide, once.
  const other = await secondPerson()
  const expires_at = `${Math.floor(Date.now() / 1_000) + 600}`
  const resolution = { ...id, accepted_seconds: 2, reason: 'seen' }
  const proposal = { action: 'resolve_dispute', resolution, expires_at } as const
  const [first, second] = [
    await venue.operator.propose({ body: proposal }),
    await venue.operator.propose({ body: proposal }),
  ]
  const waiting = async () => (await venue.operator.listProposals()).data
  expect((await waiting())[0]).toMatchObject({ action: 'ResolveDispute', resolution, done: false })
  await other.approve({ params: first })
  expect((await waiting())[0]).toMatchObject({ resolution: null, done: true })
  await expect(other.approve({ params: second })).rejects.toMatchObject({ code: 'DISPUTE_CLOSED' })
  const decided = await seller.client.getDispute({ params: id })
  expect(decided.decision).toMatchObject({ by: 'operator', accepted_seconds: 2, reason: 'seen' })
  expect(Number(decided.decision?.returned)).toBeGreaterThan(0)
  expect(await buyer.client.getLease({ params })).toMatchObject({
    settlement: 'settled',
    accepted_seconds: 2,
    escrow: '0.00',
  })
})
