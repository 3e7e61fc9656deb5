/** Proof of hardware: honest and lying nodes, audits, witnesses that pay, and what the grades do. */
import { Prng } from '../../src/kernel/index.ts'
import { challengeKind } from '../../src/messages/index.ts'
import { meter } from '../scenarios/daemon.ts'
import {
  answer,
  assessed,
  audit,
  challengeOf,
  claim,
  commit,
  draw,
  judge,
} from '../scenarios/proofs-venue.ts'
import {
  all,
  buy,
  daemon,
  listInstrument,
  openParty,
  type Party,
  type Venue,
} from '../scenarios/venue.ts'

const STEPS = 160

export function proofsFlow(v: Venue): void {
  const rng = new Prng(41)
  const assessor = openParty(v, 'assessor', ['read', 'evaluate'])
  const thresholds = [{ grade: 'A' as const, minimums: [{ metric: 'int', atLeast: 100 }] }]
  v.done(v.operator, { kind: 'SetGradeThresholds', sku: v.sku, thresholds })
  listInstrument(v, { symbol: 'CPU.A.LAB', grade: 'A' })
  let at = buyAny(v)
  for (let step = 0; step < STEPS; step++) {
    v.wait(1 + rng.below(2_000))
    const ids = ['a1', 'a2', 'a3'].slice(0, 1 + rng.below(3))
    if (rng.below(8) === 0) v.submit(daemon(v), claim(v.node, ...ids))
    if (rng.below(4) === 0) v.submit(v.seller, assessed(v, 90 + rng.below(40)))
    const isLeased = at !== null && runs(v, at.lease)
    if (at !== null && isLeased)
      meter(v, [{ lease: at.lease, coveredSeconds: seconds(v, at.lease) }])
    challengeOnce(v, assessor, rng, at?.lease ?? null)
    // The lease ends at times, so that the whole node is free.
    if (at === null || (isLeased && rng.below(4) > 0)) {
      at ??= rng.below(2) === 0 ? buyAny(v) : null
      continue
    }
    v.submit(v.buyer, { kind: 'CloseAllocation', allocation: at.allocation })
    v.wait(700)
    at = null
  }
  v.wait(90_000)
}

/** A challenge of any kind, or an audit, as far as this node and this assessor take it. */
function challengeOnce(v: Venue, assessor: Party, rng: Prng, leased: number | null): void {
  const proof = challengeKind.values[rng.below(3)] ?? 'matrix'
  const lease = proof === 'witness' ? leased : null
  const ask = rng.below(5) === 0 ? audit(v) : challengeOf(v, proof, { lease })
  const [opened] = all(v.submit(assessor, ask).events, 'ChallengeOpened')
  const far = rng.below(8)
  const delivered = 850 + rng.below(200)
  if (opened === undefined) return
  const { challenge: id } = opened
  const steps = [
    () => v.submit(daemon(v), commit(id, 9_000)),
    () => v.submit(assessor, draw(id)),
    () => v.submit(daemon(v), answer(id)),
    () => v.submit(assessor, judge(id, far === 7 ? 'wrong' : 'passed', delivered, 1_000)),
  ]
  for (const take of steps.slice(0, far)) {
    v.wait(rng.below(6))
    take()
  }
}

/** Buys where the node is offered now, as graded or as unrated; null where it is not. */
function buyAny(v: Venue): { lease: number; allocation: number } | null {
  const [offer] = v.exchange.answers.offers({ account: v.seller.account })
  const instrument = offer?.instrument ?? v.instrument
  const [opened] = all(v.submit(v.buyer, buy(v, { instrument })).events, 'LeaseOpened')
  if (opened === undefined) return null
  const { lease, allocation, nonce } = opened
  v.done(daemon(v), { kind: 'ReportReady', lease, nonce })
  return { lease, allocation }
}
const runs = (v: Venue, lease: number) =>
  v.exchange.answers.lease({ lease })?.status === 'delivering'
function seconds(v: Venue, lease: number): number {
  const readyAtUs = v.exchange.answers.lease({ lease })?.readyAtUs ?? v.timeUs
  return Math.floor((v.timeUs - readyAtUs) / 1_000_000)
}
