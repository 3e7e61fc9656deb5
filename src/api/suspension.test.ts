import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ApiVenue, SYMBOL, openMarket, until, type Market } from '../../test/support/api-venue.ts'
import type { Assignment } from '../wire/index.ts'

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

describe('an allocation that its buyer suspends', () => {
  test('DLV-031 DLV-033 is told to its daemon, and shown, until it is resumed', async () => {
    const { buyer, node } = market
    const placed = await buyer.client.placeOrder({
      body: { symbol: SYMBOL, side: 'buy', units: 1, price: '0.10' },
    })
    const params = { allocation_id: placed.allocation_ids[0] ?? '' }
    const { data } = await node.daemon.listAssignments({ params: { node_id: node.id } })
    const found = data.find(({ lease }) => lease.allocation_id === params.allocation_id)
    const lease = { lease_id: found?.lease.id ?? '' }
    await expect(buyer.client.suspendAllocation({ params })).rejects.toMatchObject({
      code: 'LEASE_STATE',
    })
    await node.daemon.reportReady({ params: lease, body: { nonce: found?.nonce ?? '' } })
    await expect(buyer.client.suspendAllocation({ params })).rejects.toMatchObject({
      code: 'SUSPEND_UNSUPPORTED',
      status: 409,
      facts: { id: params.allocation_id },
    })
    const abilities = ['suspend' as const]
    await node.daemon.reportAbilities({ params: { node_id: node.id }, body: { abilities } })
    // 1. The daemon's list changes with each wish.
    const told: boolean[] = []
    const stream = node.daemon.openStream()
    stream.subscribe(
      'assignments',
      { node_id: node.id },
      (frame: { data: readonly Assignment[] }) => {
        const one = frame.data.find(({ lease: each }) => each.id === lease.lease_id)
        if (one !== undefined) told.push(one.suspended)
      },
    )
    await until(() => told.at(-1) === false)
    await buyer.client.suspendAllocation({ params })
    await until(() => told.at(-1) === true)
    // 2. The buyer sees since when.
    const shown = await buyer.client.getAllocation({ params })
    expect(shown).toMatchObject({ status: 'delivering', suspended_at: expect.any(String) })
    await expect(market.seller.client.suspendAllocation({ params })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(market.seller.client.resumeAllocation({ params })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await buyer.client.resumeAllocation({ params })
    await until(() => told.at(-1) === false)
    expect((await buyer.client.getAllocation({ params })).suspended_at).toBeNull()
    stream.close()
    await buyer.client.closeAllocation({ params })
  })
})
