import { describe, expect, test } from 'vitest'
import { AssertionFailure } from '../../kernel/index.ts'
import type { BudgetPeriod, BudgetScope } from '../../messages/index.ts'
import { MoneyWorld, SYSTEM } from './money-world.ts'

const DAY_US = 86_400_000_000

describe('budgets', () => {
  test('LED-002, LED-020: spent + committed never passes a budget; the refusal names it', () => {
    const { world, alice } = start()
    setBudget(world, 'account', alice.account, 'total', 1_000_000n)
    world.budgets.commit(alice, 600_000)
    world.budgets.spend(alice, 200_000, world.timeUs)
    expect(world.budgets.headroom(alice, world.timeUs)).toBe(400_000n)
    expect(world.budgets.check(alice, 400_000, world.timeUs)).toBe(null)
    expect(world.budgets.check(alice, 400_001, world.timeUs)).toEqual({
      code: 'BUDGET_EXCEEDED',
      facts: [
        { name: 'scope', value: 'account' },
        { name: 'limit', value: '1.00' },
        { name: 'used', value: '0.60' },
        { name: 'needed', value: '0.400001' },
      ],
    })
    world.budgets.release(alice, 400_000)
    expect(world.budgets.headroom(alice, world.timeUs)).toBe(800_000n)
  })

  test('LED-025: without any cap there is no headroom to speak of, and everything is counted all the same', () => {
    const { world, alice } = start()
    world.budgets.commit(alice, 70)
    world.budgets.spend(alice, 70, world.timeUs)
    expect(world.budgets.headroom(alice, world.timeUs)).toBe(null)
    setBudget(world, 'member', alice.member, 'month', 100n)
    expect(world.budgets.headroom(alice, world.timeUs)).toBe(30n)
    expect(world.budgets.check(alice, 31, world.timeUs)?.facts[0]?.value).toBe('member')
  })

  test('LED-021: days and months are UTC and take the command’s time; committed counts in each', () => {
    const { world, alice } = start()
    setBudget(world, 'account', alice.account, 'day', 100n)
    setBudget(world, 'account', alice.account, 'month', 150n)
    world.budgets.commit(alice, 90)
    world.budgets.spend(alice, 60, world.timeUs)
    expect(world.budgets.headroom(alice, world.timeUs)).toBe(10n)
    // 22 November 12:00 -> 23 November 00:00
    const nextDay = world.timeUs + DAY_US / 2
    expect(world.budgets.headroom(alice, nextDay - 1)).toBe(10n)
    expect(world.budgets.headroom(alice, nextDay)).toBe(60n)
    world.budgets.spend(alice, 30, nextDay)
    expect(world.budgets.headroom(alice, nextDay)).toBe(60n)
    // 1 December 00:00
    expect(world.budgets.headroom(alice, nextDay + 8 * DAY_US - 1)).toBe(60n)
    expect(world.budgets.headroom(alice, nextDay + 8 * DAY_US)).toBe(100n)
  })

  test('LED-022: the cap of a key binds it and every key issued from it', () => {
    const { world, alice } = start()
    const capped = world.issue(SYSTEM, { account: alice.account, scopes: ['keys'], capMicro: 100n })
    const parent = { account: alice.account, key: capped }
    const child = {
      account: alice.account,
      key: world.issue(parent, { scopes: ['keys'], capMicro: 80n }),
    }
    world.budgets.commit(child, 50)
    expect(world.budgets.headroom(child, world.timeUs)).toBe(30n)
    expect(world.budgets.headroom(parent, world.timeUs)).toBe(50n)
    world.budgets.commit(parent, 40)
    expect(world.budgets.headroom(child, world.timeUs)).toBe(10n)
    expect(world.budgets.check(child, 11, world.timeUs)?.code).toBe('BUDGET_EXCEEDED')
    expect(world.budgets.headroom(alice, world.timeUs)).toBe(null)
  })

  test('a budget below what is used stops all new spending but not what is committed', () => {
    const { world, alice } = start()
    world.budgets.commit(alice, 50)
    setBudget(world, 'account', alice.account, 'total', 10n)
    expect(world.budgets.headroom(alice, world.timeUs)).toBe(0n)
    expect(world.budgets.check(alice, 1, world.timeUs)?.code).toBe('BUDGET_EXCEEDED')
    expect(world.budgets.check(alice, 0, world.timeUs)).toBe(null)
    world.budgets.spend(alice, 50, world.timeUs)
    expect(world.budgets.views(alice.account, world.timeUs)).toEqual([
      {
        scope: 'account',
        subject: alice.account,
        period: 'total',
        limitMicro: 10n,
        spentMicro: 50n,
        committedMicro: 0n,
      },
    ])
  })

  test('more released or spent than committed is a bug', () => {
    const { world, alice } = start()
    world.budgets.commit(alice, 5)
    expect(() => world.budgets.release(alice, 6)).toThrow(AssertionFailure)
  })

  test('LED-025: looking changes nothing that a snapshot holds', () => {
    const { world, alice } = start()
    const before = world.dump()
    world.budgets.check(alice, 5, world.timeUs)
    world.budgets.headroom(alice, world.timeUs)
    world.budgets.views(alice.account, world.timeUs)
    expect(world.dump()).toEqual(before)
  })
})

function start() {
  const world = new MoneyWorld()
  return { world, alice: world.join('alice', ['read', 'trade', 'keys']) }
}

function setBudget(
  world: MoneyWorld,
  scope: BudgetScope,
  subject: number,
  period: BudgetPeriod,
  limitMicro: bigint | null,
): void {
  world.must(SYSTEM, { kind: 'SetBudget', scope, subject, period, limitMicro })
}
