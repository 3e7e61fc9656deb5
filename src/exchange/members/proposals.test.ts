import { describe, expect, test } from 'vitest'
import { encode } from '../../kernel/index.ts'
import { CHART, LIMITS, command as commandCodec, type Command } from '../../messages/index.ts'
import { MoneyWorld, OPERATOR, SYSTEM, type Who } from '../ledger/money-world.ts'
import { TWO_PERSON } from './proposals.ts'

const DAY_US = 86_400_000_000
/** The operator gives account 1 one yuan of its own money. */
const correction: Command = {
  kind: 'PostCorrection',
  reason: 'goodwill',
  postings: [
    { code: CHART.EQUITY, owner: 0, asset: 'CNY', amountMicro: 1_000_000n },
    { code: CHART.AVAILABLE, owner: 1, asset: 'CNY', amountMicro: -1_000_000n },
  ],
}

describe('two-person actions', () => {
  test('MBR-005: one proposes, another approves, and it is done with the proposer’s authority', () => {
    const { world, second } = start()
    expect(world.code(OPERATOR, correction)).toBe('TWO_PERSONS_NEEDED')
    expect(world.code(SYSTEM, correction)).toBe('TWO_PERSONS_NEEDED')
    const made = world.must(OPERATOR, propose(world, correction))
    expect(made).toMatchObject([{ kind: 'ProposalMade', by: 1, actionKind: 'PostCorrection' }])
    expect(world.ledger.available(1)).toBe(0n)
    const events = world.must(second, approve)
    expect(events.map(({ kind }) => kind)).toEqual(['ProposalApproved', 'EntryPosted'])
    expect(world.ledger.available(1)).toBe(1_000_000n)
  })

  test('MBR-005: the same person under another key, and keys of nobody, are not a second person', () => {
    const { world } = start()
    const scopes: ['read', 'admin'] = ['read', 'admin']
    const [sameUser, noUser] = [1, null].map((user) => world.issue(OPERATOR, { user, scopes }))
    world.must(OPERATOR, propose(world, correction))
    expect(world.code(OPERATOR, approve)).toBe('TWO_PERSONS_NEEDED')
    expect(world.code({ account: 1, key: sameUser! }, approve)).toBe('TWO_PERSONS_NEEDED')
    expect(world.code({ account: 1, key: noUser! }, approve)).toBe('TWO_PERSONS_NEEDED')
    expect(world.code(SYSTEM, approve)).toBe('TWO_PERSONS_NEEDED')
  })

  test('MBR-005: what a key of nobody proposed, nobody can approve', () => {
    const { world, second } = start()
    const key = world.issue(OPERATOR, { scopes: ['read', 'admin'] })
    world.must({ account: 1, key }, propose(world, correction))
    expect(world.code(second, approve)).toBe('TWO_PERSONS_NEEDED')
  })

  test('MBR-006: a proposal is carried out once, and not from its end on', () => {
    const { world, second } = start()
    world.must(OPERATOR, propose(world, correction))
    world.must(second, approve)
    expect(world.code(second, approve)).toBe('PROPOSAL_CLOSED')
    world.must(OPERATOR, propose(world, correction))
    const later = { kind: 'Approve', proposal: 2 } as const
    world.timeUs += DAY_US
    expect(world.code(second, later)).toBe('PROPOSAL_CLOSED')
    expect(world.code(second, { kind: 'Approve', proposal: 3 })).toBe('NOT_FOUND')
  })

  test('MBR-006: the timer closes it with an event, but not after it was done', () => {
    const { world, second } = start()
    world.must(OPERATOR, propose(world, correction))
    world.must(OPERATOR, propose(world, correction))
    world.must(second, approve)
    const timer = world.timers.take(world.timeUs + DAY_US)
    expect(timer).toMatchObject({ kind: 'proposal_expiry', subject: 2 })
    const ctx = world.context(SYSTEM)
    world.members.expireProposal(ctx, 2)
    world.members.expireProposal(ctx, 1)
    expect(ctx.events).toEqual([{ kind: 'ProposalExpired', proposal: 2 }])
    expect(world.timers.nextDueUs()).toBe(null)
    expect(world.members.proposalViews()).toMatchObject([
      { proposal: 1, by: 1, actionKind: 'PostCorrection', done: true },
      { proposal: 2, by: 1, actionKind: 'PostCorrection', done: true },
    ])
  })

  test('MBR-021: the end is ahead and within 30 days', () => {
    const { world } = start()
    const code = (days: number) =>
      world.code(OPERATOR, {
        ...propose(world, correction),
        expiresAtUs: world.timeUs + days * DAY_US,
      })
    expect(code(30)).toBe(null)
    expect(code(31)).toBe('FIELD_INVALID')
    expect(code(0)).toBe('FIELD_INVALID')
  })

  test('MBR-021: the action is one command, not of the pair and not the exchange’s own', () => {
    const { world } = start()
    const code = (action: Uint8Array) =>
      world.code(OPERATOR, { ...propose(world, correction), action })
    expect(code(Uint8Array.of(1, 2, 3))).toBe('FIELD_INVALID')
    expect(code(encode(commandCodec, approve))).toBe('FIELD_INVALID')
    expect(code(encode(commandCodec, propose(world, correction)))).toBe('FIELD_INVALID')
    expect(code(encode(commandCodec, { kind: 'Tick', limit: 1 }))).toBe('FIELD_INVALID')
  })

  test('MBR-021: open proposals of an account have a limit; closed ones make room', () => {
    const { world, second } = start()
    const one = propose(world, correction)
    for (let n = 0; n < LIMITS.openProposals; n++) world.must(OPERATOR, one)
    expect(world.code(OPERATOR, one)).toBe('LIMIT_REACHED')
    world.must(second, approve)
    expect(world.code(OPERATOR, one)).toBe(null)
  })

  test('MBR-022: both persons are of one member and have the scope', () => {
    const { world } = start()
    const stranger = world.join('stranger', ['read', 'admin'])
    const clerk = person(world, 'clerk', ['read'])
    world.must(OPERATOR, propose(world, correction))
    expect(world.code(stranger, approve)).toBe('FORBIDDEN')
    expect(world.code(clerk, approve)).toBe('SCOPE_MISSING')
    expect(world.code(clerk, propose(world, correction))).toBe('SCOPE_MISSING')
  })

  test('an action that is refused leaves the proposal open', () => {
    const { world, second } = start()
    const [first, ...rest] = correction.postings
    const wrong = { ...correction, postings: [first!, { ...rest[0]!, amountMicro: -1n }] }
    world.must(OPERATOR, propose(world, wrong))
    expect(world.code(second, approve)).toBe('UNBALANCED')
    expect(world.members.proposalViews()).toMatchObject([{ done: false }])
  })

  test('TWO_PERSON names what is never done alone', () => {
    expect([...TWO_PERSON]).toEqual(['PostCorrection', 'ActivateRules', 'ResolveDispute'])
  })
})

const approve = { kind: 'Approve', proposal: 1 } as const

function propose(world: MoneyWorld, action: Command) {
  const expiresAtUs = world.timeUs + DAY_US
  return { kind: 'Propose', action: encode(commandCodec, action), expiresAtUs } as const
}

function person(world: MoneyWorld, handle: string, scopes: ('read' | 'admin')[]): Who {
  world.must(OPERATOR, { kind: 'AddUser', member: 1, handle, verifier: null })
  const { user } = world.members.userViewByHandle(handle)!
  return { account: 1, key: world.issue(OPERATOR, { user, scopes }) }
}

function start() {
  const world = new MoneyWorld()
  return { world, second: person(world, 'second', ['read', 'admin']) }
}
