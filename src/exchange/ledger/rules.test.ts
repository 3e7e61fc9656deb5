import { describe, expect, test } from 'vitest'
import { CHART, type BudgetPeriod, type BudgetScope, type CommandOf } from '../../messages/index.ts'
import { MoneyWorld, OPERATOR, SYSTEM, type Who } from './money-world.ts'

const CNY = 'CNY'
const YUAN = 1_000_000n

describe('money in and out', () => {
  test.each<[string, Partial<CommandOf<'Deposit'>>, string | null]>([
    ['LED-010: one fen', { amountMicro: 10_000n }, null],
    ['LED-003: nothing', { amountMicro: 0n }, 'AMOUNT_INVALID'],
    ['LED-003: less than nothing', { amountMicro: -10_000n }, 'AMOUNT_INVALID'],
    ['LED-003: part of a fen', { amountMicro: 10_001n }, 'AMOUNT_INVALID'],
    ['LED-014: another asset', { asset: 'USD' }, 'FIELD_INVALID'],
    ['an unknown account', { account: 99 }, 'NOT_FOUND'],
    [
      'LED-017: more than the books hold',
      { amountMicro: 2n ** 62n - (2n ** 62n % 10_000n) },
      'LIMIT_REACHED',
    ],
  ])('a deposit of %s', (_title, fields, code) => {
    const { world, alice } = start()
    const deposit = { kind: 'Deposit', asset: CNY, amountMicro: YUAN, reference: 'r' } as const
    const command = { ...deposit, account: alice.account, ...fields }
    expect(world.code(OPERATOR, command)).toBe(code)
    expect(world.code(alice, command)).toBe('SCOPE_MISSING')
  })

  test('LED-010: a deposit debits the bank and credits free money', () => {
    const { world, alice } = start()
    expect(world.ledger.debit(CHART.BANK, 0)).toBe(5n * YUAN)
    expect(world.ledger.available(alice.account)).toBe(5n * YUAN)
  })

  test('LED-012, LED-013: a withdrawal goes into transit, then out through the bank', () => {
    const { world, alice } = start()
    const events = world.must(alice, withdraw(2n * YUAN))
    expect(events.map(({ kind }) => kind)).toEqual(['EntryPosted', 'WithdrawalRequested'])
    const { account } = alice
    expect(world.ledger.balanceParts(account)).toMatchObject({
      availableMicro: 3n * YUAN,
      withdrawingMicro: 2n * YUAN,
    })
    world.must(OPERATOR, { kind: 'SettleWithdrawal', withdrawal: 1, confirmed: true })
    expect(world.ledger.balanceParts(account).withdrawingMicro).toBe(0n)
    expect(world.ledger.available(account)).toBe(3n * YUAN)
    expect(world.ledger.debit(CHART.BANK, 0)).toBe(3n * YUAN)
  })

  test('LED-013: what the bank did not pay is free money again', () => {
    const { world, alice } = start()
    world.must(alice, withdraw(2n * YUAN))
    const settled = world.must(OPERATOR, {
      kind: 'SettleWithdrawal',
      withdrawal: 1,
      confirmed: false,
    })
    expect(settled.at(-1)).toEqual({ kind: 'WithdrawalSettled', withdrawal: 1, confirmed: false })
    expect(world.ledger.available(alice.account)).toBe(5n * YUAN)
    expect(world.ledger.debit(CHART.BANK, 0)).toBe(5n * YUAN)
  })

  test('LED-006: a withdrawal is settled once', () => {
    const { world, alice } = start()
    world.must(alice, withdraw(YUAN))
    const settle = { kind: 'SettleWithdrawal', withdrawal: 1, confirmed: true } as const
    expect(world.code(alice, settle)).toBe('SCOPE_MISSING')
    expect(world.code(OPERATOR, settle)).toBe(null)
    expect(world.code(OPERATOR, { ...settle, confirmed: false })).toBe('WITHDRAWAL_CLOSED')
    expect(world.code(OPERATOR, { ...settle, withdrawal: 2 })).toBe('NOT_FOUND')
  })

  test('LED-001, LED-003: a withdrawal is a multiple of 0.01 and covered by free money', () => {
    const { world, alice } = start()
    expect(world.code(alice, withdraw(YUAN + 1n))).toBe('AMOUNT_INVALID')
    expect(world.code(alice, { ...withdraw(YUAN), asset: 'USD' })).toBe('FIELD_INVALID')
    expect(world.run(alice, withdraw(6n * YUAN)).refusal).toEqual({
      code: 'INSUFFICIENT_FUNDS',
      facts: [
        { name: 'needed', value: '6.00' },
        { name: 'available', value: '5.00' },
        { name: 'asset', value: 'CNY' },
      ],
    })
  })
})

describe('transfers', () => {
  test('LED-011: free money goes to another account of the same member', () => {
    const { world, alice } = start()
    const to = world.openAccount(alice.member, 'second')
    world.must(alice, { kind: 'Transfer', to, asset: CNY, amountMicro: 7n })
    expect(world.ledger.available(to)).toBe(7n)
    expect(world.ledger.available(alice.account)).toBe(5n * YUAN - 7n)
  })

  test('LED-001, LED-003, MBR-004: and nowhere else, not more than there is, not nothing', () => {
    const { world, alice } = start()
    const second = world.openAccount(alice.member, 'second')
    const code = (to: number, amountMicro: bigint, who: Who = alice) =>
      world.code(who, { kind: 'Transfer', to, asset: CNY, amountMicro })
    expect(code(1, 7n)).toBe('FORBIDDEN')
    expect(code(99, 7n)).toBe('NOT_FOUND')
    expect(code(alice.account, 7n)).toBe('FIELD_INVALID')
    expect(code(second, 0n)).toBe('AMOUNT_INVALID')
    expect(code(second, -7n)).toBe('AMOUNT_INVALID')
    expect(code(second, 5n * YUAN + 1n)).toBe('INSUFFICIENT_FUNDS')
    expect(code(second, 7n, SYSTEM)).toBe('FORBIDDEN')
    const reader = { account: alice.account, key: world.issue(alice, { scopes: ['read'] }) }
    expect(code(second, 7n, reader)).toBe('SCOPE_MISSING')
  })
})

describe('setting budgets', () => {
  test('LED-023: for a member, an account and a key of the acting member', () => {
    const { world, alice } = start()
    const bob = world.join('bob', ['read'])
    const code = (scope: BudgetScope, subject: number, limitMicro: bigint | null = 5n) =>
      world.code(alice, set(scope, subject, limitMicro))
    expect(code('member', alice.member)).toBe(null)
    expect(code('account', alice.account)).toBe(null)
    expect(code('key', alice.key)).toBe(null)
    expect(code('member', bob.member)).toBe('FORBIDDEN')
    expect(code('account', bob.account)).toBe('FORBIDDEN')
    expect(code('key', bob.key)).toBe('FORBIDDEN')
    expect(code('member', 99)).toBe('NOT_FOUND')
    expect(code('account', 99)).toBe('NOT_FOUND')
    expect(code('key', 99)).toBe('NOT_FOUND')
    expect(code('account', alice.account, -1n)).toBe('FIELD_INVALID')
    expect(world.code(bob, set('account', bob.account, 5n))).toBe('SCOPE_MISSING')
  })

  test('a budget can be changed and taken away, each period by itself', () => {
    const { world, alice } = start()
    const put = (limitMicro: bigint | null, period: BudgetPeriod) =>
      world.must(alice, set('account', alice.account, limitMicro, period))
    put(5n, 'total')
    put(3n, 'day')
    expect(world.budgets.headroom(alice, world.timeUs)).toBe(3n)
    expect(put(null, 'day')).toMatchObject([{ kind: 'BudgetSet', period: 'day', limitMicro: null }])
    expect(world.budgets.headroom(alice, world.timeUs)).toBe(5n)
    put(null, 'total')
    expect(world.budgets.headroom(alice, world.timeUs)).toBe(null)
  })

  test('LED-024: a key lowers its own budget and those above it, and never raises them', () => {
    const { world, alice } = start()
    const child = { account: alice.account, key: world.issue(alice, { scopes: ['keys'] }) }
    const code = (subject: number, limitMicro: bigint | null) =>
      world.code(child, set('key', subject, limitMicro))
    expect(code(child.key, 10n)).toBe(null)
    expect(code(child.key, 9n)).toBe(null)
    expect(code(child.key, 10n)).toBe('KEY_BEYOND_ISSUER')
    expect(code(child.key, null)).toBe('KEY_BEYOND_ISSUER')
    expect(code(alice.key, 20n)).toBe(null)
    expect(code(alice.key, 21n)).toBe('KEY_BEYOND_ISSUER')
    expect(world.code(alice, set('key', child.key, null))).toBe(null)
    expect(world.code(SYSTEM, set('key', alice.key, null))).toBe(null)
  })
})

describe('corrections', () => {
  const free = { code: CHART.AVAILABLE, asset: CNY }
  const equity = { code: CHART.EQUITY, owner: 0, asset: CNY }
  type Lines = CommandOf<'PostCorrection'>['postings']

  test.each<[string, (account: number) => Lines, string | null]>([
    [
      'LED-015: a gift',
      (owner) => [
        { ...equity, amountMicro: 5n },
        { ...free, owner, amountMicro: -5n },
      ],
      null,
    ],
    [
      'LED-015: a fine',
      (owner) => [
        { ...free, owner, amountMicro: 5n },
        { ...equity, amountMicro: -5n },
      ],
      null,
    ],
    ['LED-016: one line', () => [{ ...equity, amountMicro: 5n }], 'FIELD_INVALID'],
    [
      'LED-016: a line of zero',
      (owner) => [
        { ...equity, amountMicro: 0n },
        { ...free, owner, amountMicro: 0n },
      ],
      'FIELD_INVALID',
    ],
    [
      'LED-016: held money',
      (owner) => [
        { ...equity, amountMicro: 5n },
        { ...free, code: CHART.HOLD, owner, amountMicro: -5n },
      ],
      'FIELD_INVALID',
    ],
    [
      'LED-016: a code of no chart',
      (owner) => [
        { ...equity, amountMicro: 5n },
        { ...free, code: 9, owner, amountMicro: -5n },
      ],
      'FIELD_INVALID',
    ],
    [
      'LED-016: the bank of somebody',
      (owner) => [
        { ...equity, owner, amountMicro: 5n },
        { ...free, owner, amountMicro: -5n },
      ],
      'FIELD_INVALID',
    ],
    [
      'an unknown account',
      () => [
        { ...equity, amountMicro: 5n },
        { ...free, owner: 99, amountMicro: -5n },
      ],
      'NOT_FOUND',
    ],
    [
      'LED-004: unequal sides',
      (owner) => [
        { ...equity, amountMicro: 5n },
        { ...free, owner, amountMicro: -4n },
      ],
      'UNBALANCED',
    ],
    [
      'LED-004: two assets',
      (owner) => [
        { ...equity, amountMicro: 5n },
        { ...free, owner, asset: 'USD', amountMicro: -5n },
      ],
      'UNBALANCED',
    ],
    [
      'LED-005: more than there is',
      (owner) => [
        { ...free, owner, amountMicro: 5n * YUAN + 1n },
        { ...equity, amountMicro: -5n * YUAN - 1n },
      ],
      'BALANCE_NEGATIVE',
    ],
    [
      'LED-017: beyond the books',
      (owner) => [
        { ...equity, amountMicro: 2n ** 62n },
        { ...free, owner, amountMicro: -(2n ** 62n) },
      ],
      'LIMIT_REACHED',
    ],
  ])('%s', (_title, lines, code) => {
    const { world, alice } = start()
    const postings = lines(alice.account)
    expect(world.code(OPERATOR, { kind: 'PostCorrection', reason: 'r', postings })).toBe(
      'TWO_PERSONS_NEEDED',
    )
    expect(world.approved({ kind: 'PostCorrection', reason: 'r', postings })).toBe(code)
  })

  test('LED-015: it names its own number and the rule', () => {
    const { world, alice } = start()
    const postings = [
      { ...equity, amountMicro: 5n },
      { ...free, owner: alice.account, amountMicro: -5n },
    ]
    const ctx = world.context(OPERATOR, true)
    world.apply(ctx, { kind: 'PostCorrection', reason: 'r', postings })
    expect(ctx.events).toEqual([
      { kind: 'EntryPosted', rule: 'LED-015', subject: 1, rules: 1, postings },
    ])
  })
})

function start() {
  const world = new MoneyWorld()
  const alice = world.join('alice', ['read', 'keys', 'transfer', 'withdraw'])
  world.deposit(alice.account, 5n * YUAN)
  return { world, alice }
}

function withdraw(amountMicro: bigint): CommandOf<'RequestWithdrawal'> {
  return { kind: 'RequestWithdrawal', asset: CNY, amountMicro }
}

function set(
  scope: BudgetScope,
  subject: number,
  limitMicro: bigint | null,
  period: BudgetPeriod = 'total',
): CommandOf<'SetBudget'> {
  return { kind: 'SetBudget', scope, subject, period, limitMicro }
}
