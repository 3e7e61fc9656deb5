/** Proof of hardware: devices, challenges and their deadlines, audits, and what follows for the node. */
import { describe, expect, test } from 'vitest'
import { concatBytes, fromHex, sha256Hex } from '../../src/kernel/index.ts'
import { meter, start } from './daemon.ts'
import {
  answer,
  assessed,
  audit,
  challengeOf,
  claim,
  commit,
  draw,
  gradedVenue,
  gradeOf,
  judge,
  prove,
} from './proofs-venue.ts'
import { addNode, all, daemon, only, openParty, type Daemon } from './venue.ts'

describe('PRF-001, PRF-002 devices', () => {
  test('belong to one node: the second claim is DEVICE_CLAIMED, a former one makes room', () => {
    const { v } = gradedVenue()
    const first: Daemon = { ...daemon(v), node: v.node }
    const { devices } = only(v.done(first, claim(first.node, 'a1', 'a2')), 'DevicesClaimed')
    addNode(v)
    const second: Daemon = { ...daemon(v), node: v.node }
    expect(v.submit(second, claim(second.node, 'b1', 'a2')).refusal).toEqual({
      code: 'DEVICE_CLAIMED',
      facts: [
        { name: 'id', value: 'a2'.repeat(32) },
        { name: 'node', value: String(first.node) },
      ],
    })
    expect(v.exchange.answers.devices({ node: first.node })).toEqual(devices)
    expect(v.exchange.answers.devices({ node: second.node })).toEqual([])
    v.done(first, claim(first.node, 'a1'))
    v.restart()
    v.done(second, claim(second.node, 'b1', 'a2'))
    expect(v.refused(first, claim(first.node, 'a1', 'b1'))).toBe('DEVICE_CLAIMED')
  })
  test('are claimed by the node’s own key, each once', () => {
    const { v } = gradedVenue()
    expect(v.refused(v.seller, claim(v.node, 'a1'))).toBe('FORBIDDEN')
    expect(v.refused(v.buyer, claim(v.node, 'a1'))).toBe('SCOPE_MISSING')
    expect(v.refused(daemon(v), claim(v.node, 'a1', 'a1'))).toBe('FIELD_INVALID')
    expect(v.refused(daemon(v), claim(v.node + 1, 'a1'))).toBe('FORBIDDEN')
  })
  test('that a node gives up end its report; more of them do not', () => {
    const { v } = gradedVenue()
    v.done(daemon(v), claim(v.node, 'a1'))
    v.done(daemon(v), claim(v.node, 'a1', 'a2'))
    expect(gradeOf(v)).toBe('A')
    v.done(daemon(v), claim(v.node, 'a2'))
    expect([gradeOf(v), v.exchange.answers.assessment({ node: v.node })?.standing]).toEqual([
      'U',
      null,
    ])
    v.wait(1)
    v.done(v.seller, assessed(v))
    expect(gradeOf(v)).toBe('A')
  })
})

describe('PRF-003 what can be challenged', () => {
  test('a node that is online, unsold, and has no challenge open', () => {
    const p = gradedVenue()
    const { v, assessor } = p
    const ask = challengeOf(v, 'matrix')
    v.done(v.seller, { kind: 'SetNodeStatus', node: v.node, status: 'maintenance', reason: '' })
    expect(v.submit(assessor, ask).refusal).toMatchObject({ code: 'CHALLENGE_REFUSED' })
    v.done(v.seller, { kind: 'SetNodeStatus', node: v.node, status: 'online', reason: '' })
    const id = only(v.done(assessor, ask), 'ChallengeOpened').challenge
    expect(v.refused(assessor, challengeOf(v, 'memory'))).toBe('CHALLENGE_REFUSED')
    v.done(daemon(v), commit(id))
    v.wait(601)
    prove(p, ask)
    start(v)
    expect(v.refused(assessor, ask)).toBe('CHALLENGE_REFUSED')
  })
  test('a lease that delivers, once an hour; `lease` always and only for a witness', () => {
    const p = gradedVenue()
    const { v, assessor } = p
    const { lease, allocation } = start(v)
    expect(v.refused(assessor, challengeOf(v, 'witness'))).toBe('FIELD_INVALID')
    expect(v.refused(assessor, challengeOf(v, 'matrix', { lease }))).toBe('FIELD_INVALID')
    expect(v.refused(assessor, challengeOf(v, 'witness', { lease: 99 }))).toBe('NOT_FOUND')
    const ask = challengeOf(v, 'witness', { lease })
    prove(p, ask)
    v.wait(3_000)
    meter(v, [{ lease, coveredSeconds: 3_000 }])
    expect(v.refused(assessor, ask)).toBe('CHALLENGE_REFUSED')
    v.wait(599)
    prove(p, ask)
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    expect(v.refused(assessor, ask)).toBe('CHALLENGE_REFUSED')
  })
  test('DLV-033 no lease that its buyer has suspended', () => {
    const p = gradedVenue()
    const { v, assessor } = p
    const { lease, allocation } = start(v)
    v.done(daemon(v), { kind: 'ReportAbilities', node: v.node, abilities: ['suspend'] })
    v.done(v.buyer, { kind: 'SuspendAllocation', allocation })
    const ask = challengeOf(v, 'witness', { lease })
    expect(v.refused(assessor, ask)).toBe('CHALLENGE_REFUSED')
    v.done(v.buyer, { kind: 'ResumeAllocation', allocation })
    prove(p, ask)
  })
  test('with sizes and times that are right', () => {
    const { v, assessor } = gradedVenue()
    for (const bad of [{ size: 0 }, { commitMs: 0 }, { answerMs: 600_001 }]) {
      expect(v.refused(assessor, challengeOf(v, 'matrix', bad))).toBe('FIELD_INVALID')
    }
    expect(v.refused(assessor, challengeOf(v, 'matrix', { node: 99 }))).toBe('NOT_FOUND')
  })
})

describe('PRF-004 who takes part', () => {
  test('an independent assessor opens, draws and judges; the node’s key commits and answers', () => {
    const { v, assessor } = gradedVenue()
    const other = openParty(v, 'assessor', ['read', 'evaluate'])
    expect(v.refused(v.seller, challengeOf(v, 'matrix'))).toBe('FORBIDDEN')
    expect(v.refused(v.buyer, challengeOf(v, 'matrix'))).toBe('SCOPE_MISSING')
    const ownerGroup = v.exchange.answers.account({ account: assessor.account })?.ownerGroup ?? 0
    v.done(v.operator, { kind: 'SetOwnerGroup', account: v.seller.account, ownerGroup })
    expect(v.refused(assessor, challengeOf(v, 'matrix'))).toBe('ASSESSOR_PARTY')
    expect(v.refused(assessor, audit(v))).toBe('ASSESSOR_PARTY')
    const opened = only(v.done(other, challengeOf(v, 'matrix')), 'ChallengeOpened')
    const id = opened.challenge
    expect(v.refused(v.seller, commit(id))).toBe('NOT_FOUND')
    v.done(daemon(v), commit(id))
    expect(v.refused(assessor, draw(id))).toBe('NOT_FOUND')
    v.done(other, draw(id))
    expect(v.refused(v.seller, answer(id))).toBe('NOT_FOUND')
    v.done(daemon(v), answer(id))
    expect(v.refused(assessor, judge(id))).toBe('NOT_FOUND')
    v.done(other, judge(id))
  })
  test('the owner group of a lease’s buyer takes no part in it either', () => {
    const { v, assessor } = gradedVenue()
    const { lease } = start(v)
    const ownerGroup = v.exchange.answers.account({ account: assessor.account })?.ownerGroup ?? 0
    v.done(v.operator, { kind: 'SetOwnerGroup', account: v.buyer.account, ownerGroup })
    expect(v.refused(assessor, challengeOf(v, 'witness', { lease }))).toBe('ASSESSOR_PARTY')
  })
})

describe('PRF-005 steps', () => {
  test('come in order, and nothing is taken or judged twice', () => {
    const { v, assessor } = gradedVenue()
    const d = daemon(v)
    const opened = only(v.done(assessor, challengeOf(v, 'matrix')), 'ChallengeOpened')
    const id = opened.challenge
    expect(opened).toMatchObject({ openedAtUs: v.timeUs, commitByUs: v.timeUs + 10_000_000 })
    for (const early of [draw(id), judge(id)]) {
      expect(v.refused(assessor, early)).toBe('CHALLENGE_CLOSED')
    }
    expect(v.refused(d, answer(id))).toBe('CHALLENGE_CLOSED')
    v.done(d, commit(id))
    expect(v.refused(d, commit(id))).toBe('CHALLENGE_CLOSED')
    expect(v.exchange.answers.challengesBy({ account: assessor.account })).toMatchObject([
      { challenge: id, step: 'draw', root: 'aa'.repeat(32) },
    ])
    v.done(assessor, draw(id))
    expect(v.refused(assessor, draw(id))).toBe('CHALLENGE_CLOSED')
    v.restart()
    v.done(d, answer(id))
    expect(v.refused(d, answer(id))).toBe('CHALLENGE_CLOSED')
    v.done(assessor, judge(id))
    expect(v.refused(assessor, judge(id, 'wrong'))).toBe('CHALLENGE_CLOSED')
    expect(v.exchange.answers.challenges({ node: v.node, open: true })).toEqual([])
    expect(v.exchange.answers.challenge({ challenge: id })).toMatchObject({
      step: 'closed',
      end: 'passed',
      dueUs: null,
    })
  })
  test('at the deadline are late, also where the timer has not fired yet', () => {
    const { v, assessor } = gradedVenue()
    const { challenge: id } = only(v.done(assessor, challengeOf(v, 'matrix')), 'ChallengeOpened')
    const at = (timeUs: number) => {
      const { account, key } = daemon(v)
      const envelope = { account, key, id: v.exchange.lastSeq.toString(16).padStart(32, '0') }
      const record = { seq: v.exchange.lastSeq + 1, timeUs }
      return v.exchange.execute({ ...record, envelope: { ...envelope, command: commit(id) } })
    }
    const untilUs = v.timeUs + 10_000_000
    expect(at(untilUs).refusal?.code).toBe('CHALLENGE_CLOSED')
    v.timeUs = untilUs
    v.wait(0)
    expect(v.exchange.answers.challenge({ challenge: id })?.end).toBe('silent')
  })
  test('at the deadline are late', () => {
    const { v, assessor } = gradedVenue()
    const id = only(v.done(assessor, challengeOf(v, 'matrix')), 'ChallengeOpened').challenge
    v.timeUs += 10_000_000
    expect(v.refused(daemon(v), commit(id))).toBe('CHALLENGE_CLOSED')
    expect(only(v.takeEvents(), 'ChallengeClosed')).toMatchObject({ end: 'silent' })
  })
})

describe('PRF-006 audits', () => {
  test('challenge every unsold node that is online, in one instant, each with its own seed', () => {
    const { v, assessor } = gradedVenue()
    start(v)
    addNode(v)
    addNode(v)
    const [second, third] = [v.node - 1, v.node]
    addNode(v)
    v.done(null, { kind: 'ReportContact', node: v.node, connected: false })
    const events = v.done(assessor, audit(v))
    expect(only(events, 'AuditOpened')).toMatchObject({ nodes: 2, account: v.seller.account })
    const opened = all(events, 'ChallengeOpened')
    expect(opened.map(({ node }) => node)).toEqual([second, third])
    expect(new Set(opened.map(({ commitByUs }) => commitByUs))).toEqual(
      new Set([v.timeUs + 10_000_000]),
    )
    const own = sha256Hex(
      concatBytes(fromHex('5e'.repeat(32)), Uint8Array.of(second ?? 0, 0, 0, 0)),
    )
    expect(opened[0]?.seed).toBe(own)
    expect(v.refused(assessor, audit(v))).toBe('AUDIT_EMPTY')
    expect(v.refused(assessor, { ...audit(v), account: 999 })).toBe('NOT_FOUND')
    expect(v.refused(assessor, { ...audit(v), proof: 'witness' })).toBe('FIELD_INVALID')
    expect(all(v.wait(11), 'ChallengeClosed').map(({ end }) => end)).toEqual(['silent', 'silent'])
  })
})

describe('PRF-007 a challenge that was failed', () => {
  test('ends the report; no report sells the node as graded until it passes that kind', () => {
    const p = gradedVenue()
    const { v, best } = p
    expect(v.exchange.answers.proof({ node: v.node })?.passedAtUs).toBeNull()
    prove(p, challengeOf(v, 'matrix'), ['wrong'])
    expect(gradeOf(v)).toBe('U')
    v.wait(1)
    v.done(v.seller, assessed(v))
    prove(p, challengeOf(v, 'memory'))
    expect(gradeOf(v)).toBe('U')
    expect(v.exchange.answers.proof({ node: v.node })?.failing).toEqual(['matrix'])
    const events = prove(p, challengeOf(v, 'matrix'))
    expect(only(events, 'NodeGraded')).toMatchObject({ grade: 'A' })
    expect(only(events, 'OrderPlaced').instrument).toBe(best)
    expect(v.exchange.answers.proof({ node: v.node })).toMatchObject({
      failing: [],
      passedAtUs: v.timeUs,
    })
  })
  test('silent and late as well', () => {
    for (const steps of [0, 2]) {
      const { v, assessor } = gradedVenue()
      const id = only(v.done(assessor, challengeOf(v, 'memory')), 'ChallengeOpened').challenge
      if (steps > 0) v.done(daemon(v), commit(id))
      if (steps > 0) v.done(assessor, draw(id))
      const closed = only(v.wait(20), 'ChallengeClosed')
      expect([closed.end, gradeOf(v)]).toEqual([steps === 0 ? 'silent' : 'late', 'U'])
    }
  })
  test('a witness is made good by any other kind', () => {
    const p = gradedVenue()
    const { v } = p
    const { lease, allocation } = start(v)
    prove(p, challengeOf(v, 'witness', { lease }), ['wrong'])
    expect(v.exchange.answers.proof({ node: v.node })?.failing).toEqual(['witness'])
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    meter(v, [{ lease, coveredSeconds: 1, final: true }])
    prove(p, challengeOf(v, 'memory'))
    expect(v.exchange.answers.proof({ node: v.node })?.failing).toEqual([])
  })
})

describe('PRF-008 void', () => {
  test('nobody drew or judged in time', () => {
    for (const steps of [1, 3]) {
      const { v, assessor } = gradedVenue()
      const id = only(v.done(assessor, challengeOf(v, 'matrix')), 'ChallengeOpened').challenge
      v.done(daemon(v), commit(id))
      if (steps > 1) v.done(assessor, draw(id))
      if (steps > 1) v.done(daemon(v), answer(id))
      expect(only(v.wait(601), 'ChallengeClosed').end).toBe('void')
      expect(gradeOf(v)).toBe('A')
    }
  })
  test('the lease closed, or the exchange did not run', () => {
    const { v, assessor } = gradedVenue()
    const { lease, allocation } = start(v)
    v.done(assessor, challengeOf(v, 'witness', { lease }))
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    expect(only(v.wait(11), 'ChallengeClosed').end).toBe('void')
    v.wait(700)
    // As the engine does it: before any timer of the gap.
    const gap = (seconds: number) => {
      const fromUs = v.timeUs
      v.timeUs += seconds * 1_000_000
      const command = { kind: 'ResumeAfterGap', fromUs, toUs: v.timeUs } as const
      const envelope = { account: 0, key: 0, id: '0'.repeat(32), command }
      v.exchange.execute({ seq: v.exchange.lastSeq + 1, timeUs: v.timeUs, envelope })
    }
    v.done(assessor, challengeOf(v, 'matrix'))
    gap(60)
    expect(only(v.wait(1), 'ChallengeClosed').end).toBe('void')
    const id = only(v.done(assessor, challengeOf(v, 'matrix')), 'ChallengeOpened').challenge
    gap(5)
    v.done(daemon(v), commit(id))
    v.done(assessor, draw(id))
    v.done(daemon(v), answer(id))
    expect(only(v.done(assessor, judge(id, 'wrong')), 'ChallengeClosed').end).toBe('void')
    expect(gradeOf(v)).toBe('A')
  })
})

test('a node remembers its last 32 challenges', () => {
  const p = gradedVenue()
  const { v } = p
  for (let n = 0; n < 40; n++) prove(p, challengeOf(v, 'matrix'))
  v.restart()
  const kept = v.exchange.answers.challenges({ node: v.node, open: false })
  expect(kept.map((each) => each.challenge)).toEqual(Array.from({ length: 32 }, (_, n) => 40 - n))
})
