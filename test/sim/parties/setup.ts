/** Opens the venue: people, keys, money, goods, machines. Nothing goes wrong yet. */
import { SLA_PROFILES } from '../../../src/messages/index.ts'
import type {
  Command,
  CommandOf,
  EventKind,
  EventOf,
  Resources,
  Role,
  Scope,
  SlaProfile,
} from '../../../src/messages/index.ts'
import type { Buyer, Cast, Machine, Party, Seller, World } from './party.ts'
import { SYSTEM } from './party.ts'

const OPERATOR: Party = { member: 1, account: 1, key: 1 }
const BUYER_SCOPES: Scope[] = ['read', 'trade', 'deliver', 'transfer', 'withdraw', 'keys']
const SELLER_SCOPES: Scope[] = [...BUYER_SCOPES, 'provide', 'evaluate']
const SCOPES_OF = {
  buyer: BUYER_SCOPES,
  provider: SELLER_SCOPES,
  assessor: ['read', 'evaluate'] as Scope[],
}
const NAME = { en: 'simulated', zh: '模拟' }

const SOON = [
  { class: 'planned', noticeSeconds: 600, minutes: 10 },
  { class: 'network', noticeSeconds: 60, minutes: 5 },
] as SlaProfile['maintenance']

export class Setup {
  readonly #world: World
  #names = 0

  constructor(world: World) {
    this.#world = world
  }

  async open(): Promise<Cast> {
    const clerk = await this.#clerk()
    const buyers: Buyer[] = []
    for (const accounts of [2, 1, 1, 1]) buyers.push(...(await this.#buyers(accounts)))
    const goods = await this.#goods()
    const sellers: Seller[] = []
    for (const nodes of [3, 2, 2]) sellers.push(await this.#seller(goods.hub, nodes))
    const [prober, partial] = await this.#assessors(sellers[0]!)
    const broken = await this.#broken(buyers[0]!)
    const noSellerKey = await this.issue(buyers[0]!.account, ['provide'])
    const noSeller = { ...buyers[0]!, key: noSellerKey }
    const who = { operator: OPERATOR, clerk, buyers, sellers, prober, partial, broken, noSeller }
    const cast = { ...who, ...goods }
    await this.#promises(cast)
    for (const seller of sellers) for (const node of seller.nodes) await this.#offer(cast, node)
    return cast
  }

  async deposit(account: number, amountMicro: bigint): Promise<void> {
    const reference = `sim-${++this.#names}`
    await this.#done(OPERATOR, { kind: 'Deposit', account, asset: 'CNY', amountMicro, reference })
  }
  issue(
    account: number,
    scopes: Scope[],
    more: Partial<CommandOf<'IssueKey'>> = {},
  ): Promise<number> {
    return this.issueBy(OPERATOR, account, scopes, more)
  }
  async issueBy(
    by: Party,
    account: number,
    scopes: Scope[],
    more: Partial<CommandOf<'IssueKey'>> = {},
  ): Promise<number> {
    const command = issueCommand(account, scopes, this.#secret(), more)
    return (await this.#one(by, command, 'KeyIssued')).key
  }

  async #clerk(): Promise<Party> {
    const user = await this.#one(
      OPERATOR,
      { kind: 'AddUser', member: 1, handle: this.#name('clerk'), verifier: null },
      'UserAdded',
    )
    const key = await this.issue(1, ['read', 'admin', 'keys', 'evaluate'], { user: user.user })
    return { ...OPERATOR, key }
  }
  async #member(role: 'buyer' | 'provider' | 'assessor', accounts: number): Promise<Party[]> {
    const roles: Role[] = role === 'provider' ? ['provider', 'buyer'] : [role]
    const opened = { kind: 'OpenMember', handle: this.#name(role), roles } as const
    const { member } = await this.#one(OPERATOR, opened, 'MemberOpened')
    const parties: Party[] = []
    for (let n = 0; n < accounts; n++) {
      const open = {
        kind: 'OpenAccount',
        member,
        ownerGroup: 0,
        handle: this.#name('acc'),
      } as const
      const { account } = await this.#one(OPERATOR, open, 'AccountOpened')
      const scopes = SCOPES_OF[role]
      const key = await this.issue(account, scopes)
      parties.push({ member, account, key })
    }
    return parties
  }
  async #buyers(accounts: number): Promise<Buyer[]> {
    const buyers: Buyer[] = []
    for (const party of await this.#member('buyer', accounts)) {
      await this.deposit(party.account, BigInt(this.#world.draw.between(20, 200)) * 1_000_000n)
      const capMicro = BigInt(this.#world.draw.between(5, 50)) * 1_000_000n
      const scopes: Scope[] = ['read', 'trade', 'deliver', 'keys']
      const child = await this.issueBy(party, party.account, scopes, { capMicro })
      buyers.push({ ...party, child })
    }
    return buyers
  }
  async #seller(hub: number, nodes: number): Promise<Seller> {
    const [party] = (await this.#member('provider', 1)) as [Party]
    await this.deposit(party.account, 10_000_000n)
    const site = { kind: 'AddSite', hub, handle: this.#name('site') } as const
    const added = await this.#one(party, site, 'SiteAdded')
    const seller: Seller = { ...party, site: added.site, nodes: [] }
    for (let n = 0; n < nodes; n++) seller.nodes.push(await this.#node(seller))
    return seller
  }
  async #assessors({ account }: Seller): Promise<[Party, Party]> {
    const [prober, partial] = (await this.#member('assessor', 2)) as [Party, Party]
    const asked = await this.#world.host.ask('account', { account })
    const { ownerGroup } = asked!.result!
    const move = { kind: 'SetOwnerGroup', account: partial.account, ownerGroup } as const
    await this.#done(OPERATOR, move)
    return [prober, partial]
  }
  /** Every instrument keeps a promise, in windows that are over soon. */
  async #promises(cast: Cast): Promise<void> {
    const profiles = [
      { ...SLA_PROFILES.markets, windowMinutes: 45, maintenance: SOON },
      { ...SLA_PROFILES.finance, windowMinutes: 240, maintenance: SOON },
    ]
    for (const [at, profile] of profiles.entries()) {
      await this.#done(OPERATOR, { kind: 'SetSla', sla: at + 1, version: 1, profile })
    }
    for (const [at, instrument] of cast.instruments.entries()) {
      await this.#done(OPERATOR, { kind: 'AttachSla', instrument, sla: 1 + (at % 2) })
    }
  }
  async #node(seller: Seller): Promise<Machine> {
    const publicKey = this.#secret()
    const handle = this.#name('node')
    const register = { kind: 'RegisterNode', site: seller.site, handle, publicKey } as const
    const { node } = await this.#one(seller, register, 'NodeRegistered')
    const ofNode = { node, credential: 'ed25519', secret: publicKey } as const
    const key = await this.issue(seller.account, ['provide'], ofNode)
    const cores = this.#world.draw.between(4, 24)
    const attested = { cores, memoryMib: cores * 2_048, diskMib: 10_240, cards: 2 }
    await this.#done(seller, attestation(node, attested))
    // Some of its machines can halt what runs on them.
    const abilities = node % 3 === 0 ? [] : (['suspend'] as const)
    await this.#done(seller, { kind: 'ReportAbilities', node, abilities: [...abilities] })
    await this.#done(seller, { kind: 'SetNodeStatus', node, status: 'online', reason: '' })
    await this.#done(SYSTEM, { kind: 'ReportContact', node, connected: true })
    return { node, key, seller, attested }
  }

  async #goods(): Promise<{ hub: number; skus: number[]; instruments: readonly number[] }> {
    const { hub } = await this.#one(
      OPERATOR,
      { kind: 'AddHub', code: 'SIM', name: NAME },
      'HubAdded',
    )
    const bundles: Resources[] = [
      { cores: 1, memoryMib: 512, diskMib: 0, cards: 0 },
      { cores: 2, memoryMib: 4_096, diskMib: 1_024, cards: 1 },
    ]
    const skus: number[] = []
    for (const [index, bundle] of bundles.entries()) {
      const isCard = index === 1
      const define = {
        kind: 'DefineSku',
        code: `sku-${index}`,
        class: isCard ? 'gpu' : 'cpu',
        unit: isCard ? 'card' : 'core',
        bundle,
        name: NAME,
      } as const
      const { sku } = await this.#one(OPERATOR, define, 'SkuDefined')
      skus.push(sku)
      for (const grade of isCard ? (['U'] as const) : (['U', 'A'] as const)) {
        const listing = listingOf({ sku, hub, grade, symbol: `SIM.${index}.${grade}`, isCard })
        await this.#done(OPERATOR, listing)
      }
    }
    return { hub, skus, instruments: this.#world.auditor.market.tradable }
  }
  async #offer(cast: Cast, { node, seller }: Machine): Promise<void> {
    for (const sku of cast.skus) {
      const priceTicks = this.#world.draw.between(90, 115)
      const terms = { node, sku, priceTicks, maxUnits: 64, untilUs: null }
      await this.#done(seller, { kind: 'SetOffer', ...terms })
    }
  }
  async #broken(buyer: Buyer): Promise<Party[]> {
    const { account, member } = buyer
    const readOnly = await this.issue(account, ['read'])
    const revoked = await this.issue(account, BUYER_SCOPES)
    await this.#done(OPERATOR, { kind: 'RevokeKey', key: revoked })
    const expiresAtUs = Math.floor(this.#world.timeline.nowUs) + 60_000_000
    const expired = await this.issue(account, BUYER_SCOPES, { expiresAtUs })
    return [readOnly, revoked, expired, 999_999].map((key) => ({ member, account, key }))
  }

  async #one<K extends EventKind>(by: Party, command: Command, kind: K): Promise<EventOf<K>> {
    const reply = await this.#done(by, command)
    return reply.outcome.events.find((each): each is EventOf<K> => each.kind === kind) as EventOf<K>
  }
  async #done(by: Party, command: Command) {
    const reply = await this.#world.call(by, command)
    if (reply === null || reply.outcome.refusal !== null) {
      throw new Error(`setup: ${command.kind}: ${JSON.stringify(reply?.outcome.refusal)}`)
    }
    return reply
  }
  #name(word: string): string {
    return `${word}-${++this.#names}`
  }
  #secret(): string {
    return (++this.#names).toString(16).padStart(64, '0')
  }
}

function issueCommand(
  account: number,
  scopes: Scope[],
  secret: string,
  more: Partial<CommandOf<'IssueKey'>> = {},
): CommandOf<'IssueKey'> {
  const none = { user: null, node: null, expiresAtUs: null, capMicro: null } as const
  const rest = { label: 'sim', credential: 'bearer', secret, scopes } as const
  return { kind: 'IssueKey', account, ...none, ...rest, scopes: [...scopes], ...more }
}

/** Machines differ by their cores here: with other ones it is another machine. */
export function inventoryOf(cores: number): string {
  return cores.toString(16).padStart(64, '0')
}

export function attestation(node: number, attested: Resources): CommandOf<'AttestNode'> {
  const reserve = { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 }
  const inventoryDigest = inventoryOf(attested.cores)
  return { kind: 'AttestNode', node, attested, reserve, isolation: 'namespaces', inventoryDigest }
}

function listingOf(what: {
  readonly sku: number
  readonly hub: number
  readonly grade: 'U' | 'A'
  readonly symbol: string
  readonly isCard: boolean
}): CommandOf<'ListInstrument'> {
  const { sku, hub, grade, symbol, isCard } = what
  return {
    kind: 'ListInstrument',
    symbol,
    sku,
    grade,
    hub,
    tickMicro: isCard ? 10_007n : 1_003n,
    referenceTicks: 100,
    bandPpm: 500_000,
    makerFeePpm: 200,
    takerFeePpm: 533,
    sellerFeePpm: 10_007,
    horizonSeconds: isCard ? 1_800 : 3_600,
    noticeSeconds: 600,
    interruptible: isCard,
  }
}
