// The register over intervals, and the commands of a provider about its machine.
import { describe, expect, test } from 'vitest'
import { LIMITS, type CommandOf } from '../../messages/index.ts'
import { Bazaar, only } from '../trading-fixture.ts'

const HOUR = 3_600_000_000
const cores = (n: number) => ({ cores: n, memoryMib: 0, diskMib: 0, cards: 0 })

function own(x: Bazaar, node: number, n: number, fromHours: number, untilHours: number) {
  const fromUs = x.timeUs + fromHours * HOUR
  const untilUs = x.timeUs + untilHours * HOUR
  const use: CommandOf<'CommitCapacity'> = {
    kind: 'CommitCapacity',
    node,
    resources: cores(n),
    fromUs,
    untilUs,
    reason: 'own use',
  }
  return use
}

describe('CAP-005: attested + shortfall = reserve + free + held + leased + committed', () => {
  test('each part is where it is', () => {
    const x = new Bazaar()
    const node = x.node(10, 99_999)
    x.catalog.mustNode(node).reserve = cores(1)
    x.offer(node, 90, 3)
    x.must(x.seller, x.sell({ node, units: 2 }))
    x.must(x.seller, own(x, node, 2, 0, 1))
    x.must(x.buyer, x.buy({ priceTicks: 90 }))
    const { free, held, leased, committed, reserve, shortfall } = x.capacity.occupancy(
      node,
      x.timeUs,
    )
    const all = [reserve, free, held, leased, committed, shortfall].map((each) => each.cores)
    expect(all).toEqual([1, 2, 4, 1, 2, 0])
  })
})

describe('CAP-006: less attested than promised', () => {
  test('nothing is free, never below nothing; the rest is a shortfall', () => {
    const x = new Bazaar()
    const node = x.node(8)
    x.offer(node, 90, 8)
    x.must(x.buyer, x.buy({ units: 5, priceTicks: 90 }))
    x.attest(node, 4)
    x.refresh(node)
    const { free, held, leased, shortfall } = x.capacity.occupancy(node, x.timeUs)
    expect([free.cores, held.cores, leased.cores, shortfall.cores]).toEqual([0, 0, 5, 1])
    expect(x.depth().asks).toEqual([])
  })
  test('FIELD_INVALID: a reserve beyond what is attested', () => {
    const x = new Bazaar()
    const node = x.node(2)
    const attest = { kind: 'AttestNode', node, attested: cores(1), reserve: cores(2) } as const
    const found = { isolation: 'namespaces', inventoryDigest: '00'.repeat(32) } as const
    expect(x.code(x.seller, { ...attest, ...found })).toBe('FIELD_INVALID')
    const other = x.trader('other', 10_000n)
    expect(x.code(other, { ...attest, ...found })).toBe('FORBIDDEN')
    expect(x.code(x.seller, { ...attest, ...found, node: 99 })).toBe('NOT_FOUND')
  })
})

describe('CAP-007: commitments', () => {
  test('own use takes resources over its interval, half-open, and its timers say when', () => {
    const x = new Bazaar()
    const node = x.node(8)
    x.offer(node, 90, 8)
    const { events } = x.must(x.seller, own(x, node, 6, 1, 2))
    expect(only(events, 'CapacityCommitted')).toMatchObject([{ commitment: 1, node }])
    const start = x.timeUs + HOUR
    expect(x.capacity.occupancy(node, start - 1).committed.cores).toBe(0)
    expect(x.capacity.occupancy(node, start).committed.cores).toBe(6)
    expect(x.capacity.occupancy(node, start + HOUR).committed.cores).toBe(0)
    x.wait(3_600)
    expect(x.depth().asks).toEqual([[90, 2, 1]])
    x.wait(3_600)
    expect(x.depth().asks).toEqual([[90, 8, 1]])
    expect(x.capacity.commitment(1)).toBe(undefined)
    expect(x.timers.nextDueUs()).toBe(null)
  })
  test('CAP-002, CAP-003: what never fits is insufficient, what leases use is a conflict', () => {
    const x = new Bazaar()
    const node = x.node(8)
    x.offer(node, 90, 8)
    x.must(x.buyer, x.buy({ units: 5, priceTicks: 90 }))
    expect(x.run(x.seller, own(x, node, 9, 1, 2)).refusal).toMatchObject({
      code: 'CAPACITY_INSUFFICIENT',
      facts: [{}, { value: 'cores' }, { value: '8' }, { value: '9' }],
    })
    expect(x.code(x.seller, own(x, node, 4, 1, 2))).toBe('COMMITMENT_CONFLICT')
    expect(x.code(x.seller, own(x, node, 3, 1, 2))).toBe(null)
    expect(x.code(x.seller, own(x, node, 1, 1, 2))).toBe('COMMITMENT_CONFLICT')
    expect(x.code(x.seller, own(x, node, 3, 2, 3))).toBe(null)
  })
  test.each([
    ['resources', (x: Bazaar, node: number) => own(x, node, 0, 1, 2)],
    ['untilUs', (x: Bazaar, node: number) => own(x, node, 1, 2, 2)],
    ['untilUs', (x: Bazaar, node: number) => own(x, node, 1, -2, -1)],
  ] as const)('FIELD_INVALID %s', (field, make) => {
    const x = new Bazaar()
    const { refusal } = x.run(x.seller, make(x, x.node(2)))
    expect([refusal?.code, refusal?.facts[0]?.value]).toEqual(['FIELD_INVALID', field])
  })
  test('released by its owner only, and at once', () => {
    const x = new Bazaar()
    const node = x.node(8)
    x.must(x.seller, own(x, node, 8, 0, 2))
    const release = { kind: 'ReleaseCommitment', commitment: 1 } as const
    expect(x.code(x.trader('other', 10_000n), release)).toBe('FORBIDDEN')
    expect(only(x.must(x.seller, release).events, 'CommitmentReleased')).toHaveLength(1)
    expect(x.code(x.seller, release)).toBe('NOT_FOUND')
    expect(x.capacity.free(node, x.timeUs).cores).toBe(8)
  })
  test('LIMIT_REACHED: commitments of a node', () => {
    const x = new Bazaar()
    const node = x.node(2)
    const limit = LIMITS.commitmentsPerNode
    for (let i = 0; i < limit; i++) {
      const { resources, fromUs, untilUs } = own(x, node, 1, 2 * i, 2 * i + 1)
      const use = { node, kind: 'commitment', subject: i, sku: 0, units: 0 } as const
      x.capacity.uses.add({ ...use, resources, fromUs, untilUs })
    }
    expect(x.code(x.seller, own(x, node, 1, 2 * limit, 2 * limit + 1))).toBe('LIMIT_REACHED')
  })
})

describe('CAP-008, CAP-009: holds yield to promises; an open-ended use ends at the next one', () => {
  test('a lease bought before a commitment says when it must end', () => {
    const x = new Bazaar()
    const node = x.node(8)
    x.offer(node, 90, 8)
    x.must(x.seller, own(x, node, 6, 1, 2))
    const start = x.timeUs + HOUR
    const { fills } = x.place(x.buyer, x.buy({ units: 2, priceTicks: 90 }))
    expect(fills[0]?.untilUs).toBe(null)
    const next = x.place(x.buyer, x.buy({ units: 1, priceTicks: 90 }))
    expect(next.fills[0]?.untilUs).toBe(start)
    expect(x.capacity.endOf(node, cores(1), start + HOUR)).toBe(null)
    expect(x.trading.offerViews(null, x.timeUs)[0]?.nextCommitmentUs).toBe(start)
    const { held, committed, free } = x.capacity.occupancy(node, start)
    expect([held.cores, committed.cores, free.cores]).toEqual([0, 6, 0])
  })
  test('fits names the first dimension that fails at some instant of the interval', () => {
    const x = new Bazaar()
    const node = x.node(8)
    x.must(x.seller, own(x, node, 6, 1, 2))
    const [now, start] = [x.timeUs, x.timeUs + HOUR]
    expect(x.capacity.fits(node, cores(8), now, start)).toBe(null)
    expect(x.capacity.fits(node, cores(8), now, start + 1)).toBe('cores')
    expect(x.capacity.fits(node, cores(3), now, null)).toBe('cores')
    expect(x.capacity.fits(node, cores(2), now, null)).toBe(null)
    expect(x.capacity.fits(node, { ...cores(1), memoryMib: 9_000 }, now, null)).toBe('memoryMib')
  })
  test('a lease that is moved or removed changes the register', () => {
    const x = new Bazaar()
    const node = x.node(8)
    x.capacity.addLease(7, node, cores(3), x.timeUs, null)
    x.capacity.addLease(7, node, cores(3), x.timeUs, x.timeUs + HOUR)
    expect(x.capacity.occupancy(node, x.timeUs).leased.cores).toBe(3)
    expect(x.capacity.occupancy(node, x.timeUs + HOUR).leased.cores).toBe(0)
    x.capacity.removeLease(7)
    x.capacity.removeLease(7)
    expect(x.capacity.occupancy(node, x.timeUs).leased.cores).toBe(0)
  })
})

describe('CAP-010: the provider’s word on its node', () => {
  test.each(['registered', 'lost'] as const)('TRANSITION_INVALID: not to %s', (status) => {
    const x = new Bazaar()
    const set = { kind: 'SetNodeStatus', node: x.node(1), status, reason: '' } as const
    expect(x.code(x.seller, set)).toBe('TRANSITION_INVALID')
  })
  test('NODE_NOT_TRADABLE: online needs an attestation', () => {
    const x = new Bazaar()
    const node = x.node(1)
    x.catalog.mustNode(node).attested = null
    const set = { kind: 'SetNodeStatus', node, reason: '' } as const
    expect(x.code(x.seller, { ...set, status: 'online' })).toBe('NODE_NOT_TRADABLE')
    expect(x.code(x.seller, { ...set, status: 'draining' })).toBe(null)
    expect(x.code(x.trader('other', 10_000n), { ...set, status: 'draining' })).toBe('FORBIDDEN')
  })
})
