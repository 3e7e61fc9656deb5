import { expect, test } from 'vitest'
import type { Lease } from './dto/delivery.ts'
import { dueNotice, type Notice } from './notice.ts'

const at = (minute: number) => `2026-11-29T12:${minute}:00.000000Z`
const nowMs = Date.parse(at(30))
const leaseOf = (notice: Notice | null) => ({ notice }) as Lease
const until = (from: number, end: number): Notice => ({
  kind: 'end',
  reason: 'DURATION_REACHED',
  from_at: at(from),
  ends_at: at(end),
})

test('DLV-034 what is due is shown, and of several the first that ends', () => {
  expect(dueNotice([], nowMs)).toBeNull()
  expect(dueNotice([leaseOf(null), leaseOf(until(31, 36))], nowMs)).toBeNull()
  const leases = [until(30, 35), until(29, 34), until(31, 33)].map(leaseOf)
  expect(dueNotice(leases, nowMs)).toEqual(until(29, 34))
})
