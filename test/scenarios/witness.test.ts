/** Witnesses inside leases: what they give the buyer, and what they say of the node. */
import { describe, expect, test } from 'vitest'
import { balance, meter, start } from './daemon.ts'
import { promise, run, says } from './sla-venue.ts'
import { challengeOf, commit, gradedVenue, prove, type Challenged } from './proofs-venue.ts'
import { all, daemon, only, type Venue } from './venue.ts'

const HOUR = 3_600
/** a unit costs 100 ticks of 1,000 micro an hour */
const HOURLY = 100_000n

/** A lease of one unit that has run for so long and is metered. */
function leased(seconds: number, options: Parameters<typeof gradedVenue>[0] = {}) {
  const p = gradedVenue(options)
  const { lease, allocation } = start(p.v)
  run(p.v, lease, seconds)
  return { p, v: p.v, lease, allocation }
}
function witness(p: Challenged, lease: number, measured: number, contract = 1_000) {
  return prove(p, challengeOf(p.v, 'witness', { lease }), ['passed', measured, contract])
}
const factor = (v: Venue) =>
  v.exchange.answers.assessment({ node: v.node })?.factors[0]?.factorPpm ?? null

describe('PRF-009 the time of a witness', () => {
  test('is given back when it commits, a second rounded up', () => {
    const { v, p, lease } = leased(HOUR)
    const before = balance(v, v.buyer).available
    const ask = challengeOf(v, 'witness', { lease })
    const { challenge: id } = only(v.done(p.assessor, ask), 'ChallengeOpened')
    const events = v.done(daemon(v), commit(id, 5_000))
    expect(only(events, 'WitnessCredited')).toMatchObject({ timeMicro: 28n, paidMicro: 28n })
    expect(only(events, 'EntryPosted').rule).toBe('PRF-009')
    expect(balance(v, v.buyer).available - before).toBe(28n)
  })
})

describe('PRF-010 what a witness pays', () => {
  test('nothing from 950,000 up, the missing share of the stretch below', () => {
    const { v, p, lease } = leased(HOUR)
    expect(all(witness(p, lease, 950), 'WitnessCredited')).toEqual([])
    run(v, lease, HOUR)
    const before = balance(v, v.buyer).available
    const events = witness(p, lease, 600)
    const credited = only(events, 'WitnessCredited')
    expect(credited).toMatchObject({
      ratioPpm: 600_000,
      seconds: HOUR,
      chargeMicro: HOURLY,
      penaltyMicro: 40_000n,
      paidMicro: 40_000n,
      owedMicro: 0n,
    })
    // with the second of the witness itself
    expect(balance(v, v.buyer).available - before).toBe(40_028n)
    expect(v.exchange.audit().faults).toEqual([])
  })
  test('of an hour at most, and a ratio above one is one', () => {
    const { v, p, lease } = leased(3 * HOUR)
    expect(only(witness(p, lease, 500), 'WitnessCredited')).toMatchObject({ seconds: HOUR })
    run(v, lease, 2 * HOUR)
    expect(only(witness(p, lease, 2_000), 'ChallengeClosed').ratioPpm).toBe(1_000_000)
    expect(v.refused(p.assessor, challengeOf(v, 'witness', { lease }))).toBe('CHALLENGE_REFUSED')
  })
  test('a silent, late or wrong one counts as nothing delivered', () => {
    const { v, p, lease } = leased(1_800)
    v.done(p.assessor, challengeOf(v, 'witness', { lease }))
    const events = v.wait(10)
    expect(only(events, 'ChallengeClosed')).toMatchObject({ end: 'silent', ratioPpm: 0 })
    expect(only(events, 'WitnessCredited')).toMatchObject({
      seconds: 1_800,
      penaltyMicro: HOURLY / 2n,
    })
  })
  test('a provider that ends the lease instead is silent too', () => {
    const { v, p, lease } = leased(1_800)
    v.done(p.assessor, challengeOf(v, 'witness', { lease }))
    const closed = meter(v, [{ lease, coveredSeconds: 1_800, final: true }])
    expect(only(closed, 'LeaseClosed').end).toBe('PROVIDER_SHUTDOWN')
    const events = v.wait(10)
    expect(only(events, 'ChallengeClosed').end).toBe('silent')
    expect(only(events, 'WitnessCredited')).toMatchObject({ penaltyMicro: HOURLY / 2n })
    expect(v.exchange.audit().faults).toEqual([])
  })
  test('what the seller does not have is a lien, paid from what it earns next', () => {
    const { v, p, lease } = leased(HOUR, { retentionSeconds: 0 })
    const [cny] = v.exchange.answers.balances({ account: v.seller.account })
    const amountMicro = ((cny?.availableMicro ?? 0n) / 10_000n) * 10_000n
    v.done(v.seller, { kind: 'RequestWithdrawal', asset: 'CNY', amountMicro })
    const credited = only(witness(p, lease, 0), 'WitnessCredited')
    expect(credited.penaltyMicro).toBe(credited.paidMicro + credited.owedMicro)
    expect(credited.owedMicro).toBeGreaterThan(0n)
    const paid = all(earned(v, lease), 'LienPaid')
    expect(paid.reduce((sum, { paidMicro }) => sum + paidMicro, 0n)).toBe(credited.owedMicro)
    expect(paid.at(-1)?.owedMicro).toBe(0n)
    expect(v.exchange.audit().faults).toEqual([])
  })
  test('all credits together never pass the bill', () => {
    const p = gradedVenue()
    const { v, assessor } = p
    promise(v, { creditCurve: [{ belowPpm: 999_000, creditPpm: 1_000_000, basis: 'window' }] })
    const { lease, allocation } = start(v)
    run(v, lease, HOUR)
    v.takeEvents()
    witness(p, lease, 500)
    const given = all(v.takeEvents(), 'WitnessCredited').reduce((sum, e) => sum + e.paidMicro, 0n)
    v.done(assessor, says('prober', lease, 30, 50))
    v.done(v.buyer, says('witness', lease, 30, 50))
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    const settled = meter(v, [{ lease, coveredSeconds: HOUR, final: true }])
    const { creditMicro, refundMicro, creditPpm } = only(settled, 'SlaCredited')
    const { billedMicro } = only(settled, 'LeaseSettled')
    expect([creditPpm, given + refundMicro + creditMicro]).toEqual([1_000_000, billedMicro])
  })
})

describe('PRF-011 what a node delivers', () => {
  test('is the median of its last eight ratios, and multiplies its factor', () => {
    const { v, p, lease } = leased(HOUR)
    const found: (number | null)[] = []
    expect([factor(v), v.exchange.answers.proof({ node: v.node })?.deliverablePpm]).toEqual([
      1_000_000,
      null,
    ])
    for (const measured of [1_000, 960, 980, 970, 990, 960, 960, 960, 960, 960]) {
      witness(p, lease, measured)
      found.push(factor(v))
      run(v, lease, HOUR)
    }
    expect(found.map((each) => (each ?? 0) / 1_000)).toEqual([
      1_000, 960, 980, 970, 980, 970, 970, 960, 960, 960,
    ])
    v.restart()
    expect(v.exchange.answers.proof({ node: v.node })?.witnesses).toHaveLength(8)
  })
})

/** The lease earns on for an hour. */
function earned(v: Venue, lease: number) {
  v.takeEvents()
  run(v, lease, HOUR)
  return v.takeEvents()
}
