/** A venue for the common flow: every owner of CXB-1 is a member who buys, and sells from a machine. */
import { Exchange, type Settlement } from '../../src/exchange/index.ts'
import { deposit, only, Venue, type Party } from '../../test/scenarios/venue.ts'
import type { CommandOf } from '../../src/messages/index.ts'

const OWNERS = 1_000
/** of all together, below what the core can count */
const CORES = 100_000_000
const MONEY_MICRO = 8_000_000_000_000_000n
const NAME = { en: 'bench', zh: '基准' }
const BUNDLE = { cores: 1, memoryMib: 1, diskMib: 0, cards: 0 }
const NOTHING = { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 }

export interface Owner extends Party {
  readonly node: number
}
export interface Market {
  readonly exchange: Exchange
  /** by CXB-1 owner, from 1 */
  readonly owners: readonly Owner[]
  /** by CXB-1 symbol */
  readonly instruments: readonly number[]
}

export interface MarketOptions {
  /** how many members there are, money shared between them */
  readonly members?: number
  /** told of every command and what it did */
  readonly onRecord?: Venue['onRecord']
}

export function openMarket(
  symbols: number,
  settlement: Settlement,
  { members = OWNERS, onRecord = () => {} }: MarketOptions = {},
): Market {
  const moneyMicro = MONEY_MICRO / BigInt(members)
  const venue = new Venue(new Exchange({ settlement }))
  venue.onRecord = onRecord
  venue.done(null, {
    kind: 'Genesis',
    venue: 'bench',
    exchangePublicKey: '11'.repeat(32),
    rules: 1,
    mode: 'SIMULATED',
    retentionSeconds: 0,
    operatorSecret: '22'.repeat(32),
  })
  const { hub } = only(
    venue.done(venue.operator, { kind: 'AddHub', code: 'LAB', name: NAME }),
    'HubAdded',
  )
  const instruments = Array.from({ length: symbols }, (_, symbol) => list(venue, hub, symbol))
  const nobody: Owner = { member: 0, account: 0, key: 0, node: 0 }
  const owners = Array.from({ length: members }, (_, owner) =>
    open(venue, hub, owner + 1, moneyMicro),
  )
  return { exchange: venue.exchange, owners: [nobody, ...owners], instruments }
}

function list(venue: Venue, hub: number, symbol: number): number {
  const sku: CommandOf<'DefineSku'> = {
    kind: 'DefineSku',
    code: `cpu-${symbol}`,
    class: 'cpu',
    unit: 'core',
    bundle: BUNDLE,
    name: NAME,
  }
  const listed = venue.done(venue.operator, {
    kind: 'ListInstrument',
    symbol: `CPU${symbol}.U.LAB`,
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
  })
  return only(listed, 'InstrumentListed').instrument
}

function open(venue: Venue, hub: number, owner: number, moneyMicro: bigint): Owner {
  const handle = `owner-${owner}`
  const opened = venue.done(venue.operator, {
    kind: 'OpenMember',
    handle,
    roles: ['buyer', 'provider'],
  })
  const { member } = only(opened, 'MemberOpened')
  const { account } = only(
    venue.done(venue.operator, { kind: 'OpenAccount', member, ownerGroup: 0, handle }),
    'AccountOpened',
  )
  const issued = venue.done(venue.operator, {
    kind: 'IssueKey',
    account,
    user: null,
    node: null,
    label: handle,
    credential: 'bearer',
    secret: hex(owner, 'a'),
    scopes: ['trade', 'provide'],
    expiresAtUs: null,
    capMicro: null,
  })
  const party = { member, account, key: only(issued, 'KeyIssued').key }
  deposit(venue, party, moneyMicro)
  return { ...party, node: addNode(venue, party, hub, owner) }
}

function addNode(venue: Venue, party: Party, hub: number, owner: number): number {
  const { site } = only(venue.done(party, { kind: 'AddSite', hub, handle: 'hall' }), 'SiteAdded')
  const registered = venue.done(party, {
    kind: 'RegisterNode',
    site,
    handle: 'n',
    publicKey: hex(owner, 'b'),
  })
  const { node } = only(registered, 'NodeRegistered')
  venue.done(party, {
    kind: 'AttestNode',
    node,
    attested: { cores: CORES, memoryMib: CORES, diskMib: 0, cards: 0 },
    reserve: NOTHING,
    isolation: 'namespaces',
    inventoryDigest: '00'.repeat(32),
  })
  venue.done(party, { kind: 'SetNodeStatus', node, status: 'online', reason: '' })
  venue.done(null, { kind: 'ReportContact', node, connected: true })
  return node
}

function hex(owner: number, letter: string): string {
  return letter.repeat(56) + owner.toString(16).padStart(8, '0')
}
