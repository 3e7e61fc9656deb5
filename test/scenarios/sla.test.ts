/** Promises of delivery through the whole state machine; titles cite docs/rulebook. */
import { describe, expect, test } from 'vitest'
import { encode } from '../../src/kernel/index.ts'
import {
  command as commandCodec,
  SLA_PROFILES,
  type CommandOf,
  type MinuteSource,
} from '../../src/messages/index.ts'
import { start } from './daemon.ts'
import {
  announce,
  cleanBooks,
  end,
  promise,
  promisedVenue,
  says,
  speaker,
  twoSay,
} from './sla-venue.ts'
import { all, buy, daemon, issueKey, only, openParty } from './venue.ts'

const DAY = 86_400

describe('promises', () => {
  test('SLA-001 a lease keeps the promise that was in force when it was opened', () => {
    const { v } = promisedVenue()
    const first = start(v)
    v.wait(10)
    promise(v, { name: 'other', capPpm: 1 })
    v.wait(10)
    const second = start(v)
    v.wait(10)
    v.done(v.operator, { kind: 'AttachSla', instrument: v.instrument, sla: null })
    v.wait(10)
    const third = start(v)
    const promised = [first, second, third].map(({ lease }) => {
      return v.exchange.answers.leaseSla({ lease })?.promise?.profile.name ?? null
    })
    expect(promised).toEqual(['standard', 'other', null])
    v.wait(120)
    expect(v.refused(v.buyer, says('witness', third.lease, 0, 1))).toBe('SLA_UNKNOWN')
  })

  test('SLA-002 versions follow each other, and a curve falls', () => {
    const { v } = promisedVenue()
    const set = (version: number, profile: Partial<(typeof SLA_PROFILES)['markets']>) =>
      v.refused(v.operator, {
        kind: 'SetSla',
        sla: 1,
        version,
        profile: { ...SLA_PROFILES.markets, ...profile },
      })
    const step = { belowPpm: 990_000, creditPpm: 1, basis: 'window' } as const
    expect([
      set(1, {}),
      set(3, {}),
      set(2, { name: '' }),
      set(2, { windowMinutes: 0 }),
      set(2, { capPpm: 1_000_001 }),
      set(2, { creditCurve: [step, step] }),
      set(2, { maintenance: [{ class: 'force_majeure', noticeSeconds: 0, minutes: 1 }] }),
    ]).toEqual(Array(7).fill('FIELD_INVALID'))
    const attach = (instrument: number, sla: number) =>
      v.refused(v.operator, { kind: 'AttachSla', instrument, sla })
    expect([attach(99, 1), attach(v.instrument, 9)]).toEqual(['NOT_FOUND', 'SLA_UNKNOWN'])
  })
})

describe('failed minutes', () => {
  const pairs: [MinuteSource, MinuteSource][] = [
    ['agent', 'prober'],
    ['agent', 'witness'],
    ['prober', 'witness'],
  ]
  test.each(pairs)('SLA-004 %s and %s make a breach, told once', (one, other) => {
    const p = promisedVenue()
    const { lease } = start(p.v)
    p.v.wait(600)
    expect(all(p.v.done(speaker(p, one), says(one, lease, 2, 6)), 'BreachMinutes')).toEqual([])
    const events = p.v.done(speaker(p, other), says(other, lease, 4, 9))
    expect(only(events, 'BreachMinutes')).toMatchObject({
      lease,
      fromMinute: 4,
      untilMinute: 6,
      excused: null,
    })
    expect(all(p.v.done(speaker(p, one), says(one, lease, 4, 6)), 'BreachMinutes')).toEqual([])
  })

  test.each(['agent', 'prober', 'witness'] as const)(
    'SLA-004 %s alone decides nothing and is not paid',
    (source) => {
      const p = promisedVenue()
      const at = start(p.v)
      p.v.wait(600)
      p.v.done(speaker(p, source), says(source, at.lease, 0, 9))
      const events = end(p.v, at)
      expect(all(events, 'SlaCredited')).toEqual([])
      expect(only(events, 'LeaseSettled').acceptedSeconds).toBe(600)
    },
  )

  test('SLA-005 each source has a key of its own kind, and a prober belongs to neither side', () => {
    const p = promisedVenue()
    const { v, prober } = p
    const { lease } = start(v)
    v.wait(120)
    const other = openParty(v, 'buyer', ['deliver', 'evaluate'])
    expect(v.refused(v.seller, says('agent', lease, 0, 1))).toBe('FORBIDDEN')
    expect(v.refused(v.buyer, says('agent', lease, 0, 1))).toBe('SCOPE_MISSING')
    expect(v.refused(other, says('witness', lease, 0, 1))).toBe('NOT_FOUND')
    expect(v.refused(other, says('prober', lease, 0, 1))).toBe('FORBIDDEN')
    expect(v.refused(v.buyer, says('prober', lease, 0, 1))).toBe('SCOPE_MISSING')
    const partial = openParty(v, ['assessor', 'buyer'], ['trade', 'deliver', 'evaluate'])
    const { account } = v.seller
    const group = v.exchange.answers.account({ account })?.ownerGroup ?? 0
    v.done(v.operator, { kind: 'SetOwnerGroup', account: partial.account, ownerGroup: group })
    expect(v.refused(partial, says('prober', lease, 0, 1))).toBe('NOT_INDEPENDENT')
    expect(v.refused(prober, says('prober', 99, 0, 1))).toBe('NOT_FOUND')
    v.done(prober, says('prober', lease, 0, 1))
  })

  test('SLA-006 only minutes that are over, for an hour, until the lease is settled', () => {
    const { v, prober } = promisedVenue()
    const waiting = only(v.done(v.buyer, buy(v)), 'LeaseOpened')
    expect(v.refused(prober, says('prober', waiting.lease, 0, 1))).toBe('LEASE_STATE')
    const at = start(v)
    v.wait(119)
    expect(v.refused(prober, says('prober', at.lease, 0, 2))).toBe('FIELD_INVALID')
    expect(v.refused(prober, says('prober', at.lease, 1, 1))).toBe('FIELD_INVALID')
    v.done(prober, says('prober', at.lease, 0, 1))
    v.wait(3_541)
    v.done(prober, says('prober', at.lease, 0, 1))
    v.wait(1)
    expect(v.refused(prober, says('prober', at.lease, 0, 1))).toBe('VOTE_LATE')
    expect(v.refused(prober, says('prober', at.lease, 1, 1_442))).toBe('FIELD_INVALID')
    end(v, at)
    expect(v.refused(prober, says('prober', at.lease, 50, 51))).toBe('VOTE_LATE')
  })

  test('SLA-004 a silent daemon counts as failing, whichever is known first', () => {
    const { v, prober } = promisedVenue()
    const at = start(v)
    v.wait(330)
    // Its last heartbeat was 30 s before it counts as lost: minutes 5 to 8 have half or more of it.
    v.done(null, { kind: 'ReportContact', node: v.node, connected: false })
    v.wait(180)
    const events = v.done(prober, says('prober', at.lease, 4, 8))
    expect(only(events, 'BreachMinutes')).toMatchObject({
      fromMinute: 5,
      untilMinute: 8,
      sources: 3,
    })
    v.done(null, { kind: 'ReportContact', node: v.node, connected: true })
    v.wait(300)
    // What the prober says later of that time has the silence still.
    expect(only(v.done(prober, says('prober', at.lease, 8, 10)), 'BreachMinutes')).toMatchObject({
      fromMinute: 8,
      untilMinute: 9,
    })
  })

  test('SLA-004 what the prober said before the daemon was known to be silent counts too', () => {
    const { v, prober } = promisedVenue()
    const { lease } = start(v)
    v.wait(60)
    v.done(prober, says('prober', lease, 0, 1))
    v.wait(25)
    const lost = v.done(null, { kind: 'ReportContact', node: v.node, connected: false })
    expect(all(lost, 'BreachMinutes')).toEqual([])
    v.wait(35)
    const events = v.done(prober, says('prober', lease, 1, 2))
    expect(only(events, 'BreachMinutes')).toMatchObject({ fromMinute: 1, untilMinute: 2 })
    v.done(null, { kind: 'ReportContact', node: v.node, connected: true })
    v.wait(60)
    v.done(prober, says('prober', lease, 2, 3))
    v.wait(0)
    const again = v.done(null, { kind: 'ReportContact', node: v.node, connected: false })
    expect(only(again, 'BreachMinutes')).toMatchObject({ fromMinute: 2, untilMinute: 3 })
  })
})

describe('excuses', () => {
  const hour = { class: 'planned', noticeSeconds: 3_600, minutes: 5 } as const

  test('SLA-007 announced maintenance with notice is no breach, and not charged', () => {
    const p = promisedVenue({ maintenance: [hour] })
    const { v } = p
    const fromUs = v.timeUs + 4_200_000_000
    v.done(v.seller, announce(v, { fromUs, untilUs: fromUs + 180_000_000 }))
    v.wait(3_600)
    const at = start(v)
    v.wait(900)
    const events = twoSay(p, at.lease, 9, 14)
    expect(
      all(events, 'BreachMinutes').map((e) => [e.fromMinute, e.untilMinute, e.excused]),
    ).toEqual([
      [9, 10, null],
      [10, 13, 'maintenance'],
      [13, 14, null],
    ])
    const settled = end(v, at)
    expect(only(settled, 'SlaCredited')).toMatchObject({ breachMinutes: 2, windowMinutes: 15 })
    expect(only(settled, 'LeaseSettled').acceptedSeconds).toBe(600)
    cleanBooks(v)
  })

  test('SLA-007 without its notice, of another class or for too long it is a breach', () => {
    const p = promisedVenue({ maintenance: [hour] })
    const { v } = p
    const fromUs = v.timeUs + 600_000_000
    v.done(v.seller, announce(v, { fromUs, untilUs: fromUs + 600_000_000 }))
    const late = v.timeUs + 7_200_000_000
    v.done(v.seller, announce(v, { fromUs: late, untilUs: late + 1_200_000_000, class: 'network' }))
    v.done(v.seller, announce(v, { fromUs: late, untilUs: late + 1_200_000_000 }))
    const at = start(v)
    v.wait(1_200)
    expect(only(twoSay(p, at.lease, 12, 15), 'BreachMinutes').excused).toBe(null)
    v.wait(7_200)
    const events = all(twoSay(p, at.lease, 120, 130), 'BreachMinutes')
    expect(events.map((e) => [e.fromMinute, e.excused])).toEqual([
      [120, 'maintenance'],
      [125, null],
    ])
  })

  test('SLA-003 it is announced before it begins, for one’s own node or site', () => {
    const { v } = promisedVenue()
    const site = v.exchange.answers.node({ node: v.node })?.site ?? 0
    const bad = (more: Partial<CommandOf<'AnnounceMaintenance'>>) =>
      v.refused(v.seller, announce(v, more))
    expect([
      bad({ fromUs: v.timeUs - 1 }),
      bad({ untilUs: v.timeUs }),
      bad({ untilUs: v.timeUs + 31 * DAY * 1_000_000 }),
      bad({ node: null }),
      bad({ site }),
      bad({ node: 99 }),
      bad({ node: null, site: 99 }),
      bad({ class: 'force_majeure' }),
    ]).toEqual([
      'FIELD_INVALID',
      'FIELD_INVALID',
      'FIELD_INVALID',
      'FIELD_INVALID',
      'FIELD_INVALID',
      'NOT_FOUND',
      'NOT_FOUND',
      'SCOPE_MISSING',
    ])
    expect(v.refused(v.buyer, announce(v, {}))).toBe('SCOPE_MISSING')
    const other = openParty(v, 'provider', ['provide'])
    expect(v.refused(other, announce(v, {}))).toBe('FORBIDDEN')
    expect(v.refused(other, announce(v, { node: null, site }))).toBe('FORBIDDEN')
    expect(v.refused(v.operator, announce(v, { class: 'force_majeure' }))).toBe(
      'TWO_PERSONS_NEEDED',
    )
    v.done(v.seller, announce(v, { node: null, site }))
  })

  test('SLA-003 SLA-007 force majeure is said by two persons, afterwards too, and gives no credit', () => {
    const p = promisedVenue()
    const { v } = p
    const member = 1
    const user = only(
      v.done(v.operator, { kind: 'AddUser', member, handle: 'second', verifier: null }),
      'UserAdded',
    ).user
    const key = issueKey(v, 1, ['admin'], { user })
    const at = start(v)
    v.wait(600)
    expect(only(twoSay(p, at.lease, 2, 6), 'BreachMinutes').excused).toBe(null)
    const flood = announce(v, { class: 'force_majeure', fromUs: v.timeUs - 600_000_000 })
    const action = encode(commandCodec, flood)
    const expiresAtUs = v.timeUs + 3_600_000_000
    const made = v.done(v.operator, { kind: 'Propose', action, expiresAtUs })
    const { proposal } = only(made, 'ProposalMade')
    v.done({ ...v.operator, key }, { kind: 'Approve', proposal })
    const settled = end(v, at)
    expect(only(settled, 'SlaCredited')).toMatchObject({ breachMinutes: 0, creditMicro: 0n })
    expect(only(settled, 'LeaseSettled').acceptedSeconds).toBe(360)
    cleanBooks(v)
  })

  test('SLA-007 a gap of the exchange is nobody’s breach, and what was metered is charged', () => {
    const p = promisedVenue()
    const { v } = p
    const at = start(v)
    v.wait(130)
    const fromUs = v.timeUs
    v.timeUs += 200_000_000
    v.done(null, { kind: 'ResumeAfterGap', fromUs, toUs: v.timeUs })
    v.wait(270)
    const events = all(twoSay(p, at.lease, 1, 7), 'BreachMinutes')
    expect(events.map((e) => [e.fromMinute, e.untilMinute, e.excused, e.charged])).toEqual([
      [1, 2, null, false],
      [2, 6, 'exchange_gap', true],
      [6, 7, null, false],
    ])
    expect(only(end(v, at), 'LeaseSettled').acceptedSeconds).toBe(480)
  })

  test('SLA-007 DLV-033 what the buyer suspended is its own doing, whatever was promised', () => {
    const p = promisedVenue({ exclusions: [] })
    const { v } = p
    const at = start(v)
    const { allocation } = at
    v.done(daemon(v), { kind: 'ReportAbilities', node: v.node, abilities: ['suspend'] })
    v.wait(150)
    v.done(v.buyer, { kind: 'SuspendAllocation', allocation })
    v.wait(100)
    v.done(v.buyer, { kind: 'ResumeAllocation', allocation })
    v.wait(170)
    v.done(v.buyer, { kind: 'SuspendAllocation', allocation })
    v.wait(180)
    const events = all(twoSay(p, at.lease, 1, 10), 'BreachMinutes')
    expect(events.map((e) => [e.fromMinute, e.untilMinute, e.excused, e.charged])).toEqual([
      [1, 2, null, false],
      [2, 5, 'buyer_suspend', true],
      [5, 7, null, false],
      [7, 10, 'buyer_suspend', true],
    ])
    v.restart()
    const settled = end(v, at)
    expect(only(settled, 'SlaCredited').breachMinutes).toBe(3)
    expect(only(settled, 'LeaseSettled').acceptedSeconds).toBe(420)
  })

  test.each([
    ['EXITED', 'buyer_exit'],
    ['OUT_OF_MEMORY', 'buyer_quota'],
  ] as const)('SLA-007 a witness whose program ended (%s) makes no breach', (why, excuse) => {
    const p = promisedVenue()
    const { v } = p
    const at = start(v)
    const { allocation } = at
    const spec = { specDigest: 'ab'.repeat(32), closeAllocation: false }
    const queued = v.done(v.buyer, { kind: 'StartWorkload', allocation, ...spec })
    const { workload } = only(queued, 'WorkloadQueued')
    v.wait(240)
    const status = why === 'EXITED' ? 'done' : 'failed'
    const none = { logDigest: null, outputDigest: null, exitCode: 0 }
    v.done(daemon(v), { kind: 'ReportWorkload', workload, status, end: why, ...none })
    v.wait(360)
    const events = all(twoSay(p, at.lease, 2, 8), 'BreachMinutes')
    expect(events.map((e) => [e.fromMinute, e.excused])).toEqual([
      [2, null],
      [4, excuse],
    ])
    const settled = end(v, at)
    expect(only(settled, 'SlaCredited').breachMinutes).toBe(2)
    expect(only(settled, 'LeaseSettled').acceptedSeconds).toBe(480)
  })
})
