import { expect, test } from 'vitest'
import type { Lease } from '../../wire/index.ts'
import { costOf, costOfLease } from './cost.ts'

const readyMs = Date.parse('2026-01-01T00:00:00Z')
const lease = {
  status: 'delivering',
  price: '3.600000',
  units: 2,
  buyer_fee_ppm: 500,
  ready_at: '2026-01-01T00:00:00.000000Z',
  funded_seconds: 60,
  accepted_seconds: 0,
  billed: '0.00',
  buyer_fee: '0.00',
} as Lease

test('nothing before it is ready, then so much a second, nothing beyond what is funded', () => {
  expect(costOfLease({ ...lease, ready_at: null }, readyMs).totalMicro).toBe(0n)
  expect(costOfLease(lease, readyMs - 5_000).seconds).toBe(0)
  expect(costOfLease(lease, readyMs + 10_999)).toMatchObject({
    seconds: 10,
    principalMicro: 20_000n,
    feeMicro: 10n,
    totalMicro: 20_010n,
    isCapped: false,
  })
  expect(costOfLease(lease, readyMs + 3_600_000)).toMatchObject({ seconds: 60, isCapped: true })
})

test('a closed lease costs its bill, whatever the clock says', () => {
  const closed = { ...lease, status: 'closed', accepted_seconds: 7, billed: '0.014' } as Lease
  expect(costOfLease({ ...closed, buyer_fee: '0.000007' }, readyMs + 99_000)).toMatchObject({
    seconds: 7,
    totalMicro: 14_007n,
    isFinal: true,
  })
})

test('leases of an allocation add up', () => {
  const cost = costOf({ leases: [lease, { ...lease, units: 1 }] }, readyMs + 10_000)
  expect(cost).toMatchObject({ seconds: 10, principalMicro: 30_000n, isFinal: false })
})
