/** Budgets as an auditor keeps them: nobody along the path of an order spends more than its cap. */
import type { BudgetPeriod, Event, EventOf } from '../../../src/messages/index.ts'
import { must } from '../violation.ts'
import { AVAILABLE, Money } from './money.ts'
import type { Market } from './market.ts'
import type { Leases } from './leases.ts'

const DAY_US = 86_400_000_000

interface Spender {
  readonly name: string
  committedMicro: bigint
  spentMicro: bigint
  /** in the present day and month; less than the truth where a Tick spans two of them */
  day: number
  dayMicro: bigint
  month: string
  monthMicro: bigint
  readonly limits: Map<BudgetPeriod, bigint>
  capMicro: bigint | null
}

export class Budgets {
  readonly memberOf = new Map<number, number>()
  readonly #spenders = new Map<string, Spender>()
  readonly #keys = new Map<number, { account: number; issuedBy: number }>()
  readonly #market: Market
  readonly #leases: Leases
  readonly #orderOf = new Map<number, { account: number; key: number }>()
  #timeUs = 0

  constructor(market: Market, leases: Leases) {
    this.#market = market
    this.#leases = leases
  }

  read(event: Event, timeUs: number): void {
    switch (event.kind) {
      case 'AccountOpened':
        this.memberOf.set(event.account, event.member)
        return
      case 'KeyIssued':
        this.#keys.set(event.key, event)
        this.#spender('key', event.key).capMicro = event.capMicro
        return
      case 'BudgetSet': {
        const { limits } = this.#spender(event.scope, event.subject)
        if (event.limitMicro === null) limits.delete(event.period)
        else limits.set(event.period, event.limitMicro)
        return
      }
      case 'EntryPosted':
        return this.#posted(event, timeUs)
      default:
    }
  }
  /** After a record: spending of a Tick belongs to the day in which its timers were due. */
  settle(timeUs: number): void {
    this.#timeUs = timeUs
  }
  /** Committed and spent in all, of a subject. */
  usedBy(scope: string, subject: number): { committedMicro: bigint; spentMicro: bigint } {
    return this.#spender(scope, subject)
  }

  #posted({ rule, subject, postings }: EventOf<'EntryPosted'>, timeUs: number): void {
    if (rule === 'TRD-010' || rule === 'TRD-012') {
      const order = this.#market.orders.get(subject)
      must(order !== undefined, 'budget', () => `${rule} of order ${subject}`)
      this.#commit(order, Money.at(postings, AVAILABLE, order.account), timeUs)
      return
    }
    if (!rule.startsWith('DLV-01') && rule !== 'DSP-005') return
    const path = this.#pathOf(subject)
    if (path === null) return
    if (rule === 'DLV-012') {
      const paid = postings.reduce(
        (sum, each) => (each.amountMicro > 0n ? sum + each.amountMicro : sum),
        0n,
      )
      this.#spend(path, paid, timeUs)
    } else if (
      rule === 'DLV-010' ||
      rule === 'DLV-013' ||
      rule === 'DLV-016' ||
      rule === 'DSP-005'
    ) {
      this.#commit(path, Money.at(postings, AVAILABLE, path.account), timeUs)
    }
  }
  /** The lease is known by its event only after its first entry: then its buyer is on the entry. */
  #pathOf(lease: number): { account: number; key: number } | null {
    const known = this.#leases.leases.get(lease)
    if (known !== undefined) return { account: known.buyAccount, key: known.key }
    return this.#orderOf.get(lease) ?? null
  }
  /** A trade was made: its lease will spend the buyer's money. */
  traded({ lease, buyOrder }: EventOf<'TradeExecuted'>): void {
    const order = this.#market.orders.get(buyOrder)
    if (order !== undefined) this.#orderOf.set(lease, { account: order.account, key: order.key })
  }
  opened(lease: number): void {
    this.#orderOf.delete(lease)
  }

  #commit(path: { account: number; key: number }, moreMicro: bigint, timeUs: number): void {
    for (const spender of this.#along(path)) {
      spender.committedMicro += moreMicro
      must(spender.committedMicro >= 0n, 'budget', () => `${spender.name} committed below zero`)
      if (moreMicro > 0n) this.#mustKeep(spender, timeUs)
    }
  }
  #spend(path: { account: number; key: number }, micro: bigint, timeUs: number): void {
    const isSure = sameDay(this.#timeUs, timeUs)
    for (const spender of this.#along(path)) {
      spender.committedMicro -= micro
      spender.spentMicro += micro
      must(spender.committedMicro >= 0n, 'budget', () => `${spender.name} committed below zero`)
      this.#turn(spender, timeUs)
      if (!isSure) continue
      spender.dayMicro += micro
      spender.monthMicro += micro
    }
  }
  #mustKeep(spender: Spender, timeUs: number): void {
    if (spender.limits.size === 0 && spender.capMicro === null) return
    this.#turn(spender, timeUs)
    const { limits, capMicro, committedMicro } = spender
    const spent = { total: spender.spentMicro, day: spender.dayMicro, month: spender.monthMicro }
    for (const period of ['total', 'day', 'month'] as const) {
      const limit = limits.get(period)
      const caps = [limit, period === 'total' ? capMicro : null]
      for (const cap of caps) {
        if (cap === null || cap === undefined) continue
        const used = spent[period] + committedMicro
        must(used <= cap, 'budget', () => `${spender.name} ${period}: ${used} of ${cap}`)
      }
    }
  }
  #turn(spender: Spender, timeUs: number): void {
    const day = Math.floor(timeUs / DAY_US)
    if (day === spender.day) return
    Object.assign(spender, { day, dayMicro: 0n })
    const month = new Date(timeUs / 1_000).toISOString().slice(0, 7)
    if (month !== spender.month) Object.assign(spender, { month, monthMicro: 0n })
  }
  /** Member, account, key and every key that it was issued from. */
  *#along({ account, key }: { account: number; key: number }): Generator<Spender> {
    yield this.#spender('member', this.memberOf.get(account) ?? 0)
    yield this.#spender('account', account)
    const member = this.memberOf.get(account)
    for (let id = key; id !== 0; id = this.#keys.get(id)?.issuedBy ?? 0) {
      // A key of another member, the operator's, issues first keys: no money of its own is spent.
      if (this.memberOf.get(this.#keys.get(id)?.account ?? 0) !== member) return
      yield this.#spender('key', id)
    }
  }
  #spender(scope: string, subject: number): Spender {
    const name = `${scope} ${subject}`
    let found = this.#spenders.get(name)
    if (found === undefined) {
      const nothing = { committedMicro: 0n, spentMicro: 0n, dayMicro: 0n, monthMicro: 0n }
      found = { name, ...nothing, day: 0, month: '', limits: new Map(), capMicro: null }
      this.#spenders.set(name, found)
    }
    return found
  }
}

function sameDay(a: number, b: number): boolean {
  return Math.floor(a / DAY_US) === Math.floor(b / DAY_US)
}
