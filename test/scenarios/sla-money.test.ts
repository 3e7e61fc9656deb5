/** What promises of delivery pay; titles cite docs/rulebook. */
import { describe, expect, test } from 'vitest'
import { balance, start } from './daemon.ts'
import { cleanBooks, end, promisedVenue, run, says, twoSay } from './sla-venue.ts'
import { all, only, openVenue } from './venue.ts'

const DAY = 86_400
const HOUR_MICRO = 100_000

describe('money', () => {
  test('SLA-008 SLA-009 E24: what failed is not charged, and the credit comes with the bill', () => {
    const p = promisedVenue({}, { sellerFeePpm: 0, takerFeePpm: 0, makerFeePpm: 0 })
    const { v } = p
    const at = start(v)
    // Nobody waits a month for a test: 92 of 7,200 minutes are 987,222 ppm, 25 % of the charge.
    for (let hour = 0; hour < 120; hour++) {
      run(v, at.lease, 3_600)
      if (hour === 1) {
        v.done(p.prober, says('prober', at.lease, 60, 95))
        v.done(v.buyer, says('witness', at.lease, 62, 94))
      }
      if (hour === 2) twoSay(p, at.lease, 120, 180)
    }
    const settled = end(v, at)
    const billed = Math.floor((HOUR_MICRO * (120 * 3_600 - 92 * 60)) / 3_600)
    expect(only(settled, 'LeaseSettled')).toMatchObject({ billedMicro: BigInt(billed) })
    const creditMicro = BigInt(Math.floor(billed / 4))
    expect(only(settled, 'SlaCredited')).toMatchObject({
      breachMinutes: 92,
      windowMinutes: 7_200,
      availabilityPpm: 987_222,
      creditPpm: 250_000,
      creditMicro,
      refundMicro: 0n,
      paidMicro: creditMicro,
      owedMicro: 0n,
    })
    // From what the seller earned and cannot use yet; its free money is what was released before.
    expect(balance(v, v.buyer).available).toBe(100_000_000n - BigInt(billed) + creditMicro)
    cleanBooks(v)
  })

  test('SLA-009 credits shrink resting earnings; what is released later is the rest', () => {
    const p = promisedVenue()
    const { v } = p
    const at = start(v)
    run(v, at.lease, 3_000)
    twoSay(p, at.lease, 10, 20)
    const credited = only(end(v, at), 'SlaCredited')
    // 40 of 50 minutes are 800,000 ppm: the hours of the breach are all of it.
    expect(credited).toMatchObject({ creditPpm: 1_000_000, chargeMicro: 66_666n, owedMicro: 667n })
    const released = v.wait(2 * DAY)
    expect(all(released, 'EarningsReleased')).toEqual([])
    // 1 % of commission stays with the venue, so the seller's part did not reach.
    expect(credited.paidMicro).toBe(65_999n)
    cleanBooks(v)
  })

  test('SLA-009 SLA-010 with retention 0 free money pays, then a lien that later earnings pay', () => {
    const p = promisedVenue({}, { retentionSeconds: 0 })
    const { v } = p
    const at = start(v)
    run(v, at.lease, 7_201)
    const amountMicro = (balance(v, v.seller).available / 10_000n) * 10_000n
    v.done(v.seller, { kind: 'RequestWithdrawal', asset: 'CNY', amountMicro })
    twoSay(p, at.lease, 100, 120)
    const events = end(v, at)
    const credited = only(events, 'SlaCredited')
    const settled = only(events, 'LeaseSettled')
    expect(credited.creditPpm).toBe(1_000_000)
    expect(credited.owedMicro).toBeGreaterThan(0n)
    expect(credited.paidMicro + credited.owedMicro).toBe(
      credited.creditMicro + credited.refundMicro,
    )
    expect(balance(v, v.seller).available).toBe(0n)
    const cost = settled.billedMicro + settled.buyerFeeMicro
    expect(balance(v, v.buyer).available).toBe(100_000_000n - cost + credited.paidMicro)
    cleanBooks(v)
    v.restart()
    // The next lease earns: the lien comes first.
    const next = start(v)
    run(v, next.lease, 3_600)
    const paid = all([...v.takeEvents(), ...end(v, next)], 'LienPaid')
    expect(paid.at(-1)).toMatchObject({ lease: at.lease, owedMicro: 0n })
    expect(paid.reduce((sum, each) => sum + each.paidMicro, 0n)).toBe(credited.owedMicro)
    expect(balance(v, v.seller).available).toBeGreaterThan(0n)
    cleanBooks(v)
  })

  test('SLA-008 what was billed before it was known is given back with the credit', () => {
    const p = promisedVenue()
    const { v } = p
    const at = start(v)
    run(v, at.lease, 7_201)
    // The hour is billed; then all of its second half turns out to have failed.
    v.done(p.prober, says('prober', at.lease, 80, 118))
    v.done(v.buyer, says('witness', at.lease, 80, 118))
    const settled = end(v, at)
    const { billedMicro, acceptedSeconds } = only(settled, 'LeaseSettled')
    const { refundMicro } = only(settled, 'SlaCredited')
    // 7,201 s of clock without 2,280 s; 7,100 s were billed.
    const delivered = BigInt(Math.floor((HOUR_MICRO * (7_201 - 2_280)) / 3_600))
    expect(acceptedSeconds).toBeGreaterThan(7_201 - 2_280)
    expect(billedMicro - refundMicro).toBe(delivered)
    cleanBooks(v)
  })

  test('SLA-009 a window is judged an hour after it, while the lease goes on', () => {
    const p = promisedVenue({ windowMinutes: 120 })
    const { v } = p
    const at = start(v)
    v.wait(1_200)
    twoSay(p, at.lease, 5, 10)
    run(v, at.lease, 6_000)
    v.done(p.prober, says('prober', at.lease, 118, 120))
    v.done(v.buyer, says('witness', at.lease, 118, 120))
    const events = v.wait(3_601)
    expect(only(events, 'SlaCredited')).toMatchObject({
      window: 0,
      windowMinutes: 120,
      breachMinutes: 7,
      availabilityPpm: 941_666,
    })
    expect(v.refused(v.buyer, says('witness', at.lease, 119, 120))).toBe('VOTE_LATE')
    twoSay(p, at.lease, 150, 160)
    const settled = end(v, at)
    expect(only(settled, 'SlaCredited')).toMatchObject({ window: 1, breachMinutes: 10 })
    const sla = v.exchange.answers.leaseSla({ lease: at.lease })
    expect(sla).toMatchObject({ breachMinutes: 17, unchargedSeconds: 1_020, failed: [] })
    cleanBooks(v)
  })

  test('SLA-001 without a promise nothing is judged', () => {
    const v = openVenue()
    const { lease } = start(v)
    v.wait(120)
    expect(v.refused(v.buyer, says('witness', lease, 0, 1))).toBe('SLA_UNKNOWN')
    expect(v.exchange.answers.probes({})).toEqual([])
    expect(v.exchange.answers.leaseSla({ lease })?.promise).toBe(null)
    expect(v.exchange.answers.leaseSla({ lease: 99 })).toBe(null)
  })
})
