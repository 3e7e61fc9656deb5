/** The common order flow as commands of real members to a real exchange. */
import { assert, newCommandId } from '../src/kernel/index.ts'
import { Exchange } from '../src/exchange/index.ts'
import type { Command, CommandOf, Envelope, Outcome } from '../src/messages/index.ts'
import {
  buy,
  deposit,
  only,
  openParty,
  START_US,
  Venue,
  type Party,
} from '../test/scenarios/venue.ts'
import type { Action, OrderFlow } from './order-flow.ts'

/** A command and who gives it; its id and time come when it is given. */
export type Step = Omit<Envelope, 'id'>

export interface ExchangeFlow {
  readonly genesis: CommandOf<'Genesis'>
  /** members, money, goods, machines and the resting orders: not timed */
  readonly before: readonly Step[]
  readonly steps: readonly Step[]
}

const BUYERS = 16
const SELLERS = 8
const NODES = 64
const CORES = 1_000_000
const MONEY_MICRO = 100_000_000_000_000n
const GENESIS: CommandOf<'Genesis'> = {
  kind: 'Genesis',
  venue: 'bench',
  exchangePublicKey: '11'.repeat(32),
  rules: 1,
  mode: 'SIMULATED',
  retentionSeconds: 0,
  operatorSecret: '22'.repeat(32),
}

/** Remembers what it was told to execute. */
class Recorder extends Exchange {
  readonly steps: Step[] = []
  override execute(entry: { seq: number; timeUs: number; envelope: Envelope }): Outcome {
    const { account, key, command } = entry.envelope
    this.steps.push({ account, key, command })
    return super.execute(entry)
  }
}

/** Gives the flow to an exchange once, to learn order ids and to see that it trades as it should. */
export function exchangeFlow(flow: OrderFlow): ExchangeFlow {
  const venue = new Venue()
  const recorder = new Recorder()
  venue.exchange = recorder
  const market = openMarket(venue)
  const orders = new Map<number, number>()
  const count = { trades: 0, volume: 0 }
  const give = (action: Action): void => {
    const owner = ownerOf(market, action)
    const events = venue.done(owner.party, commandOf(action, venue, market, owner.node, orders))
    for (const event of events) {
      if (event.kind === 'OrderPlaced') orders.set(action.id, event.order)
      if (event.kind !== 'TradeExecuted') continue
      count.trades++
      count.volume += event.units
    }
  }
  for (const action of flow.prefill) give(action)
  count.trades = 0
  count.volume = 0
  const mark = recorder.steps.length
  for (const action of flow.actions) give(action)
  assert(
    count.trades === flow.trades && count.volume === flow.volume,
    `the exchange traded ${count.trades} times, the plain book ${flow.trades} times`,
  )
  return {
    genesis: GENESIS,
    before: recorder.steps.slice(1, mark),
    steps: recorder.steps.slice(mark),
  }
}

/** Envelopes with fresh ids, as they would come at `timeUs`. */
export function envelopesOf(steps: readonly Step[], timeUs: number): Envelope[] {
  const random = new Uint8Array(10)
  const view = new DataView(random.buffer)
  return steps.map((step) => {
    view.setUint32(6, ++lastId)
    return { ...step, id: newCommandId(Math.floor(timeUs / 1_000), random) }
  })
}
let lastId = 0

/** A fresh exchange with everything before the timed commands in it. */
export function prepared(flow: ExchangeFlow): Exchange {
  const exchange = new Exchange()
  const genesis = { account: 0, key: 0, command: flow.genesis }
  execute(exchange, envelopesOf([genesis, ...flow.before], START_US))
  return exchange
}

/** Executes commands one microsecond apart. Refusals are bugs of the benchmark. */
export function execute(exchange: Exchange, envelopes: readonly Envelope[]): void {
  let seq = exchange.lastSeq
  for (const envelope of envelopes) {
    seq++
    const { refusal } = exchange.execute({ seq, timeUs: START_US + seq, envelope })
    assert(refusal === null, refusal?.code ?? '')
  }
}

interface Market {
  readonly instrument: number
  readonly buyers: readonly Party[]
  /** machines and their sellers */
  readonly nodes: readonly Owner[]
}
interface Owner {
  readonly party: Party
  readonly node: number | null
}

function openMarket(venue: Venue): Market {
  venue.done(null, GENESIS)
  const buyers = Array.from({ length: BUYERS }, () => openParty(venue, 'buyer', ['trade']))
  for (const each of buyers) deposit(venue, each, MONEY_MICRO)
  const sellers = Array.from({ length: SELLERS }, () =>
    openParty(venue, 'provider', ['trade', 'provide']),
  )
  const name = { en: 'bench', zh: '基准' }
  const { hub } = only(
    venue.done(venue.operator, { kind: 'AddHub', code: 'LAB', name }),
    'HubAdded',
  )
  const instrument = list(venue, hub)
  const sites = sellers.map((party) => {
    const added = venue.done(party, { kind: 'AddSite', hub, handle: 'hall' })
    return { party, site: only(added, 'SiteAdded').site }
  })
  const nodes = Array.from({ length: NODES }, (_, index) => {
    const at = sites[index % SELLERS]
    assert(at !== undefined, 'a seller has a site')
    return { node: addNode(venue, at.party, at.site), party: at.party }
  })
  return { instrument, buyers, nodes }
}

function list(venue: Venue, hub: number): number {
  const name = { en: 'core', zh: '核' }
  const bundle = { cores: 1, memoryMib: 1, diskMib: 0, cards: 0 }
  const sku = { kind: 'DefineSku', code: 'cpu', class: 'cpu', unit: 'core', bundle, name } as const
  const listing = {
    kind: 'ListInstrument',
    symbol: 'CPU.U.LAB',
    sku: only(venue.done(venue.operator, sku), 'SkuDefined').sku,
    grade: 'U',
    hub,
    tickMicro: 1_000n,
    referenceTicks: 100_000,
    bandPpm: 900_000,
    makerFeePpm: 200,
    takerFeePpm: 500,
    sellerFeePpm: 10_000,
    horizonSeconds: 3_600,
    noticeSeconds: 600,
    interruptible: false,
  } as const
  return only(venue.done(venue.operator, listing), 'InstrumentListed').instrument
}

function addNode(venue: Venue, party: Party, site: number): number {
  const handle = `n${venue.exchange.lastSeq}`
  const publicKey = venue.exchange.lastSeq.toString(16).padStart(64, 'a')
  const registered = venue.done(party, { kind: 'RegisterNode', site, handle, publicKey })
  const { node } = only(registered, 'NodeRegistered')
  venue.done(party, {
    kind: 'AttestNode',
    node,
    attested: { cores: CORES, memoryMib: CORES, diskMib: 0, cards: 0 },
    reserve: { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 },
    isolation: 'namespaces',
    inventoryDigest: '00'.repeat(32),
  })
  venue.done(party, { kind: 'SetNodeStatus', node, status: 'online', reason: '' })
  venue.done(null, { kind: 'ReportContact', node, connected: true })
  return node
}

function commandOf(
  action: Action,
  venue: Venue,
  { instrument }: Market,
  node: number | null,
  orders: ReadonlyMap<number, number>,
): Command {
  if (action.kind === 'cancel') {
    const order = orders.get(action.id)
    assert(order !== undefined, 'the order was placed')
    return { kind: 'CancelOrder', order }
  }
  const { side, price: priceTicks, units, rests } = action
  const timeInForce = rests ? 'GTC' : 'IOC'
  return { ...buy(venue, { instrument }), side, units, priceTicks, timeInForce, node }
}

/** Orders go round the buyers, or round the sellers' machines. */
function ownerOf({ buyers, nodes }: Market, { id, side }: Action): Owner {
  const buyer = buyers[id % BUYERS]
  const seat = nodes[id % NODES]
  assert(buyer !== undefined && seat !== undefined, 'somebody places it')
  return side === 'buy' ? { party: buyer, node: null } : seat
}
