// Random promises, holds and attestations: the identity holds at every instant, and a restart agrees.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RESOURCE_KINDS } from '../../messages/index.ts'
import { Bazaar, type TradingFixture } from '../trading-fixture.ts'
import { cases } from '../../../test/support/cases.ts'

const SPAN = 20
const step = fc.record({
  op: fc.constantFrom(
    'lease',
    'lease',
    'free',
    'commit',
    'commit',
    'release',
    'attest',
    'offer',
    'sell',
    'wait',
  ),
  cores: fc.integer({ min: 1, max: 6 }),
  memoryMib: fc.integer({ min: 0, max: 8_192 }),
  from: fc.integer({ min: 0, max: SPAN }),
  length: fc.integer({ min: 1, max: 5 }),
  pick: fc.nat(20),
})

test('CAP-005: the identity holds at every instant, and promises never pass what was attested', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }), (steps) => {
      const x = new Bazaar()
      const node = x.node(8, 16_384)
      let attested = 8
      let shrunk = false
      for (const each of steps) {
        const { cores, memoryMib, pick } = each
        const resources = { cores, memoryMib, diskMib: 0, cards: 0 }
        const fromUs = x.timeUs + each.from * 1_000_000
        const untilUs = fromUs + each.length * 1_000_000
        if (each.op === 'lease') {
          const end = x.capacity.endOf(node, resources, x.timeUs)
          if (end !== x.timeUs) {
            const lease = x.counters.next('trade')
            x.capacity.addLease(lease, node, resources, x.timeUs, end)
          }
        } else if (each.op === 'free') x.capacity.removeLease(pick)
        else if (each.op === 'commit') {
          const reason = ''
          x.run(x.seller, { kind: 'CommitCapacity', node, resources, fromUs, untilUs, reason })
        } else if (each.op === 'release') {
          x.run(x.seller, { kind: 'ReleaseCommitment', commitment: pick })
        } else if (each.op === 'attest') {
          shrunk ||= cores + 4 < attested
          attested = cores + 4
          x.attest(node, attested, 16_384)
        } else if (each.op === 'offer') x.offer(node, 90 + cores, cores)
        else if (each.op === 'sell') x.run(x.seller, x.sell({ node, units: cores }))
        else x.wait(each.length)
        x.refresh(node)
        expect(faults(x, node, shrunk)).toEqual([])
      }
      expect(x.restored().dump()).toEqual(x.dump())
      expect(faults(x.restored(), node, shrunk)).toEqual([])
    }),
    { numRuns: cases(40) },
  )
})

/** One line for every instant and resource where the parts do not add up. */
function faults(x: TradingFixture, node: number, shrunk: boolean): string[] {
  const found: string[] = []
  for (let second = 0; second <= SPAN + 6; second++) {
    const all = x.capacity.occupancy(node, x.timeUs + second * 1_000_000)
    const used = [all.reserve, all.free, all.held, all.leased, all.committed]
    for (const kind of RESOURCE_KINDS) {
      const sum = used.reduce((total, part) => total + part[kind], 0)
      const adds = sum === all.attested[kind] + all.shortfall[kind]
      const kept = shrunk || all.shortfall[kind] === 0
      if (!adds || !kept || used.some((part) => part[kind] < 0)) found.push(`${second} s ${kind}`)
    }
  }
  return found
}
