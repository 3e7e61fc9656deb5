import { describe, expect, test } from 'vitest'
import { LIMITS, type Command } from '../../messages/index.ts'
import { MoneyWorld, OPERATOR, SYSTEM, type Who } from '../ledger/money-world.ts'

describe('members', () => {
  test('API-005 are opened by scope admin only, under a name of their own', () => {
    const { world, alice } = start()
    const open = (handle: string) => ({ kind: 'OpenMember' as const, handle, roles: [] })
    expect(world.code(alice, open('bob'))).toBe('SCOPE_MISSING')
    expect(world.code(OPERATOR, open('bob'))).toBe(null)
    // MBR-015
    expect(world.code(OPERATOR, open('alice'))).toBe('ALREADY_EXISTS')
    const roles: 'buyer'[] = ['buyer', 'buyer']
    expect(world.code(OPERATOR, { ...open('carol'), roles })).toBe('FIELD_INVALID')
  })

  test.each(['', 'with space', 'ümlaut', '算', 'a/b', 'x'.repeat(65)])(
    'MBR-024: %j is no handle',
    (handle) => {
      const { world, alice } = start()
      const { member } = alice
      const commands: Command[] = [
        { kind: 'OpenMember', handle, roles: [] },
        { kind: 'OpenAccount', member, ownerGroup: 0, handle },
        { kind: 'AddUser', member, handle, verifier: null },
      ]
      for (const command of commands) {
        expect(world.code(OPERATOR, command)).toBe('FIELD_INVALID')
      }
    },
  )
})

describe('accounts', () => {
  test('MBR-018: without scope admin a new account joins an owner group of its member', () => {
    const { world, alice } = start()
    const bob = world.join('bob', ['read'])
    const open = (ownerGroup: number, handle = 'more') =>
      world.code(alice, { kind: 'OpenAccount', member: alice.member, ownerGroup, handle })
    expect(open(0)).toBe('SCOPE_MISSING')
    expect(open(world.members.ownerGroupOf(bob.account))).toBe('FORBIDDEN')
    expect(open(world.members.ownerGroupOf(alice.account))).toBe(null)
    // MBR-015: unique within the member only
    expect(open(world.members.ownerGroupOf(alice.account))).toBe('ALREADY_EXISTS')
    const views = world.members.accountViews(alice.member)
    expect(views.map(({ handle }) => handle)).toEqual(['alice', 'more'])
    expect(new Set(views.map(({ ownerGroup }) => ownerGroup)).size).toBe(1)
  })

  test('MBR-004, MBR-010: a member’s accounts and users are its own matter', () => {
    const { world, alice } = start()
    const bob = world.join('bob', ['read', 'keys'])
    const account = {
      kind: 'OpenAccount',
      member: alice.member,
      ownerGroup: 1,
      handle: 'x',
    } as const
    const user = { kind: 'AddUser', member: alice.member, handle: 'x', verifier: null } as const
    expect(world.code(bob, account)).toBe('FORBIDDEN')
    expect(world.code(bob, user)).toBe('FORBIDDEN')
    expect(world.code(alice, user)).toBe(null)
    // MBR-015
    expect(world.code(OPERATOR, { ...user, member: bob.member })).toBe('ALREADY_EXISTS')
    expect(world.code(OPERATOR, { ...user, member: 99 })).toBe('NOT_FOUND')
    expect(world.code(OPERATOR, { ...account, member: 99 })).toBe('NOT_FOUND')
  })

  test('MBR-020: owner groups are opened by 0, and must exist otherwise', () => {
    const { world, alice } = start()
    const bob = world.join('bob', ['read'])
    const move = (ownerGroup: number, account = alice.account) =>
      world.code(OPERATOR, { kind: 'SetOwnerGroup', account, ownerGroup })
    const group = world.members.ownerGroupOf(bob.account)
    expect(move(group)).toBe(null)
    expect(world.members.ownerGroupOf(alice.account)).toBe(group)
    expect(move(0)).toBe(null)
    expect(world.members.ownerGroupOf(alice.account)).toBe(group + 1)
    expect(move(99)).toBe('NOT_FOUND')
    expect(move(1, 99)).toBe('NOT_FOUND')
    const command = { kind: 'SetOwnerGroup', account: bob.account, ownerGroup: 1 } as const
    expect(world.code(bob, command)).toBe('SCOPE_MISSING')
    const opened = { kind: 'OpenAccount', member: bob.member, ownerGroup: 99, handle: 'x' } as const
    expect(world.code(OPERATOR, opened)).toBe('NOT_FOUND')
  })

  test('MBR-016: accounts of a member have a limit', () => {
    const { world, alice } = start()
    const { member } = alice
    for (let n = 1; n < LIMITS.accountsPerMember; n++) world.openAccount(member, `more${n}`)
    const one = { kind: 'OpenAccount', member, ownerGroup: 0, handle: 'last' } as const
    expect(world.code(OPERATOR, one)).toBe('LIMIT_REACHED')
  })
})

describe('users', () => {
  test('MBR-016: users of a member have a limit', () => {
    const { world, alice } = start()
    const ctx = world.context(SYSTEM)
    const add = (handle: string) =>
      ({ kind: 'AddUser', member: alice.member, handle, verifier: null }) as const
    while (world.members.userCountOf(alice.member) < LIMITS.usersPerMember) {
      world.members.addUser(ctx, add(`u${world.members.userCountOf(alice.member)}`))
    }
    expect(world.code(OPERATOR, add('last'))).toBe('LIMIT_REACHED')
  })

  test('MBR-019: a person who signed in with the verifier changes it; the rest is for scope admin', () => {
    const { world, alice } = start()
    const { account, user } = alice
    const session = (by: Who, more: { capMicro?: bigint; user?: number } = {}): Who => {
      const fields = {
        account,
        user,
        scopes: ['keys' as const],
        expiresAtUs: world.timeUs + 1_000_000,
      }
      return {
        account,
        key: world.issue(by, { ...fields, scopes: ['keys'], credential: 'session', ...more }),
      }
    }
    const set = (who: Who, of = user) =>
      world.code(who, { kind: 'SetVerifier', user: of, verifier: 'scrypt$1' })
    expect(set(session(SYSTEM))).toBe(null)
    expect(world.members.userViewByHandle('alice')?.verifier).toBe('scrypt$1')
    expect(set(session(SYSTEM, { capMicro: 5n }))).toBe('SCOPE_MISSING')
    expect(set(session(alice))).toBe('SCOPE_MISSING')
    expect(set(session(SYSTEM), 1)).toBe('SCOPE_MISSING')
    expect(set(alice)).toBe('SCOPE_MISSING')
    expect(set(OPERATOR)).toBe(null)
    expect(set(OPERATOR, 99)).toBe('NOT_FOUND')
    const added = {
      kind: 'AddUser',
      member: alice.member,
      handle: 'eve',
      verifier: 'scrypt$2',
    } as const
    expect(world.code(alice, added)).toBe('SCOPE_MISSING')
    expect(world.code(OPERATOR, added)).toBe(null)
  })

  test('MBR-025: a second person is made alone, a third only by two', () => {
    const { world, alice } = start()
    const add = (handle: string, verifier: string | null) =>
      ({ kind: 'AddUser', member: 1, handle, verifier }) as const
    world.must(OPERATOR, add('second', null))
    world.must(OPERATOR, add('third', null))
    const [second, third] = ['second', 'third'].map(
      (name) => world.members.userViewByHandle(name)!.user,
    )
    const key = (user: number | null, scopes: ('read' | 'admin')[] = ['admin']) =>
      world.issueKey(OPERATOR, { user, scopes })
    expect(world.code(OPERATOR, key(second!))).toBe(null)
    expect(world.code(OPERATOR, key(third!))).toBe('TWO_PERSONS_NEEDED')
    expect(world.code(OPERATOR, key(third!, ['read']))).toBe(null)
    expect(world.code(OPERATOR, key(1))).toBe(null)
    expect(world.code(OPERATOR, key(null))).toBe(null)
    expect(world.code(OPERATOR, add('fourth', 'scrypt$1'))).toBe('TWO_PERSONS_NEEDED')
    const set = (user: number) =>
      world.code(OPERATOR, { kind: 'SetVerifier', user, verifier: 'scrypt$1' })
    expect(set(third!)).toBe('TWO_PERSONS_NEEDED')
    expect(set(1)).toBe(null)
    expect(set(alice.user)).toBe(null)
    expect(world.approved(key(third!))).toBe(null)
  })

  test('the verifier is in no event', () => {
    const { world, alice } = start()
    const { member, user } = alice
    const added = { kind: 'AddUser', member, handle: 'eve', verifier: 'scrypt$2' } as const
    const events = [
      ...world.must(OPERATOR, added),
      ...world.must(OPERATOR, { kind: 'SetVerifier', user, verifier: 'scrypt$3' }),
    ]
    expect(events.map(({ kind }) => kind)).toEqual(['UserAdded', 'VerifierSet'])
    expect(JSON.stringify(events)).not.toContain('scrypt')
  })

  test('what is not there is null', () => {
    const { members } = new MoneyWorld()
    expect(members.memberView(9)).toBe(null)
    expect(members.accountView(9)).toBe(null)
    expect(members.userViewByHandle('nobody')).toBe(null)
    expect(members.keyView(9)).toBe(null)
    expect(members.keyViewBySecret('00')).toBe(null)
    expect(members.accountViews(9)).toEqual([])
    expect(members.hasRole(9, 'buyer')).toBe(false)
  })
})

function start() {
  const world = new MoneyWorld()
  return { world, alice: world.join('alice', ['read', 'trade', 'keys']) }
}
