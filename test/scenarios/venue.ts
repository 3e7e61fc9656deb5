/** A small venue for scenario tests: one hub, one seller with one node, one buyer, clock in hand. */
import { newCommandId, US_PER_SECOND } from '../../src/kernel/index.ts'
import { Exchange } from '../../src/exchange/index.ts'
import type {
  Command,
  CommandOf,
  Event,
  EventKind,
  EventOf,
  LegalMode,
  Outcome,
  Role,
  Scope,
} from '../../src/messages/index.ts'

export const START_US = 1_780_000_000 * US_PER_SECOND
const SCOPES: Scope[] = ['read', 'trade', 'deliver', 'transfer', 'withdraw', 'keys']

export interface Party {
  readonly member: number
  readonly account: number
  readonly key: number
}

export interface VenueOptions {
  readonly mode?: LegalMode
  readonly cores?: number
  readonly memoryMib?: number
  readonly priceTicks?: number
  readonly depositMicro?: bigint
  readonly horizonSeconds?: number
  readonly interruptible?: boolean
  readonly retentionSeconds?: number
  readonly makerFeePpm?: number
  readonly takerFeePpm?: number
  readonly sellerFeePpm?: number
}

export class Venue {
  exchange: Exchange
  timeUs = START_US
  readonly operator: Party = { member: 1, account: 1, key: 1 }
  buyer!: Party
  seller!: Party
  hub = 0
  sku = 0
  instrument = 0
  node = 0
  daemonKey = 0
  /** told of every record: what a journal would keep */
  onRecord: (record: Parameters<Exchange['execute']>[0], outcome: Outcome) => void = () => {}
  /** every event since the last `takeEvents`, timers' too */
  #seen: Event[] = []
  #ids = 0

  constructor(exchange = new Exchange()) {
    this.exchange = exchange
  }

  /** Submits one command and returns its outcome. */
  submit(by: Party | null, command: Command): Outcome {
    const random = new Uint8Array(10)
    new DataView(random.buffer).setUint32(6, ++this.#ids)
    const id = newCommandId(Math.floor(this.timeUs / 1000), random)
    const account = by?.account ?? 0
    const key = by?.key ?? 0
    this.#tick()
    return this.#execute({ account, key, id, command })
  }
  /** Submits a command that must be done; returns its events. */
  done(by: Party | null, command: Command): Event[] {
    const { refusal, events } = this.submit(by, command)
    if (refusal !== null) throw new Error(`${command.kind}: ${JSON.stringify(refusal)}`)
    return events
  }
  /** Submits a command that must be refused; returns the code. */
  refused(by: Party | null, command: Command): string {
    const { refusal } = this.submit(by, command)
    if (refusal === null) throw new Error(`${command.kind} was not refused`)
    return refusal.code
  }
  /** Lets the clock run and fires what is due on the way; returns the events of the timers. */
  wait(seconds: number): Event[] {
    const untilUs = this.timeUs + Math.round(seconds * US_PER_SECOND)
    const events: Event[] = []
    for (;;) {
      const dueUs = this.exchange.nextDueUs()
      if (dueUs === null || dueUs > untilUs) break
      this.timeUs = Math.max(this.timeUs, dueUs)
      events.push(...this.#tick())
    }
    this.timeUs = untilUs
    return events
  }
  /** Everything that happened since the last call. */
  takeEvents(): Event[] {
    return this.#seen.splice(0)
  }
  /** Snapshot and restart. */
  restart(): void {
    const bytes = this.exchange.snapshot()
    this.exchange = new Exchange()
    this.exchange.load(bytes)
  }

  #tick(): Event[] {
    const events: Event[] = []
    for (;;) {
      const dueUs = this.exchange.nextDueUs()
      if (dueUs === null || dueUs > this.timeUs) return events
      const command = { kind: 'Tick', limit: 1000 } as const
      events.push(...this.#execute({ account: 0, key: 0, id: '0'.repeat(32), command }).events)
    }
  }
  #execute(envelope: Parameters<Exchange['execute']>[0]['envelope']): Outcome {
    const record = { seq: this.exchange.lastSeq + 1, timeUs: this.timeUs, envelope }
    const outcome = this.exchange.execute(record)
    this.onRecord(record, outcome)
    this.#seen.push(...outcome.events)
    return outcome
  }
}

/** The one event of a kind; throws when there is none or more than one. */
export function only<K extends EventKind>(events: readonly Event[], kind: K): EventOf<K> {
  const found = all(events, kind)
  if (found.length !== 1) throw new Error(`${found.length} events ${kind}`)
  return found[0] as EventOf<K>
}
export function all<K extends EventKind>(events: readonly Event[], kind: K): EventOf<K>[] {
  return events.filter((each): each is EventOf<K> => each.kind === kind)
}

/** A venue with a seller whose node is on offer and a buyer with money. */
export function openVenue(options: VenueOptions = {}, v = new Venue()): Venue {
  v.done(null, {
    kind: 'Genesis',
    venue: 'test',
    exchangePublicKey: '11'.repeat(32),
    rules: 1,
    mode: options.mode ?? 'SIMULATED',
    retentionSeconds: options.retentionSeconds ?? 0,
    operatorSecret: '22'.repeat(32),
  })
  v.buyer = openParty(v, 'buyer', SCOPES)
  v.seller = openParty(v, 'provider', [...SCOPES, 'provide', 'evaluate'])
  deposit(v, v.buyer, options.depositMicro ?? 100_000_000n)
  listGoods(v, options)
  addNode(v, options)
  return v
}

export function openParty(v: Venue, role: Role | Role[], scopes: Scope[]): Party {
  const roles = typeof role === 'string' ? [role] : role
  const handle = `${roles.join('-')}-${v.exchange.lastSeq}`
  const { member } = only(v.done(v.operator, { kind: 'OpenMember', handle, roles }), 'MemberOpened')
  const opened = v.done(v.operator, { kind: 'OpenAccount', member, ownerGroup: 0, handle })
  const { account } = only(opened, 'AccountOpened')
  const secret = v.exchange.lastSeq.toString(16).padStart(64, '0')
  return { member, account, key: issueKey(v, account, scopes, { secret }) }
}

export function issueKey(
  v: Venue,
  account: number,
  scopes: Scope[],
  more: Partial<CommandOf<'IssueKey'>> = {},
): number {
  const issued = v.done(v.operator, {
    kind: 'IssueKey',
    account,
    user: null,
    node: null,
    label: 'test',
    credential: 'bearer',
    secret: v.exchange.lastSeq.toString(16).padStart(64, '0'),
    scopes,
    expiresAtUs: null,
    capMicro: null,
    ...more,
  })
  return only(issued, 'KeyIssued').key
}

export function deposit(v: Venue, party: Party, amountMicro: bigint): void {
  const { account } = party
  v.done(v.operator, { kind: 'Deposit', account, asset: 'CNY', amountMicro, reference: 'test' })
}

function listGoods(v: Venue, options: VenueOptions): void {
  const name = { en: 'test', zh: '测试' }
  v.hub = only(v.done(v.operator, { kind: 'AddHub', code: 'LAB', name }), 'HubAdded').hub
  const bundle = { cores: 1, memoryMib: 512, diskMib: 0, cards: 0 }
  const sku = { kind: 'DefineSku', code: 'cpu', class: 'cpu', unit: 'core', bundle, name } as const
  v.sku = only(v.done(v.operator, sku), 'SkuDefined').sku
  v.instrument = listInstrument(v, {
    makerFeePpm: options.makerFeePpm ?? 200,
    takerFeePpm: options.takerFeePpm ?? 500,
    sellerFeePpm: options.sellerFeePpm ?? 10_000,
    horizonSeconds: options.horizonSeconds ?? 3_600,
    interruptible: options.interruptible ?? false,
  })
}

/** Lists an instrument of the venue's SKU and hub. */
export function listInstrument(v: Venue, terms: Partial<CommandOf<'ListInstrument'>>): number {
  const listed = v.done(v.operator, {
    kind: 'ListInstrument',
    symbol: 'CPU.U.LAB',
    sku: v.sku,
    grade: 'U',
    hub: v.hub,
    tickMicro: 1_000n,
    referenceTicks: 100,
    bandPpm: 900_000,
    makerFeePpm: 200,
    takerFeePpm: 500,
    sellerFeePpm: 10_000,
    horizonSeconds: 3_600,
    noticeSeconds: 600,
    interruptible: false,
    ...terms,
  })
  return only(listed, 'InstrumentListed').instrument
}

/** Adds a connected node of the seller with an offer of all its units. */
export function addNode(v: Venue, options: VenueOptions = {}): void {
  const { seller } = v
  const handle = `n${v.exchange.lastSeq}`
  const { site } = only(v.done(seller, { kind: 'AddSite', hub: v.hub, handle }), 'SiteAdded')
  const publicKey = v.exchange.lastSeq.toString(16).padStart(64, 'a')
  const registered = v.done(seller, { kind: 'RegisterNode', site, handle, publicKey })
  v.node = only(registered, 'NodeRegistered').node
  const node = v.node
  v.daemonKey = issueKey(v, seller.account, ['provide'], {
    node,
    credential: 'ed25519',
    secret: publicKey,
  })
  const attested = {
    cores: options.cores ?? 4,
    memoryMib: options.memoryMib ?? 8_192,
    diskMib: 0,
    cards: 0,
  }
  const reserve = { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 }
  const inventoryDigest = '00'.repeat(32)
  v.done(seller, {
    kind: 'AttestNode',
    node,
    attested,
    reserve,
    isolation: 'namespaces',
    inventoryDigest,
  })
  v.done(seller, { kind: 'SetNodeStatus', node, status: 'online', reason: '' })
  v.done(null, { kind: 'ReportContact', node, connected: true })
  const priceTicks = options.priceTicks ?? 100
  v.done(seller, { kind: 'SetOffer', node, sku: v.sku, priceTicks, maxUnits: 64, untilUs: null })
}

/** The daemon of the venue's node, as who acts. */
export function daemon(v: Venue): Party {
  return { ...v.seller, key: v.daemonKey }
}

/** A buy order with the usual fields; override what the test is about. */
export function buy(
  v: Venue,
  more: Partial<CommandOf<'PlaceOrder'>> = {},
): CommandOf<'PlaceOrder'> {
  return {
    kind: 'PlaceOrder',
    instrument: v.instrument,
    side: 'buy',
    type: 'limit',
    units: 1,
    priceTicks: 100,
    timeInForce: 'IOC',
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
    ...more,
  }
}

/** A machine's daemon. */
export interface Daemon extends Party {
  readonly node: number
}

/** As many machines as prices, and the daemon of each. */
export function market(...prices: number[]): { v: Venue; daemons: Daemon[] } {
  const [first, ...rest] = prices
  const v = openVenue({ priceTicks: first ?? 100 })
  const daemons: Daemon[] = [{ ...v.seller, key: v.daemonKey, node: v.node }]
  for (const priceTicks of rest) {
    addNode(v, { priceTicks })
    daemons.push({ ...v.seller, key: v.daemonKey, node: v.node })
  }
  return { v, daemons }
}
