import { describe, expect, test } from 'vitest'
import { LIMITS, type CommandOf } from '../../messages/index.ts'
import { MoneyWorld, OPERATOR, SYSTEM, type Who } from '../ledger/money-world.ts'

type Fields = Partial<CommandOf<'IssueKey'>>
const DAY_US = 86_400_000_000

describe('issuing keys', () => {
  test.each<[string, Fields, string | null]>([
    ['MBR-008: fewer scopes', { scopes: ['read'] }, null],
    ['MBR-008: the same scopes', { scopes: ['read', 'trade', 'keys'] }, null],
    ['MBR-008: one scope more', { scopes: ['read', 'withdraw'] }, 'KEY_BEYOND_ISSUER'],
    ['MBR-011: no scope', { scopes: [] }, 'FIELD_INVALID'],
    ['MBR-011: a scope twice', { scopes: ['read', 'read'] }, 'FIELD_INVALID'],
    ['MBR-011: ends now', { expiresAtUs: 0 }, 'FIELD_INVALID'],
    ['MBR-011: a cap below zero', { capMicro: -1n }, 'FIELD_INVALID'],
    ['MBR-013: a session without end', { credential: 'session' }, 'FIELD_INVALID'],
    ['MBR-014: a node with a bearer key', { node: 5 }, 'FIELD_INVALID'],
    ['MBR-014: an unknown node', { node: 6, credential: 'ed25519' }, 'NOT_FOUND'],
    ['MBR-014: another account’s node', { node: 7, credential: 'ed25519' }, 'FORBIDDEN'],
    ['MBR-014: the account’s node', { node: 5, credential: 'ed25519' }, null],
    ['an unknown account', { account: 99 }, 'NOT_FOUND'],
    ['an unknown user', { user: 99 }, 'NOT_FOUND'],
    ['MBR-004: another member’s user', { user: 1 }, 'FORBIDDEN'],
    ['MBR-004: another member’s account', { account: 1, scopes: ['read'] }, 'FORBIDDEN'],
  ])('%s', (_title, fields, code) => {
    const { world, alice } = start()
    world.nodes.set(5, alice.account).set(7, OPERATOR.account)
    expect(world.code(alice, world.issueKey(alice, fields))).toBe(code)
  })

  test('MBR-010: scope admin for any member, scope keys within the member, nothing less', () => {
    const { world, alice } = start()
    const second = world.openAccount(alice.member, 'second')
    expect(world.code(OPERATOR, world.issueKey(alice, {}))).toBe(null)
    expect(world.code(alice, world.issueKey(alice, { account: second }))).toBe(null)
    const reader = { account: alice.account, key: world.issue(alice, { scopes: ['read'] }) }
    expect(world.run(reader, world.issueKey(reader, {})).refusal).toEqual({
      code: 'SCOPE_MISSING',
      facts: [{ name: 'scope', value: 'keys' }],
    })
  })

  test('MBR-008: a cap is passed on, never raised or dropped', () => {
    const { world, alice } = start()
    const capped = {
      account: alice.account,
      key: world.issue(alice, { scopes: ['keys'], capMicro: 100n }),
    }
    const code = (capMicro: bigint | null) =>
      world.code(capped, world.issueKey(capped, { scopes: ['keys'], capMicro }))
    expect(code(100n)).toBe(null)
    expect(code(0n)).toBe(null)
    expect(code(101n)).toBe('KEY_BEYOND_ISSUER')
    expect(code(null)).toBe('KEY_BEYOND_ISSUER')
  })

  test('MBR-015: a secret is used once for ever, also after the key is revoked', () => {
    const { world, alice } = start()
    const key = world.issue(alice, {})
    const { secret } = world.members.keyView(key)!
    expect(world.code(alice, world.issueKey(alice, { secret }))).toBe('ALREADY_EXISTS')
    world.must(alice, { kind: 'RevokeKey', key })
    expect(world.code(alice, world.issueKey(alice, { secret }))).toBe('ALREADY_EXISTS')
    expect(world.members.keyViewBySecret(secret)).toMatchObject({ key, revoked: true })
    expect(world.members.keyBySecret(secret)?.key).toBe(key)
  })

  test('MBR-016: an account has at most so many live keys; dead ones make room', () => {
    const { world, alice } = start()
    const end = world.timeUs + 1
    world.issue(alice, { expiresAtUs: end })
    while (world.members.liveKeyCount(alice.account, world.timeUs) < LIMITS.keysPerAccount) {
      world.issue(alice, {})
    }
    expect(world.code(alice, world.issueKey(alice, {}))).toBe('LIMIT_REACHED')
    world.timeUs = end
    expect(world.code(alice, world.issueKey(alice, {}))).toBe(null)
    expect(world.code(alice, world.issueKey(alice, {}))).toBe('LIMIT_REACHED')
  })

  test('MBR-016: keys issued one by another form a chain of bounded length', () => {
    const { world, alice } = start()
    let who: Who = alice
    for (let depth = 1; depth <= LIMITS.keyDepth; depth++) {
      who = { account: alice.account, key: world.issue(who, { scopes: ['keys'] }) }
    }
    expect(world.code(who, world.issueKey(who, { scopes: ['keys'] }))).toBe('LIMIT_REACHED')
  })

  test('events name the issuer and never the secret', () => {
    const { world, alice } = start()
    const command = world.issueKey(alice, { label: 'laptop' })
    const [event] = world.must(alice, command)
    expect(event).toMatchObject({ kind: 'KeyIssued', issuedBy: alice.key, label: 'laptop' })
    expect(JSON.stringify(event, (_name, value) => value)).not.toContain(command.secret)
  })
})

describe('links and sessions', () => {
  test('MBR-012: a link issues one session of its own account and user, then it is dead', () => {
    const { world, alice, link, session } = withLink()
    const events = world.must(link, session)
    expect(events.map(({ kind }) => kind)).toEqual(['KeyIssued', 'KeyRevoked'])
    const key = world.members.keyViews(alice.account).at(-1)!
    expect(key).toMatchObject({ credential: 'session', user: alice.user, revoked: false })
    expect(world.code(link, { ...session, secret: world.newSecret() })).toBe('KEY_EXPIRED')
  })

  test.each<[string, Fields, string]>([
    ['a bearer key', { credential: 'bearer' }, 'SCOPE_MISSING'],
    ['another link', { credential: 'link' }, 'SCOPE_MISSING'],
    ['a session of nobody', { user: null }, 'SCOPE_MISSING'],
    ['more scopes', { scopes: ['read', 'keys'] }, 'KEY_BEYOND_ISSUER'],
    ['an end after 30 days', { expiresAtUs: 2 ** 53 - 1 }, 'FIELD_INVALID'],
  ])('MBR-012, MBR-013: a link does not issue %s', (_title, fields, code) => {
    const { world, link, session } = withLink()
    expect(world.code(link, { ...session, ...fields })).toBe(code)
    expect(world.code(link, session)).toBe(null)
  })

  test('MBR-012: a link has no scope, whatever it will pass on', () => {
    const { world, link } = withLink()
    expect(world.members.authorize(world.actor(link), 'trade')?.code).toBe('SCOPE_MISSING')
  })
})

describe('revoking keys', () => {
  test('MBR-017: oneself always, one’s member’s with scope keys, all with scope admin', () => {
    const { world, alice } = start()
    const reader = () => ({ account: alice.account, key: world.issue(alice, { scopes: ['read'] }) })
    const [a, b, c] = [reader(), reader(), reader()]
    expect(world.code(a, { kind: 'RevokeKey', key: b.key })).toBe('SCOPE_MISSING')
    expect(world.code(a, { kind: 'RevokeKey', key: a.key })).toBe(null)
    expect(world.code(alice, { kind: 'RevokeKey', key: b.key })).toBe(null)
    expect(world.code(OPERATOR, { kind: 'RevokeKey', key: c.key })).toBe(null)
    expect(world.code(alice, { kind: 'RevokeKey', key: OPERATOR.key })).toBe('FORBIDDEN')
    expect(world.code(alice, { kind: 'RevokeKey', key: c.key })).toBe('NOT_FOUND')
    expect(world.code(alice, { kind: 'RevokeKey', key: 999 })).toBe('NOT_FOUND')
  })
})

function start() {
  const world = new MoneyWorld()
  return { world, alice: world.join('alice', ['read', 'trade', 'keys']) }
}

function withLink() {
  const { world, alice } = start()
  const { account, user } = alice
  const expiresAtUs = world.timeUs + DAY_US
  const scopes: Fields['scopes'] = ['read', 'trade']
  const fields = { user, scopes, expiresAtUs }
  const link = { account, key: world.issue(SYSTEM, { account, ...fields, credential: 'link' }) }
  const session = world.issueKey(link, { ...fields, credential: 'session' })
  return { world, alice, link, session }
}
