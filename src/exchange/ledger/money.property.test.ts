import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { CHART, NEVER_NEGATIVE, type BudgetPeriod, type BudgetScope } from '../../messages/index.ts'
import { MoneyWorld, OPERATOR, SYSTEM } from './money-world.ts'
import { cases } from '../../../test/support/cases.ts'

// A venue with two members of two accounts each, and keys issued one from another, lives through
// random operations: money in, out and between, orders held, escrowed, billed and closed under
// budgets that come and go while days pass. A naive book of every amount tells what must be.

const HOUR_US = 3_600_000_000
const PERIODS: readonly BudgetPeriod[] = ['total', 'day', 'month']

interface Path {
  readonly account: number
  readonly key: number
}
interface Payer extends Path {
  readonly member: number
  /** this key and those above it */
  readonly chain: readonly number[]
  readonly capMicro: bigint | null
}
interface Order {
  readonly payer: Payer
  readonly lease: number
  held: bigint
  escrowed: bigint
}
interface Op {
  readonly kind: number
  readonly a: number
  readonly b: number
  readonly amount: bigint
}

const op: fc.Arbitrary<Op> = fc.record({
  kind: fc.nat(13),
  a: fc.nat(1_000),
  b: fc.nat(1_000),
  amount: fc.oneof(fc.bigInt(0n, 40n), fc.bigInt(0n, 4_000n)),
})

class Life {
  readonly world: MoneyWorld
  readonly payers: Payer[] = []
  readonly orders: Order[] = []
  readonly spends: { payer: Payer; micro: bigint; timeUs: number }[] = []
  readonly limits = new Map<
    string,
    { scope: BudgetScope; subject: number; period: BudgetPeriod; limit: bigint }
  >()
  /** answers, to be compared with a life that took another way to the same state */
  readonly answers: unknown[] = []
  #leases = 0

  constructor(world = new MoneyWorld()) {
    this.world = world
  }
  settle(): this {
    for (const handle of ['alice', 'bob']) {
      const first = this.world.join(handle, ['read', 'keys', 'transfer', 'withdraw'])
      const { member } = first
      const second = this.world.openAccount(member, 'second')
      this.#payer(member, first.account, first.key, [], null)
      const account = second
      const key = this.world.issue(SYSTEM, { account, scopes: ['keys', 'transfer', 'withdraw'] })
      this.#payer(member, account, key, [], null)
      for (const each of [first.account, second]) this.world.deposit(each, 100_000n)
    }
    return this
  }
  /** The same life on another world in the same state. */
  on(world: MoneyWorld): Life {
    const other = new Life(world)
    other.payers.push(...this.payers)
    other.orders.push(...this.orders.map((order) => ({ ...order })))
    other.spends.push(...this.spends)
    for (const [name, limit] of this.limits) other.limits.set(name, limit)
    other.#leases = this.#leases
    return other
  }

  step({ kind, a, b, amount }: Op): void {
    const { world } = this
    const payer = this.payers[a % this.payers.length]!
    const other = this.payers[b % this.payers.length]!
    const order = this.orders[b % Math.max(1, this.orders.length)]
    if (kind <= 1) this.#say(() => world.deposit(payer.account, (amount + 1n) * 10_000n))
    else if (kind === 2) {
      const command = {
        kind: 'Transfer',
        to: other.account,
        asset: 'CNY',
        amountMicro: amount,
      } as const
      this.answers.push(world.run(payer, command))
    } else if (kind === 3) {
      const amountMicro = amount * 10_000n
      this.answers.push(world.run(payer, { kind: 'RequestWithdrawal', asset: 'CNY', amountMicro }))
      const settle = {
        kind: 'SettleWithdrawal',
        withdrawal: b % 9,
        confirmed: b % 2 === 0,
      } as const
      this.answers.push(world.run(OPERATOR, settle))
    } else if (kind === 4) this.#setBudget(payer, b, amount * 2n)
    else if (kind === 5) this.#issue(payer, b, amount)
    else if (kind === 6) world.timeUs += (b % 4 === 0 ? a : a % 20) * HOUR_US
    else if (kind <= 9) this.#place(payer, b, amount)
    else if (order !== undefined && kind === 10) this.#fill(order, amount)
    else if (order !== undefined && kind <= 12) this.#bill(order, payer, amount)
    else if (order !== undefined) this.#close(order)
  }

  check(): void {
    const { ledger, budgets, timeUs } = this.world
    const totals = ledger.trialBalance()
    expect(totals.reduce((sum, { debitMicro }) => sum + debitMicro, 0n)).toBe(0n)
    const rows = ledger.tables[0]!.rows() as { code: number; debitMicro: bigint }[]
    const below = rows.filter((row) => NEVER_NEGATIVE.has(row.code) && row.debitMicro > 0n)
    expect(below).toEqual([])
    const rooms = this.payers.map((payer) => budgets.headroom(payer, timeUs))
    expect(rooms).toEqual(this.payers.map((payer) => this.#room(payer)))
  }

  #say(act: () => unknown): void {
    this.answers.push(act() ?? null)
  }
  #payer(
    member: number,
    account: number,
    key: number,
    above: readonly number[],
    capMicro: bigint | null,
  ): void {
    this.payers.push({ member, account, key, chain: [key, ...above], capMicro })
    if (capMicro === null) return
    this.limits.set(`cap ${key}`, { scope: 'key', subject: key, period: 'total', limit: capMicro })
  }
  #setBudget(payer: Payer, b: number, amount: bigint): void {
    const scope = (['member', 'account', 'key'] as const)[b % 3]!
    const period = PERIODS[(b >> 2) % 3]!
    const subject = payer[scope]
    const limitMicro = b % 5 === 0 ? null : amount
    this.world.must(SYSTEM, { kind: 'SetBudget', scope, subject, period, limitMicro })
    const name = `${scope} ${subject} ${period}`
    if (limitMicro === null) this.limits.delete(name)
    else this.limits.set(name, { scope, subject, period, limit: limitMicro })
  }
  #issue(payer: Payer, b: number, amount: bigint): void {
    const capMicro = b % 2 === 0 ? null : amount
    const command = this.world.issueKey(payer, { scopes: ['keys'], capMicro })
    const { refusal, events } = this.world.run(payer, command)
    this.answers.push(refusal?.code ?? null)
    const [issued] = events
    if (issued?.kind !== 'KeyIssued') return
    this.#payer(payer.member, payer.account, issued.key, payer.chain, capMicro)
  }
  /** LED-020: what the check lets through never passes a budget. */
  #place(payer: Payer, b: number, wanted: bigint): void {
    const { ledger, budgets, timeUs } = this.world
    const before = this.#room(payer)
    // every third order goes to the edge of what is left, or one past it
    const amount = before !== null && b % 3 === 0 ? before + BigInt(b % 2) : wanted
    const refused = budgets.check(payer, Number(amount), timeUs)
    this.answers.push(refused)
    expect(refused === null).toBe(amount === 0n || before === null || amount <= before)
    if (refused !== null || ledger.available(payer.account) < amount) return
    const order = { payer, lease: ++this.#leases, held: amount, escrowed: 0n }
    this.orders.push(order)
    this.#move(order, [CHART.AVAILABLE, payer.account], [CHART.HOLD, payer.account], amount)
    budgets.commit(payer, Number(amount))
  }
  #fill(order: Order, wanted: bigint): void {
    const amount = wanted % 2n === 0n || wanted > order.held ? order.held : wanted
    this.#move(order, [CHART.HOLD, order.payer.account], [CHART.LEASE_ESCROW, order.lease], amount)
    order.held -= amount
    order.escrowed += amount
  }
  #bill(order: Order, seller: Path, wanted: bigint): void {
    const amount = wanted < order.escrowed ? wanted : order.escrowed
    const { payer } = order
    this.#move(order, [CHART.LEASE_ESCROW, order.lease], [CHART.EARNED, seller.account], amount)
    this.world.budgets.spend(payer, Number(amount), this.world.timeUs)
    this.spends.push({ payer, micro: amount, timeUs: this.world.timeUs })
    order.escrowed -= amount
  }
  #close(order: Order): void {
    const { payer, held, escrowed } = order
    this.#move(order, [CHART.HOLD, payer.account], [CHART.AVAILABLE, payer.account], held)
    this.#move(order, [CHART.LEASE_ESCROW, order.lease], [CHART.AVAILABLE, payer.account], escrowed)
    this.world.budgets.release(payer, Number(held + escrowed))
    Object.assign(order, { held: 0n, escrowed: 0n })
  }
  #move(
    order: Order,
    from: readonly [number, number],
    to: readonly [number, number],
    amountMicro: bigint,
  ): void {
    const ctx = this.world.context(SYSTEM)
    this.world.ledger.move(ctx, {
      rule: 'LED-007',
      subject: order.lease,
      from: { code: from[0], owner: from[1] },
      to: { code: to[0], owner: to[1] },
      amountMicro,
    })
    for (const event of ctx.events) {
      if (event.kind !== 'EntryPosted') continue
      expect(event.postings.reduce((sum, line) => sum + line.amountMicro, 0n)).toBe(0n)
    }
    this.answers.push(ctx.events)
  }

  /** The smallest room by the naive book. */
  #room(payer: Payer): bigint | null {
    let least: bigint | null = null
    for (const { scope, subject, period, limit } of this.limits.values()) {
      if (!binds(payer, scope, subject)) continue
      const used = this.#used(scope, subject, period)
      const room = used > limit ? 0n : limit - used
      if (least === null || room < least) least = room
    }
    return least
  }
  #used(scope: BudgetScope, subject: number, period: BudgetPeriod): bigint {
    const since = periodStart(period, this.world.timeUs)
    let used = 0n
    for (const { payer, held, escrowed } of this.orders) {
      if (binds(payer, scope, subject)) used += held + escrowed
    }
    for (const { payer, micro, timeUs } of this.spends) {
      if (timeUs >= since && binds(payer, scope, subject)) used += micro
    }
    return used
  }
}

function binds(payer: Payer, scope: BudgetScope, subject: number): boolean {
  return scope === 'key' ? payer.chain.includes(subject) : payer[scope] === subject
}

function periodStart(period: BudgetPeriod, timeUs: number): number {
  if (period === 'total') return 0
  const text = new Date(timeUs / 1_000).toISOString()
  return Date.parse(period === 'day' ? text.slice(0, 10) : `${text.slice(0, 7)}-01`) * 1_000
}

describe('money', () => {
  test.prop([fc.array(op, { maxLength: 120, size: 'max' })], { numRuns: cases(60) })(
    'LED-007, LED-008, LED-018, LED-020 to LED-022: sums of zero, nothing below zero, budgets as counted',
    (ops) => {
      const life = new Life().settle()
      for (const [index, one] of ops.entries()) {
        life.step(one)
        if (index % 4 === 0) life.check()
      }
      life.check()
    },
  )

  test.prop([fc.array(op, { maxLength: 60, size: 'max' }), fc.array(op, { maxLength: 30 })], {
    numRuns: cases(30),
  })('a snapshot is the same state: equal bytes, and equal answers ever after', (before, after) => {
    const life = new Life().settle()
    for (const one of before) life.step(one)
    const other = life.on(life.world.restored())
    expect(other.world.dump()).toEqual(life.world.dump())
    life.answers.length = 0
    for (const one of after) {
      life.step(one)
      other.step(one)
    }
    expect(other.answers).toEqual(life.answers)
    other.check()
    expect(other.world.dump()).toEqual(life.world.dump())
  })
})
