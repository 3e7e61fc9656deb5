import { describe, expect, test } from 'vitest'
import { MoneyWorld, OPERATOR, SYSTEM } from '../ledger/money-world.ts'

describe('authority', () => {
  test('MBR-023, MBR-007: the first operator: group, member, account, user and key 1, with every scope', () => {
    const { members } = new MoneyWorld()
    expect(members.accountView(1)).toEqual({
      account: 1,
      member: 1,
      ownerGroup: 1,
      handle: 'operator',
    })
    expect(members.memberViews()).toEqual([{ member: 1, handle: 'operator', roles: ['operator'] }])
    expect(members.hasRole(1, 'operator')).toBe(true)
    expect(members.hasRole(1, 'buyer')).toBe(false)
    expect(members.keyView(1)).toMatchObject({ account: 1, member: 1, user: 1, revoked: false })
    expect(members.keyView(1)?.scopes).toContain('admin')
  })

  test('MBR-001: the key must exist and be of the acting account', () => {
    const world = new MoneyWorld()
    const alice = world.join('alice', ['read'])
    const code = (account: number, key: number) =>
      world.members.authorize(world.actor({ account, key }), 'read')?.code ?? null
    expect(code(alice.account, alice.key)).toBe(null)
    expect(code(alice.account, 99)).toBe('UNAUTHENTICATED')
    expect(code(alice.account, OPERATOR.key)).toBe('UNAUTHENTICATED')
    expect(code(0, alice.key)).toBe('UNAUTHENTICATED')
  })

  test('MBR-002: a key works until it is revoked or its end comes, at the command’s time', () => {
    const world = new MoneyWorld()
    const { account } = world.join('alice', ['read'])
    const key = world.issue(SYSTEM, { account, expiresAtUs: world.timeUs + 10 })
    const code = () => world.members.authorize(world.actor({ account, key }), 'any')?.code ?? null
    world.timeUs += 9
    expect(code()).toBe(null)
    world.timeUs += 1
    expect(code()).toBe('KEY_EXPIRED')
    const other = world.issue(SYSTEM, { account })
    world.must({ account, key: other }, { kind: 'RevokeKey', key: other })
    expect(world.members.authorize(world.actor({ account, key: other }), 'any')?.code).toBe(
      'KEY_EXPIRED',
    )
  })

  test('MBR-003: the key must have the scope; `system` is the exchange alone', () => {
    const world = new MoneyWorld()
    const alice = world.join('alice', ['read', 'trade'])
    const refusal = (
      authority: 'trade' | 'admin' | 'system',
      who = alice as { account: number; key: number },
    ) => world.members.authorize(world.actor(who), authority)
    expect(refusal('trade')).toBe(null)
    expect(refusal('admin')).toEqual({
      code: 'SCOPE_MISSING',
      facts: [{ name: 'scope', value: 'admin' }],
    })
    expect(refusal('system', OPERATOR)?.code).toBe('SCOPE_MISSING')
    expect(refusal('system', SYSTEM)).toBe(null)
    expect(refusal('admin', SYSTEM)).toBe(null)
  })
})
