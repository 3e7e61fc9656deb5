// Leases and allocations in records: every field is what was written, whatever lay there before.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode } from '../../kernel/index.ts'
import { faultParty, isolation, leaseEnd, leaseStatus } from '../../messages/index.ts'
import { cases } from '../../../test/support/cases.ts'
import { DeliveryDesk } from './delivery.ts'
import { loadAllocation, loadLease } from './load.ts'
import { allocationRow, leaseRow, type AllocationFields, type LeaseFields } from './rows.ts'

const u53 = fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 })
const u32 = fc.nat({ max: 2 ** 32 - 1 })
const money = fc.maxSafeNat()
const maybe = fc.option(u53)
const lease: fc.Arbitrary<Omit<LeaseFields, 'lease'>> = fc.record({
  allocation: u53,
  order: u53,
  instrument: u32,
  node: u32,
  buyAccount: u32,
  buyKey: u32,
  sellAccount: u32,
  status: fc.constantFrom(...leaseStatus.values),
  end: fc.option(fc.constantFrom(...leaseEnd.values)),
  fault: fc.option(fc.constantFrom(...faultParty.values)),
  detail: fc.string({ maxLength: 20 }),
  units: u32,
  resources: fc.record({ cores: u32, memoryMib: u32, diskMib: u32, cards: u32 }),
  isolation: fc.constantFrom(...isolation.values),
  priceMicroPerHour: money,
  buyerFeePpm: u32,
  sellerFeePpm: u32,
  horizonSeconds: u32,
  interruptible: fc.boolean(),
  noticeSeconds: u32,
  nonce: fc.stringMatching(/^[0-9a-f]{32}$/),
  opened: fc.boolean(),
  openedAtUs: u53,
  startDeadlineUs: u53,
  readyAtUs: maybe,
  closedAtUs: maybe,
  settledAtUs: maybe,
  freedAtUs: maybe,
  untilUs: maybe,
  fundedSeconds: u32,
  clockSeconds: u32,
  coveredSeconds: u32,
  discountSeconds: u32,
  believedUs: u53,
  principalMicro: money,
  feeEscrowMicro: money,
  billedMicro: money,
  buyerFeeMicro: money,
  sellerFeeMicro: money,
  cpuUs: u53,
  memoryPeakMib: u32,
  startTimer: u53,
  renewalTimer: u53,
  accrualTimer: u53,
  endTimer: u53,
  settleTimer: u53,
})
const allocation: fc.Arbitrary<Omit<AllocationFields, 'allocation'>> = fc.record({
  order: u53,
  account: u32,
  key: u32,
  durationSeconds: fc.option(u32),
  capMicro: fc.option(fc.bigInt({ min: 0n, max: 2n ** 60n })),
  leases: fc.array(u53, { maxLength: 3 }),
  workloads: fc.array(u53, { maxLength: 2 }),
  openedAtUs: u53,
  closed: fc.boolean(),
  retiredRank: u53,
})

test('leases are what was written', () => {
  const desk = new DeliveryDesk()
  fc.assert(
    fc.property(lease, fc.integer({ min: 1, max: 5 }), (fields, id) => {
      const old = desk.leases.get(id)
      if (old !== undefined) old.detail = ''
      desk.leases.delete(id)
      loadLease(desk.leases.add(id), { lease: id, ...fields })
      const row = desk.leases.must(id)
      expect(decode(leaseRow, encode(leaseRow, row))).toEqual({ lease: id, ...fields })
    }),
    { numRuns: cases(500) },
  )
})

test('allocations are what was written', () => {
  const desk = new DeliveryDesk()
  fc.assert(
    fc.property(allocation, fc.integer({ min: 1, max: 5 }), (fields, id) => {
      desk.allocations.get(id)?.dropRarities()
      desk.allocations.delete(id)
      const all = { allocation: id, ...fields, leases: [...fields.leases] }
      loadAllocation(desk.allocations.add(id), all)
      const row = desk.allocations.must(id)
      expect(decode(allocationRow, encode(allocationRow, row))).toEqual(all)
      const [first = 0, ...more] = fields.leases
      expect(row.onlyLease).toBe(more.length === 0 ? first : 0)
    }),
    { numRuns: cases(500) },
  )
})
