/** For tests: all desks up to trading, driven command by command as the whole table does. */
import { decode, encode, type Codec } from '../kernel/index.ts'
import {
  CHART,
  type Command,
  type CommandKind,
  type CommandOf,
  type Event,
  type EventKind,
  type EventOf,
  type LegalMode,
  type Refusal,
} from '../messages/index.ts'
import { CapacityDesk } from './capacity/capacity.ts'
import { capacityRules, endCommitment } from './capacity/rules.ts'
import { CatalogDesk } from './catalog/catalog.ts'
import { catalogRules } from './catalog/rules.ts'
import type { Context } from './context.ts'
import { ChallengesDesk } from './challenges/challenges.ts'
import { EvaluationDesk } from './evaluation/evaluation.ts'
import { expireEvaluation } from './evaluation/assess.ts'
import { evaluationRules } from './evaluation/rules.ts'
import { MoneyWorld, OPERATOR, type Who } from './ledger/money-world.ts'
import type { Rule } from './rule.ts'
import type { AnyTable, Stateful } from './table.ts'
import type { OrderRow } from './trading/rows.ts'
import { tradingRules } from './trading/rules.ts'
import { TradingDesk } from './trading/trading.ts'
import type { Fill } from './trading/world.ts'

type Done = { refusal: Refusal | null; events: Event[]; fills: Fill[] }

export class TradingFixture {
  readonly money: MoneyWorld
  mode: LegalMode = 'SIMULATED'
  readonly counters
  readonly timers
  readonly members
  readonly ledger
  readonly budgets
  readonly catalog: CatalogDesk
  readonly capacity: CapacityDesk
  readonly evaluation: EvaluationDesk
  readonly trading: TradingDesk
  readonly delivers = true
  #fills: Fill[] = []

  constructor(money: MoneyWorld = new MoneyWorld()) {
    this.money = money
    this.counters = money.counters
    this.timers = money.timers
    this.members = money.members
    this.ledger = money.ledger
    this.budgets = money.budgets
    this.catalog = new CatalogDesk(() => this.mode)
    this.capacity = new CapacityDesk(this.catalog, this.counters)
    this.evaluation = new EvaluationDesk(this.catalog, new ChallengesDesk(this.counters))
    this.trading = new TradingDesk(this)
  }

  get timeUs(): number {
    return this.money.timeUs
  }
  /** What was taken goes into escrow whole, as the delivery desk would move it. */
  readonly filled = (ctx: Context, fills: readonly Fill[]): void => {
    for (const fill of fills) {
      this.#fills.push(fill)
      const { takenPrincipalMicro, takenFeeMicro, trade, buyOrder } = fill
      this.ledger.move(ctx, {
        rule: 'DLV-010',
        subject: trade,
        from: { code: CHART.HOLD, owner: buyOrder.account },
        to: { code: CHART.LEASE_ESCROW, owner: trade },
        amountMicro: BigInt(takenPrincipalMicro + takenFeeMicro),
      })
    }
  }
  readonly supplied = (ctx: Context, nodes: Iterable<number>): void => {
    for (const node of nodes) {
      this.filled(ctx, this.trading.refreshNode(ctx, node))
      for (const { order } of this.trading.market.offersOfNode(node)) {
        if (order === null) continue
        const { instrument } = this.trading.market.orders.must(order)
        for (const { fills } of this.trading.retryNeeds(ctx, instrument)) this.filled(ctx, fills)
      }
    }
  }
  readonly regrade = (ctx: Context, nodes: Iterable<number>): void => {
    for (const node of nodes) {
      if (this.evaluation.gradeAll(ctx, this.catalog.mustNode(node))) this.supplied(ctx, [node])
    }
  }

  /** Checks and, unless refused, applies. */
  run(who: Who, command: Command): Done {
    const rule = RULES[command.kind]
    if (rule === undefined) return { ...this.money.run(who, command), fills: [] }
    const ctx = this.money.context(who)
    this.#fills = []
    let refusal = this.members.authorize(ctx, rule.scope)
    for (const check of rule.checks) refusal ??= check(this, ctx, command)
    if (refusal === null) rule.apply(this, ctx, command)
    return { refusal, events: ctx.events, fills: this.#fills }
  }
  code(who: Who, command: Command): string | null {
    return this.run(who, command).refusal?.code ?? null
  }
  must(who: Who, command: Command): Done {
    const done = this.run(who, command)
    if (done.refusal !== null) throw new Error(JSON.stringify(done.refusal))
    return done
  }
  /** Does something that no command of these desks does, and gives its events. */
  act(work: (ctx: Context) => readonly Fill[]): Done {
    const ctx = this.money.context({ account: 0, key: 0 })
    this.#fills = []
    this.filled(ctx, work(ctx))
    return { refusal: null, events: ctx.events, fills: this.#fills }
  }
  refresh(node: number): Done {
    return this.act((ctx) => this.trading.refreshNode(ctx, node))
  }

  /** Fires timers of orders and offers up to the new time, as Tick does. */
  wait(seconds: number): void {
    this.money.timeUs += seconds * 1_000_000
    for (;;) {
      const timer = this.timers.take(this.money.timeUs)
      if (timer === null) return
      this.act((ctx) => {
        ctx.timeUs = timer.dueUs
        if (timer.kind === 'offer_expiry') this.trading.expireOffer(ctx, timer.subject)
        if (timer.kind === 'grade_expiry') expireEvaluation(this, ctx, timer.subject)
        if (timer.kind === 'order_expiry') {
          this.supplied(ctx, this.trading.expire(ctx, timer.subject))
        }
        if (timer.kind === 'commitment_end') return this.#endCommitment(ctx, timer.subject)
        if (timer.kind !== 'commitment_start') return []
        return this.trading.refreshNode(ctx, this.capacity.commitment(timer.subject)!.node)
      })
    }
  }
  #endCommitment(ctx: Context, commitment: number): Fill[] {
    const { node } = this.capacity.commitment(commitment)!
    endCommitment(this, ctx, commitment)
    return this.trading.refreshNode(ctx, node)
  }

  /** Another fixture made from the bytes of all tables. */
  restored(): TradingFixture {
    const other = new TradingFixture(this.money.restored())
    other.mode = this.mode
    const to = other.#parts.flatMap((part): AnyTable[] => [...part.tables])
    for (const [index, bytes] of this.dump().entries()) {
      const table = to[index]!
      table.load(decode(table.codec, bytes))
    }
    for (const part of other.#parts) part.rebuild()
    return other
  }
  dump(): Uint8Array[] {
    return this.#parts.flatMap(({ tables }) =>
      tables.map((table) => encode(table.codec as unknown as Codec<unknown[]>, table.rows())),
    )
  }
  get #parts(): readonly Stateful[] {
    return [this.catalog, this.capacity, this.evaluation, this.trading]
  }
}

/** The events of one kind. */
export function only<K extends EventKind>(events: readonly Event[], kind: K): EventOf<K>[] {
  return events.filter((event): event is EventOf<K> => event.kind === kind)
}

interface AnyRule {
  readonly scope: Rule<'AddHub', TradingFixture>['scope']
  readonly checks: readonly ((x: TradingFixture, actor: Context, c: Command) => Refusal | null)[]
  readonly apply: (x: TradingFixture, ctx: Context, c: Command) => void
}
const RULES = {
  ...catalogRules,
  ...capacityRules,
  ...evaluationRules,
  ...tradingRules,
} as unknown as Partial<Record<CommandKind, AnyRule>>

export const SCOPES: CommandOf<'IssueKey'>['scopes'] = ['read', 'trade', 'deliver', 'provide']

/** A market of one hub and one product: core units of 1 core and 1,024 MiB, grade U. */
export class Bazaar extends TradingFixture {
  readonly hub: number
  readonly sku: number
  readonly instrument: number
  readonly seller: Who
  readonly buyer: Who

  constructor(terms: Partial<CommandOf<'ListInstrument'>> = {}) {
    super()
    const name = { en: 'x', zh: 'x' }
    this.must(OPERATOR, { kind: 'AddHub', code: 'H1', name })
    this.hub = 1
    const bundle = { cores: 1, memoryMib: 1_024, diskMib: 0, cards: 0 }
    this.must(OPERATOR, {
      kind: 'DefineSku',
      code: 'CORE',
      class: 'cpu',
      unit: 'core',
      bundle,
      name,
    })
    this.sku = 1
    this.instrument = this.list(terms)
    this.seller = this.money.join('seller', SCOPES)
    this.buyer = this.trader('buyer', 1_000_000_000n)
  }

  list(terms: Partial<CommandOf<'ListInstrument'>>): number {
    const { events } = this.must(OPERATOR, { ...LISTING, ...terms })
    return only(events, 'InstrumentListed')[0]!.instrument
  }
  trader(handle: string, amountMicro: bigint): Who {
    const who = this.money.join(handle, SCOPES)
    this.money.deposit(who.account, amountMicro)
    return who
  }
  /** A node, attested, online and connected. */
  node(cores: number, memoryMib = cores * 1_024, owner = this.seller): number {
    const number = this.catalog.nodes.size + 1
    const { events } = this.must(owner, {
      kind: 'RegisterNode',
      site: this.siteOf(owner),
      handle: `n${number}`,
      publicKey: number.toString(16).padStart(64, '0'),
    })
    const node = only(events, 'NodeRegistered')[0]!.node
    this.attest(node, cores, memoryMib)
    this.must(owner, { kind: 'SetNodeStatus', node, status: 'online', reason: '' })
    this.catalog.mustNode(node).connected = true
    return node
  }
  siteOf(owner: Who): number {
    const there = this.catalog.sites.rows().find((row) => row.account === owner.account)
    if (there !== undefined) return there.site
    const { events } = this.must(owner, { kind: 'AddSite', hub: this.hub, handle: 's' })
    return only(events, 'SiteAdded')[0]!.site
  }
  attest(node: number, cores: number, memoryMib = cores * 1_024): void {
    const attested = { cores, memoryMib, diskMib: 0, cards: 0 }
    const reserve = { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 }
    const inventoryDigest = 'ab'.repeat(32)
    this.must(this.ownerOf(node), {
      kind: 'AttestNode',
      node,
      attested,
      reserve,
      isolation: 'namespaces',
      inventoryDigest,
    })
  }
  /** Someone who may act for the node's account. */
  ownerOf(node: number): Who {
    const { account } = this.catalog.mustNode(node)
    return { account, key: this.members.keyViews(account)[0]!.key }
  }
  offer(node: number, priceTicks: number, maxUnits: number, sku = this.sku): Done {
    return this.must(this.ownerOf(node), {
      kind: 'SetOffer',
      node,
      sku,
      priceTicks,
      maxUnits,
      untilUs: null,
    })
  }
  buy(fields: Partial<CommandOf<'PlaceOrder'>>): CommandOf<'PlaceOrder'> {
    return { ...ORDER, instrument: this.instrument, ...fields }
  }
  /** Places an order that must not be refused; what it is afterwards, and its fills. */
  place(who: Who, c: CommandOf<'PlaceOrder'>): Done & { order: number; row: OrderRow } {
    const done = this.must(who, c)
    const { order } = only(done.events, 'OrderPlaced')[0]!
    return { ...done, order, row: this.trading.market.find(order)! }
  }
  held(who: Who): bigint {
    return this.ledger.credit(CHART.HOLD, who.account)
  }
  sell(fields: Partial<CommandOf<'PlaceOrder'>>): CommandOf<'PlaceOrder'> {
    return { ...ORDER, instrument: this.instrument, side: 'sell', ...fields }
  }
  depth(): { bids: [number, number, number][]; asks: [number, number, number][] } {
    const book = this.trading.market.book(this.instrument)
    return { bids: book.levels('buy', 100), asks: book.levels('sell', 100) }
  }
}

export const LISTING: CommandOf<'ListInstrument'> = {
  kind: 'ListInstrument',
  symbol: 'CORE.U.H1',
  sku: 1,
  grade: 'U',
  hub: 1,
  tickMicro: 1_000n,
  referenceTicks: 0,
  bandPpm: 0,
  makerFeePpm: 200,
  takerFeePpm: 500,
  sellerFeePpm: 300,
  horizonSeconds: 3_600,
  noticeSeconds: 600,
  interruptible: false,
}
const ORDER: CommandOf<'PlaceOrder'> = {
  kind: 'PlaceOrder',
  instrument: 1,
  side: 'buy',
  type: 'limit',
  units: 1,
  priceTicks: 100,
  timeInForce: 'GTC',
  expiresAtUs: null,
  postOnly: false,
  allOrNone: false,
  colocate: false,
  minUnits: 0,
  standing: false,
  selfTrade: 'expire_maker',
  horizonSeconds: 0,
  durationSeconds: null,
  capMicro: null,
  clientOrderId: null,
  capacity: 'principal',
  onBehalfOf: null,
  node: null,
  workload: null,
  retryTicks: null,
}
