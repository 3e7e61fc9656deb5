// What the desk forgets of long ago, and what it must not forget with it.
import { expect, test } from 'vitest'
import { DeliveryDesk } from './delivery.ts'
import type { LeaseRow } from './rows.ts'

const KEPT = 100_000

/** An allocation of one settled lease. */
function open(desk: DeliveryDesk, id: number, order: number): LeaseRow {
  const allocation = desk.allocations.add(id)
  allocation.allocation = id
  allocation.order = order
  allocation.account = 2
  allocation.leases = [id]
  desk.enterAllocation(allocation)
  const lease = desk.leases.add(id)
  lease.lease = id
  lease.allocation = id
  lease.settledAtUs = 1
  lease.freedAtUs = 1
  desk.enterLease(lease)
  return lease
}

test('DLV-018 an old allocation is forgotten without the younger ones of its order', () => {
  const desk = new DeliveryDesk()
  const order = 2 * KEPT
  desk.retire(open(desk, 1, order))
  open(desk, 2, order)
  for (let id = 3; id < KEPT + 3; id++) desk.retire(open(desk, id, id))
  expect(desk.allocations.get(1)).toBeUndefined()
  expect(desk.allocationsOfOrder(order)).toEqual([2])
  desk.rebuild()
  expect(desk.allocationsOfOrder(order)).toEqual([2])
})
