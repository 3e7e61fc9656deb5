/** However both sides count and whoever decides: money moves once, and escrow is what is disputed. */
import { fc, test as propertyTest } from '@fast-check/vitest'
import { expect } from 'vitest'
import { CHART } from '../../src/messages/index.ts'
import { report, start } from './daemon.ts'
import { disputesOf, reading, together, twoPersons } from './dispute-venue.ts'
import { Auditor, faults } from './invariants.ts'
import { promisedVenue, says } from './sla-venue.ts'
import { all, daemon } from './venue.ts'

const act = fc.oneof(
  fc.record({ kind: fc.constant('seller' as const), share: fc.integer({ min: 50, max: 105 }) }),
  fc.record({ kind: fc.constant('buyer' as const), share: fc.integer({ min: 0, max: 105 }) }),
  fc.record({ kind: fc.constant('prober' as const), back: fc.nat(20) }),
  fc.record({ kind: fc.constant('witness' as const), back: fc.nat(20) }),
  fc.record({ kind: fc.constant('decide' as const), share: fc.nat(100) }),
  fc.record({ kind: fc.constant('contact' as const), connected: fc.boolean() }),
  fc.record({ kind: fc.constant('close' as const), isFinal: fc.boolean() }),
)
const story = fc.array(fc.tuple(fc.nat(700), act), { minLength: 10, maxLength: 70 })

propertyTest.prop([story, fc.constantFrom(0, 86_400)], { numRuns: 80 })(
  'DSP-005 DSP-009 each disputed micro-yuan goes to one side, once, and nobody is charged past the seller’s count',
  (steps, retentionSeconds) => {
    const { v, prober } = promisedVenue({}, { retentionSeconds })
    const persons = twoPersons(v)
    const auditor = new Auditor()
    const seen = v.takeEvents()
    auditor.read(seen)
    const accounts = [v.buyer.account, v.seller.account]
    const check = () => {
      const events = v.takeEvents()
      auditor.read(events)
      seen.push(...events)
      expect(v.exchange.audit().faults).toEqual([])
      expect(faults(v, auditor, accounts)).toEqual([])
      // I8: what an ended lease still has in escrow is what is disputed, and nothing else.
      for (const dispute of disputesOf(v, { open: true })) {
        const { lease, disputedMicro, disputedFeeMicro } = dispute
        expect(auditor.credit(CHART.LEASE_ESCROW, lease)).toBe(disputedMicro)
        expect(auditor.credit(CHART.FEE_ESCROW, lease)).toBe(disputedFeeMicro)
      }
    }
    let at = start(v)
    const view = () => v.exchange.answers.lease({ lease: at.lease })
    const clock = () => Math.floor((v.timeUs - (view()?.readyAtUs ?? v.timeUs)) / 1_000_000)
    const vote = (source: 'prober' | 'witness', back: number) => {
      const from = Math.max(0, Math.floor(clock() / 60) - back)
      v.submit(source === 'prober' ? prober : v.buyer, says(source, at.lease, from, from + 1))
    }
    for (const [seconds, step] of steps) {
      v.wait(seconds)
      if (step.kind === 'seller') {
        const counted = Math.floor((clock() * step.share) / 100)
        const coveredSeconds = Math.max(view()?.coveredSeconds ?? 0, counted)
        v.submit(daemon(v), report(v, [{ lease: at.lease, coveredSeconds }]))
      } else if (step.kind === 'buyer') {
        v.submit(v.buyer, reading(at.lease, Math.floor((clock() * step.share) / 100)))
      } else if (step.kind === 'prober' || step.kind === 'witness') vote(step.kind, step.back)
      else if (step.kind === 'contact') {
        v.submit(null, { kind: 'ReportContact', node: v.node, connected: step.connected })
      } else if (step.kind === 'decide') {
        const [open] = disputesOf(v, { open: true })
        if (open === undefined) continue
        const { dispute, seller, buyer } = open
        const part = Math.floor(((seller.seconds - buyer.seconds) * step.share) / 100)
        const decision = { dispute, acceptedSeconds: buyer.seconds + part, reason: 'looked at it' }
        expect(together(v, persons, { kind: 'ResolveDispute', ...decision })).not.toBeTypeOf(
          'string',
        )
        expect(together(v, persons, { kind: 'ResolveDispute', ...decision })).toBe('DISPUTE_CLOSED')
      } else {
        const coveredSeconds = Math.max(view()?.coveredSeconds ?? 0, clock())
        v.submit(v.buyer, { kind: 'CloseAllocation', allocation: at.allocation })
        if (step.isFinal) {
          v.submit(daemon(v), report(v, [{ lease: at.lease, coveredSeconds, final: true }]))
        }
        v.submit(null, { kind: 'ReportContact', node: v.node, connected: true })
        v.wait(700)
        check()
        v.restart()
        at = start(v)
      }
      check()
    }
    v.submit(v.buyer, { kind: 'CloseAllocation', allocation: at.allocation })
    v.wait(4 * 86_400)
    check()
    // Every dispute is decided by now, once, and its money is with one side or the other.
    expect(disputesOf(v, { open: true })).toEqual([])
    const decided = new Map(all(seen, 'DisputeResolved').map((each) => [each.dispute, each]))
    expect(decided.size).toBe(all(seen, 'DisputeResolved').length)
    for (const opened of all(seen, 'DisputeOpened')) {
      const { acceptedSeconds, paidMicro, returnedMicro } = decided.get(opened.dispute)!
      expect(paidMicro + returnedMicro).toBe(opened.disputedMicro + opened.disputedFeeMicro)
      expect(acceptedSeconds).toBeGreaterThanOrEqual(opened.buyerSeconds)
      expect(acceptedSeconds).toBeLessThanOrEqual(opened.sellerSeconds)
    }
    const settled = all(seen, 'LeaseSettled').map(({ lease }) => lease)
    expect(new Set(settled).size).toBe(settled.length)
  },
)
