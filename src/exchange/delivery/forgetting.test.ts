// What the desk forgets of long ago, and what it must not forget with it.
import { expect, test } from 'vitest'
import { DeliveryDesk } from './delivery.ts'
import type { AllocationRow, LeaseRow } from './rows.ts'

const KEPT = 100_000

/** An allocation of one lease; the desk looks at no more than these fields. */
function open(desk: DeliveryDesk, id: number, order: number): LeaseRow {
  const ends = { settledAtUs: 1, freedAtUs: 1 }
  const lease = { lease: id, allocation: id, node: 1, buyAccount: 2, sellAccount: 3, ...ends }
  const lists = { leases: [id], workloads: [], retiredRank: 0 }
  desk.addAllocation({ allocation: id, order, account: 2, ...lists } as unknown as AllocationRow)
  desk.addLease(lease as unknown as LeaseRow)
  return desk.leases.must(id)
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
