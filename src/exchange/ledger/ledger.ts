import { fail } from '../../kernel/index.ts'
import { CHART, CNY, NEVER_NEGATIVE, type BalanceView, type EventOf } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { AnyTable, Counters, Stateful } from '../table.ts'
import { addTo, Balances, type BalanceRow } from './balances.ts'
import { Liens } from './liens.ts'
import { EntryRule, Lines } from './tell.ts'
import { Withdrawals } from './withdrawals.ts'

/** Where money lies: a code of the chart of accounts, and its owner (an account, a lease or 0). */
export interface Place {
  readonly code: number
  readonly owner: number
}
/** One line: debit positive; CNY unless it says otherwise. */
export interface PostingLine extends Place {
  readonly asset?: string
  readonly amountMicro: bigint
}
interface EntryHead {
  /** rulebook id, at most 16 bytes */
  readonly rule: string
  /** the order, lease or withdrawal that it is about */
  readonly subject: number
}
export interface Entry extends EntryHead {
  readonly postings: readonly PostingLine[]
}
export interface Move extends EntryHead {
  readonly from: Place
  readonly to: Place
  readonly asset?: string
  readonly amountMicro: bigint
}
/** Of a lease, in micro-units: what its trade took, and what of it is escrow. */
interface Escrowed {
  readonly takenMicro: number
  readonly principalMicro: number
  readonly feeMicro: number
}
/** In micro-units: what a trade took from the buyer's hold, and what of it is for whom. */
interface Paid {
  readonly takenMicro: number
  readonly principalMicro: number
  readonly feeMicro: number
  readonly commissionMicro: number
}
/** Sum over all owners of one code in one asset, debit positive. */
export interface CodeTotal {
  readonly asset: string
  readonly code: number
  readonly debitMicro: bigint
}

const ESCROW = new EntryRule('DLV-010')
const PAY = new EntryRule('TRD-037')

const MEMBER_CODES = [CHART.AVAILABLE, CHART.HOLD, CHART.EARNED, CHART.WITHDRAWAL]

/** Double-entry books (spec/finance.md section 6): every entry sums to zero per asset. */
export class LedgerDesk implements Stateful {
  readonly #rules: () => number
  readonly #balances: Balances
  /** of the entry that is being made */
  readonly #lines = new Lines()
  readonly withdrawals: Withdrawals
  readonly liens: Liens
  readonly tables: readonly AnyTable[]

  /** `rules` gives the rule version in force, which every entry names. */
  constructor(counters: Counters, rules: () => number) {
    this.#rules = rules
    this.#balances = new Balances(counters)
    this.withdrawals = new Withdrawals(counters)
    this.liens = new Liens(counters)
    this.tables = [...this.#balances.tables, ...this.withdrawals.tables, ...this.liens.tables]
  }

  /**
   * Posts a balanced entry; lines of zero are left out and an empty entry is no entry. Asserts that
   * the lines sum to zero per asset, that no balance of NEVER_NEGATIVE falls below zero and that
   * none passes the safe integers: callers check first, so a breach is a bug.
   */
  post(ctx: Context, entry: Entry): void {
    const postings: EventOf<'EntryPosted'>['postings'] = []
    const touched: BalanceRow[] = []
    for (const { code, owner, asset = CNY, amountMicro } of entry.postings) {
      if (amountMicro === 0n) continue
      const row = this.#balances.findOrOpen(code, owner, asset)
      addTo(row, Number(amountMicro))
      postings.push({ code, owner, asset, amountMicro })
      touched.push(row)
    }
    if (postings.length === 0) return
    if (unbalancedAsset(postings) !== null) fail(`${entry.rule}: the entry does not sum to zero`)
    for (const row of touched) {
      const isBelow = row.debitMicro > 0 && NEVER_NEGATIVE.has(row.code)
      if (isBelow) fail(`${entry.rule}: ${row.code} of ${row.owner} falls below zero`)
      this.#balances.dropIfDone(row)
    }
    const { rule, subject } = entry
    ctx.emit({ kind: 'EntryPosted', rule, subject, rules: this.#rules(), postings })
  }

  /** Debits `from` and credits `to`: between liabilities, the money goes from one to the other. */
  move(ctx: Context, { rule, subject, from, to, asset = CNY, amountMicro }: Move): void {
    if (amountMicro < 0n) fail(`${rule}: a move of ${amountMicro}`)
    const postings = [
      { code: from.code, owner: from.owner, asset, amountMicro },
      { code: to.code, owner: to.owner, asset, amountMicro: -amountMicro },
    ]
    this.post(ctx, { rule, subject, postings })
  }

  /**
   * Moves free money of an account into the hold of an order, or back where `amountMicro` is below
   * zero: `move` for the two entries that nearly every order has. Asserts as `post` does.
   */
  hold(ctx: Context, account: number, by: EntryRule, order: number, amountMicro: number): void {
    this.#balances.shift(account, amountMicro)
    const lines = this.#lines
    lines.clear()
    if (amountMicro > 0) lines.add(CHART.AVAILABLE, account, amountMicro)
    lines.add(CHART.HOLD, account, -amountMicro)
    if (amountMicro < 0) lines.add(CHART.AVAILABLE, account, amountMicro)
    lines.tell(ctx, by, order, this.#rules())
  }

  /**
   * What a trade took out of the hold of an account goes into the escrow of its lease, and the rest of
   * it back to free money: `post` for the entry that every trade has. Asserts as `post` does.
   */
  escrow(
    ctx: Context,
    account: number,
    lease: number,
    { takenMicro, principalMicro, feeMicro }: Escrowed,
  ): void {
    const freedMicro = takenMicro - principalMicro - feeMicro
    if (freedMicro < 0) fail(`${ESCROW.rule}: more than the hold of ${account} gave`)
    const lines = this.#lines
    lines.clear()
    lines.add(CHART.HOLD, account, takenMicro)
    lines.add(CHART.LEASE_ESCROW, lease, -principalMicro)
    lines.add(CHART.FEE_ESCROW, lease, -feeMicro)
    lines.add(CHART.AVAILABLE, account, -freedMicro)
    this.#post(ctx, ESCROW, lease, account)
  }

  /**
   * A trade that is paid at once: out of the buyer's hold to the seller less its commission, fees to
   * the venue, the rest back to the buyer. Asserts as `post` does.
   */
  pay(
    ctx: Context,
    trade: number,
    buyer: number,
    seller: number,
    { takenMicro, principalMicro, feeMicro, commissionMicro }: Paid,
  ): void {
    const freedMicro = takenMicro - principalMicro - feeMicro
    if (freedMicro < 0 || commissionMicro > principalMicro) fail(`${PAY.rule}: more than was taken`)
    const lines = this.#lines
    lines.clear()
    lines.add(CHART.HOLD, buyer, takenMicro)
    lines.add(CHART.AVAILABLE, seller, commissionMicro - principalMicro)
    lines.add(CHART.COMMISSION, 0, -commissionMicro)
    lines.add(CHART.FEES, 0, -feeMicro)
    lines.add(CHART.AVAILABLE, buyer, -freedMicro)
    this.#post(ctx, PAY, trade, buyer)
  }

  /** Credit balance in micro-units: what a liability, equity or revenue code holds. */
  credit(code: number, owner: number, asset: string = CNY): bigint {
    return -this.debit(code, owner, asset)
  }
  /** Debit balance in micro-units: what an asset code such as the bank holds. */
  debit(code: number, owner: number, asset: string = CNY): bigint {
    return BigInt(this.#balances.find(code, owner, asset)?.debitMicro ?? 0)
  }
  /** Free money of an account. */
  available(account: number, asset: string = CNY): bigint {
    return this.credit(CHART.AVAILABLE, account, asset)
  }
  /** Free CNY of an account, as the safe integer that it is. */
  availableMicro(account: number): number {
    return this.#balances.freeMicro(account)
  }

  /** The parts of an account's money that the ledger knows by account. */
  balanceParts(account: number, asset: string = CNY): Omit<BalanceView, 'escrowedMicro'> {
    return {
      asset,
      availableMicro: this.available(account, asset),
      heldMicro: this.credit(CHART.HOLD, account, asset),
      earnedMicro: this.credit(CHART.EARNED, account, asset),
      withdrawingMicro: this.credit(CHART.WITHDRAWAL, account, asset),
    }
  }
  /** All money of an account, CNY always; escrow is by lease, so `escrowed` sums it by asset. */
  balanceViews(account: number, escrowed: (asset: string) => bigint): BalanceView[] {
    const assets = new Set([CNY, ...this.#balances.assetsOf(account, MEMBER_CODES)])
    return [...assets].map((asset) => ({
      ...this.balanceParts(account, asset),
      escrowedMicro: escrowed(asset),
    }))
  }
  /** Total of every code by asset, sorted; the totals of an asset sum to zero. */
  trialBalance(): CodeTotal[] {
    const totals = new Map<string, { asset: string; code: number; debitMicro: bigint }>()
    for (const { asset, code, debitMicro } of this.#balances.values()) {
      const key = `${asset} ${code}`
      const total = totals.get(key) ?? { asset, code, debitMicro: 0n }
      total.debitMicro += BigInt(debitMicro)
      totals.set(key, total)
    }
    return [...totals.values()].toSorted(
      (a, b) => (a.asset < b.asset ? -1 : a.asset > b.asset ? 1 : 0) || a.code - b.code,
    )
  }

  /** Every balance that is not zero, debit positive. */
  balances(): { code: number; owner: number; asset: string; amountMicro: bigint }[] {
    return this.#balances.values().map(({ code, owner, asset, debitMicro }) => ({
      code,
      owner,
      asset,
      amountMicro: BigInt(debitMicro),
    }))
  }

  rebuild(): void {
    this.#balances.rebuild()
    this.withdrawals.rebuild()
    this.liens.rebuild()
  }

  /** An entry in CNY that has no lines yet: the caller adds them, then calls `postLines`. */
  newLines(): Lines {
    this.#lines.clear()
    return this.#lines
  }
  /** `post` of what was added to `newLines`, a balance no more than once. Asserts as `post` does. */
  postLines(ctx: Context, by: EntryRule, subject: number): void {
    const lines = this.#lines
    if (lines.count === 0) return
    let sum = 0
    for (let at = 0; at < lines.count; at++) {
      const code = lines.code(at)
      const micro = lines.micro(at)
      const debit = this.#balances.add(code, lines.owner(at), micro)
      sum += micro
      if (micro > 0 && debit > 0 && NEVER_NEGATIVE.has(code)) {
        fail(`${by.rule}: ${code} of ${lines.owner(at)} falls below zero`)
      }
    }
    if (sum !== 0) fail(`${by.rule}: the entry does not sum to zero`)
    lines.tell(ctx, by, subject, this.#rules())
  }

  /** Posts the lines, of which one takes from the hold of an account. */
  #post(ctx: Context, by: EntryRule, subject: number, holder: number): void {
    const lines = this.#lines
    if (lines.count === 0) return
    for (let at = 0; at < lines.count; at++) {
      this.#balances.add(lines.code(at), lines.owner(at), lines.micro(at))
    }
    if (this.#balances.heldMicro(holder) < 0)
      fail(`${by.rule}: the hold of ${holder} falls below zero`)
    lines.tell(ctx, by, subject, this.#rules())
  }
}

/** The first asset whose lines do not sum to zero, or null. */
export function unbalancedAsset(
  postings: readonly { readonly asset: string; readonly amountMicro: bigint }[],
): string | null {
  const first = postings[0]?.asset
  let firstSum = 0n
  let others: Map<string, bigint> | null = null
  for (const { asset, amountMicro } of postings) {
    if (asset === first) firstSum += amountMicro
    else {
      others ??= new Map()
      others.set(asset, (others.get(asset) ?? 0n) + amountMicro)
    }
  }
  if (firstSum !== 0n) return first ?? null
  for (const [asset, sum] of others ?? []) if (sum !== 0n) return asset
  return null
}
