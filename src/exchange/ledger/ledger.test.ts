import { describe, expect, test } from 'vitest'
import { AssertionFailure } from '../../kernel/index.ts'
import { CHART } from '../../messages/index.ts'
import { MoneyWorld, SYSTEM } from './money-world.ts'

const at = (code: number, owner: number) => ({ code, owner })

describe('entries', () => {
  test('LED-007: an entry that does not sum to zero is a bug', () => {
    const { world, ctx } = start()
    expect(() =>
      world.ledger.post(ctx, {
        rule: 'LED-010',
        subject: 1,
        postings: [
          { code: CHART.BANK, owner: 0, amountMicro: 10n },
          { code: CHART.AVAILABLE, owner: 1, amountMicro: -9n },
        ],
      }),
    ).toThrow(AssertionFailure)
  })

  test('LED-007: sums are zero per asset, not over assets', () => {
    const { world, ctx } = start()
    expect(() =>
      world.ledger.post(ctx, {
        rule: 'LED-010',
        subject: 1,
        postings: [
          { code: CHART.BANK, owner: 0, asset: 'CNY', amountMicro: 10n },
          { code: CHART.AVAILABLE, owner: 1, asset: 'USD', amountMicro: -10n },
        ],
      }),
    ).toThrow(AssertionFailure)
  })

  test('LED-008: a balance of a member below zero is a bug', () => {
    const { world, ctx } = start()
    const move = { rule: 'LED-011', subject: 1, amountMicro: 101n }
    const [from, to] = [at(CHART.AVAILABLE, 1), at(CHART.HOLD, 1)]
    expect(() => world.ledger.move(ctx, { ...move, from, to })).toThrow(AssertionFailure)
  })

  test('LED-009: zero lines are left out, an entry of nothing is none, each names the rules', () => {
    const { world, ctx } = start()
    const [from, to] = [at(CHART.AVAILABLE, 1), at(CHART.HOLD, 1)]
    world.ledger.move(ctx, { rule: 'LED-011', subject: 1, from, to, amountMicro: 0n })
    expect(ctx.events).toEqual([])
    world.ledger.post(ctx, {
      rule: 'LED-011',
      subject: 7,
      postings: [
        { ...from, amountMicro: 40n },
        { ...at(CHART.FEES, 0), amountMicro: 0n },
        { ...to, amountMicro: -40n },
      ],
    })
    expect(ctx.events).toEqual([
      {
        kind: 'EntryPosted',
        rule: 'LED-011',
        subject: 7,
        rules: 1,
        postings: [
          { ...from, asset: 'CNY', amountMicro: 40n },
          { ...to, asset: 'CNY', amountMicro: -40n },
        ],
      },
    ])
    expect(world.ledger.balanceParts(1)).toMatchObject({ availableMicro: 60n, heldMicro: 40n })
  })

  test('LED-019: rows of a lease go when they are empty; totals stay right', () => {
    const { world, ctx } = start()
    const rows = () => world.ledger.tables[0]!.rows().length
    const [free, escrow] = [at(CHART.AVAILABLE, 1), at(CHART.LEASE_ESCROW, 9)]
    const before = rows()
    const head = { rule: 'DLV-001', subject: 9, amountMicro: 60n }
    world.ledger.move(ctx, { ...head, from: free, to: escrow })
    expect(rows()).toBe(before + 1)
    expect(world.ledger.credit(CHART.LEASE_ESCROW, 9)).toBe(60n)
    world.ledger.move(ctx, { ...head, from: escrow, to: free })
    expect(rows()).toBe(before)
    expect(world.ledger.trialBalance()).toEqual([
      { asset: 'CNY', code: CHART.BANK, debitMicro: 100n },
      { asset: 'CNY', code: CHART.AVAILABLE, debitMicro: -100n },
    ])
  })

  test('views show every asset of an account, its own currency always', () => {
    const { world, ctx } = start()
    expect(world.ledger.balanceViews(2, () => 0n)).toMatchObject([{ asset: 'CNY' }])
    const [from, to] = [at(CHART.EQUITY, 0), at(CHART.AVAILABLE, 2)]
    const head = { rule: 'LED-015', subject: 1, asset: 'VCH.1', amountMicro: 5n }
    world.ledger.move(ctx, { ...head, from, to })
    expect(world.ledger.balanceViews(2, (asset) => (asset === 'CNY' ? 3n : 0n))).toEqual([
      {
        asset: 'CNY',
        availableMicro: 0n,
        heldMicro: 0n,
        escrowedMicro: 3n,
        earnedMicro: 0n,
        withdrawingMicro: 0n,
      },
      {
        asset: 'VCH.1',
        availableMicro: 5n,
        heldMicro: 0n,
        escrowedMicro: 0n,
        earnedMicro: 0n,
        withdrawingMicro: 0n,
      },
    ])
  })
})

/** A venue whose account 1 has 100 micro. */
function start() {
  const world = new MoneyWorld()
  const first = world.context(SYSTEM)
  const head = { rule: 'LED-010', subject: 1, amountMicro: 100n }
  world.ledger.move(first, { ...head, from: at(CHART.BANK, 0), to: at(CHART.AVAILABLE, 1) })
  return { world, ctx: world.context(SYSTEM) }
}
