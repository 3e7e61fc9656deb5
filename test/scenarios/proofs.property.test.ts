/** Whatever the order of steps, timers and sales: one judgement a challenge, none late, and clean books. */
import { fc, test as propertyTest } from '@fast-check/vitest'
import { expect } from 'vitest'
import { challengeKind, type Event } from '../../src/messages/index.ts'
import { report } from './daemon.ts'
import { Auditor } from './invariants.ts'
import {
  answer,
  assessed,
  audit,
  challengeOf,
  claim,
  commit,
  draw,
  gradedVenue,
  judge,
} from './proofs-venue.ts'
import { all, buy, daemon, type Venue } from './venue.ts'

const step = fc.constantFrom('commit', 'draw', 'answer', 'judge' as const)
const act = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('open' as const),
      proof: fc.constantFrom(...challengeKind.values),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: step,
      back: fc.nat(2),
      ratio: fc.nat(1_100),
      isWrong: fc.boolean(),
    }),
  },
  fc.record({
    kind: fc.constantFrom('audit', 'report', 'buy', 'meter', 'close', 'restart' as const),
  }),
  fc.record({ kind: fc.constant('claim' as const), ids: fc.subarray(['a1', 'a2', 'a3']) }),
  fc.record({ kind: fc.constant('contact' as const), connected: fc.boolean() }),
  fc.record({ kind: fc.constant('gap' as const), seconds: fc.nat(40) }),
)
/** Mostly within the deadlines of ten and five seconds, now and then long after. */
const pause = fc.oneof(
  { weight: 6, arbitrary: fc.nat(3) },
  { weight: 2, arbitrary: fc.nat(12) },
  fc.nat(4_000),
)
const story = fc.array(fc.tuple(pause, act), { minLength: 20, maxLength: 90 })

propertyTest.prop([story, fc.constantFrom(0, 86_400)], { numRuns: 80 })(
  'PRF-005 PRF-007 PRF-010 no challenge is judged twice, nothing late is taken, money is conserved',
  (steps, retentionSeconds) => {
    const p = gradedVenue({ retentionSeconds })
    const { v, assessor } = p
    const books = new Auditor()
    v.takeEvents().forEach((event) => books.read([event]))
    const seen: Event[] = []
    let lease = 0
    let allocation = 0
    for (const [seconds, what] of steps) {
      v.wait(seconds)
      const id = (back: number) => Math.max(1, all(seen, 'ChallengeOpened').length - back)
      switch (what.kind) {
        case 'open':
          v.submit(
            assessor,
            challengeOf(v, what.proof, { lease: what.proof === 'witness' ? lease : null }),
          )
          break
        case 'commit':
          v.submit(daemon(v), commit(id(what.back)))
          break
        case 'draw':
          v.submit(assessor, draw(id(what.back)))
          break
        case 'answer':
          v.submit(daemon(v), answer(id(what.back)))
          break
        case 'judge': {
          const verdict = what.isWrong ? 'wrong' : 'passed'
          v.submit(assessor, judge(id(what.back), verdict, what.ratio, 1_000))
          break
        }
        case 'audit':
          v.submit(assessor, audit(v))
          break
        case 'report':
          v.submit(v.seller, assessed(v, 120))
          break
        case 'claim':
          v.submit(daemon(v), claim(v.node, ...what.ids))
          break
        case 'contact':
          v.submit(null, { kind: 'ReportContact', node: v.node, connected: what.connected })
          break
        case 'gap': {
          const fromUs = v.timeUs
          v.timeUs += what.seconds * 1_000_000
          v.submit(null, { kind: 'ResumeAfterGap', fromUs, toUs: v.timeUs })
          break
        }
        case 'meter':
          meterAll(v, lease)
          break
        case 'close':
          v.submit(v.buyer, { kind: 'CloseAllocation', allocation })
          break
        case 'restart':
          v.restart()
          break
        case 'buy': {
          const [opened] = all(v.submit(v.buyer, buy(v)).events, 'LeaseOpened')
          if (opened === undefined) break
          ;({ lease, allocation } = opened)
          v.done(daemon(v), { kind: 'ReportReady', lease, nonce: opened.nonce })
        }
      }
      const events = v.takeEvents()
      books.read(events)
      seen.push(...events)
      expect(v.exchange.audit().faults).toEqual([])
      barredIsUnrated(v)
    }
    v.submit(v.buyer, { kind: 'CloseAllocation', allocation })
    v.wait(100_000)
    const events = v.takeEvents()
    books.read(events)
    seen.push(...events)
    for (const [, micro] of books.liabilities()) expect(micro).toBeGreaterThanOrEqual(0n)
    inTime(seen)
    within(seen)
    expect(v.exchange.answers.challengesBy({ account: assessor.account })).toEqual([])
  },
)

function meterAll(v: Venue, lease: number): void {
  const view = v.exchange.answers.lease({ lease })
  if (view?.readyAtUs == null || view.settledAtUs !== null) return
  const untilUs = view.closedAtUs ?? v.timeUs
  const coveredSeconds = Math.floor((untilUs - view.readyAtUs) / 1_000_000)
  v.submit(daemon(v), report(v, [{ lease, coveredSeconds }]))
}

/** Sold as graded only where nothing is failing. */
function barredIsUnrated(v: Venue): void {
  const failing = v.exchange.answers.proof({ node: v.node })?.failing ?? []
  const grades = v.exchange.answers.node({ node: v.node })?.grades ?? []
  if (failing.length > 0) expect(grades).toEqual([])
}

/** Every step before its deadline, every challenge closed once, with the word that its steps give it. */
function inTime(seen: readonly Event[]): void {
  const closed = new Map(all(seen, 'ChallengeClosed').map((each) => [each.challenge, each]))
  expect(all(seen, 'ChallengeClosed').length).toBe(closed.size)
  expect(closed.size).toBe(all(seen, 'ChallengeOpened').length)
  for (const { challenge, commitByUs } of all(seen, 'ChallengeOpened')) {
    const committed = all(seen, 'ChallengeCommitted').filter((e) => e.challenge === challenge)
    const drawn = all(seen, 'ChallengeDrawn').filter((e) => e.challenge === challenge)
    const answered = all(seen, 'ChallengeAnswered').filter((e) => e.challenge === challenge)
    const last = closed.get(challenge)
    expect(committed.length + drawn.length + answered.length).toBeLessThanOrEqual(3)
    for (const { committedAtUs } of committed) expect(committedAtUs).toBeLessThan(commitByUs)
    for (const { answeredAtUs } of answered) {
      expect(answeredAtUs).toBeLessThan(drawn[0]?.answerByUs ?? 0)
    }
    if (last?.end === 'passed' || last?.end === 'wrong') {
      expect(answered).toHaveLength(1)
      expect(last.closedAtUs).toBeLessThan(answered[0]?.judgeByUs ?? 0)
    }
    if (last?.end === 'silent') expect(committed).toEqual([])
    if (last?.end === 'late') expect([drawn.length, answered.length]).toEqual([1, 0])
  }
}

/** What witnesses give never passes what the lease has cost by its clock. */
function within(seen: readonly Event[]): void {
  const given = new Map<number, bigint>()
  for (const { lease, paidMicro, owedMicro, timeMicro, penaltyMicro } of all(
    seen,
    'WitnessCredited',
  )) {
    expect(paidMicro + owedMicro).toBe(timeMicro + penaltyMicro)
    given.set(lease, (given.get(lease) ?? 0n) + paidMicro + owedMicro)
  }
  for (const { lease, clockSeconds } of all(seen, 'LeaseClosed')) {
    const opened = all(seen, 'LeaseOpened').find((each) => each.lease === lease)
    const cost = ((opened?.priceMicroPerHour ?? 0n) * BigInt(clockSeconds)) / 3_600n
    expect(given.get(lease) ?? 0n).toBeLessThanOrEqual(cost)
  }
}
