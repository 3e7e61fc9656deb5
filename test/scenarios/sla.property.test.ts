/** However sources vote and money comes and goes: credits stay within the bills, and the books are in balance. */
import { fc, test as propertyTest } from '@fast-check/vitest'
import { expect } from 'vitest'
import { minuteSource, type Event } from '../../src/messages/index.ts'
import { report, start } from './daemon.ts'
import { announce, promisedVenue, says, speaker } from './sla-venue.ts'
import { all, daemon } from './venue.ts'

const act = fc.oneof(
  fc.record({
    kind: fc.constant('say' as const),
    source: fc.constantFrom(...minuteSource.values),
    back: fc.nat(30),
    length: fc.integer({ min: 1, max: 20 }),
  }),
  fc.record({ kind: fc.constant('meter' as const), share: fc.nat(100) }),
  fc.record({ kind: fc.constant('contact' as const), connected: fc.boolean() }),
  fc.record({ kind: fc.constant('announce' as const), inSeconds: fc.nat(4_000) }),
  fc.record({ kind: fc.constant('gap' as const), seconds: fc.nat(400) }),
  fc.record({ kind: fc.constant('withdraw' as const) }),
  fc.record({ kind: fc.constant('close' as const), final: fc.boolean() }),
)
const story = fc.array(fc.tuple(fc.nat(1_500), act), { minLength: 10, maxLength: 60 })

propertyTest.prop([story, fc.constantFrom(0, 600, 86_400), fc.constantFrom(20, 60, 43_200)], {
  numRuns: 60,
})(
  'SLA-008 SLA-009 SLA-010 credits never pass the bill, and every entry sums to zero',
  (steps, retentionSeconds, windowMinutes) => {
    const maintenance = [{ class: 'planned' as const, noticeSeconds: 60, minutes: 5 }]
    const p = promisedVenue({ windowMinutes, maintenance }, { retentionSeconds })
    const { v } = p
    let at = start(v)
    const seen: Event[] = v.takeEvents()
    const covered = () => {
      const view = v.exchange.answers.lease({ lease: at.lease })
      return Math.max(0, Math.floor((v.timeUs - (view?.readyAtUs ?? v.timeUs)) / 1_000_000))
    }
    for (const [seconds, step] of steps) {
      v.wait(seconds)
      if (step.kind === 'say') {
        const from = Math.max(0, Math.floor(covered() / 60) - step.back)
        v.submit(speaker(p, step.source), says(step.source, at.lease, from, from + step.length))
      } else if (step.kind === 'meter') {
        const known = v.exchange.answers.lease({ lease: at.lease })?.coveredSeconds ?? 0
        const coveredSeconds = Math.max(known, Math.floor((covered() * step.share) / 100))
        v.submit(daemon(v), report(v, [{ lease: at.lease, coveredSeconds }]))
      } else if (step.kind === 'contact') {
        v.submit(null, { kind: 'ReportContact', node: v.node, connected: step.connected })
      } else if (step.kind === 'announce') {
        const fromUs = v.timeUs + step.inSeconds * 1_000_000
        v.submit(v.seller, announce(v, { fromUs, untilUs: fromUs + 300_000_000 }))
      } else if (step.kind === 'gap') {
        const fromUs = v.timeUs
        v.timeUs += step.seconds * 1_000_000
        v.submit(null, { kind: 'ResumeAfterGap', fromUs, toUs: v.timeUs })
      } else if (step.kind === 'withdraw') {
        const [balance] = v.exchange.answers.balances({ account: v.seller.account })
        const amountMicro = ((balance?.availableMicro ?? 0n) / 10_000n) * 10_000n
        v.submit(v.seller, { kind: 'RequestWithdrawal', asset: 'CNY', amountMicro })
      } else {
        v.submit(v.buyer, { kind: 'CloseAllocation', allocation: at.allocation })
        v.submit(null, { kind: 'ReportContact', node: v.node, connected: true })
        v.wait(700)
        v.restart()
        at = start(v)
      }
      expect(v.exchange.audit().faults).toEqual([])
    }
    v.submit(v.buyer, { kind: 'CloseAllocation', allocation: at.allocation })
    v.wait(100_000)
    expect(v.exchange.audit().faults).toEqual([])
    seen.push(...v.takeEvents())
    const given = new Map<number, bigint>()
    for (const { lease, creditMicro, refundMicro } of all(seen, 'SlaCredited')) {
      given.set(lease, (given.get(lease) ?? 0n) + creditMicro + refundMicro)
    }
    for (const { lease, billedMicro } of all(seen, 'LeaseSettled')) {
      expect(given.get(lease) ?? 0n).toBeLessThanOrEqual(billedMicro)
    }
    // A minute is told once, whoever says it again.
    const told = all(seen, 'BreachMinutes').flatMap(({ lease, fromMinute, untilMinute }) =>
      Array.from({ length: untilMinute - fromMinute }, (_, n) => `${lease} ${fromMinute + n}`),
    )
    expect(new Set(told).size).toBe(told.length)
  },
)
