/** A whole exchange behind its door: real engine on memory logs, real read models, real HTTP. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createHash, randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import { Value } from 'typebox/value'
import { WebSocket } from 'ws'
import { buildApi, type Api, type ApiOptions, type ApiRates } from '../../src/api/index.ts'
import {
  createClient,
  type Client,
  type ClientOptions,
  type Stream,
} from '../../src/client/index.ts'
import { signerFromSeed, startEngine, type Engine } from '../../src/engine/index.ts'
import { Exchange } from '../../src/exchange/index.ts'
import {
  memoryLiveness,
  memoryQuarantine,
  memorySnapshotStore,
  openMemoryEventLog,
  openMemoryLog,
} from '../../src/journal/index.ts'
import type { LegalMode, Scope } from '../../src/messages/index.ts'
import { openFolderObjects } from '../../src/objects/index.ts'
import {
  FolderHome,
  inlineOpener,
  startReadModels,
  type Opener,
  type ReadModelService,
} from '../../src/projections/index.ts'
import { BYTES, ENDPOINTS, type EndpointName } from '../../src/wire/index.ts'
import { INVENTORY_DIGEST } from './report.ts'
import { readModelsTemplate } from '../tools/read-models-template.ts'

const OPERATOR_TOKEN = 'suan_test_operator'

export interface ApiVenueOptions {
  readonly mode?: LegalMode
  readonly webRoot?: string
  /** the read models are not opened before this, as when a long history is built again */
  readonly modelsAfter?: Promise<void>
  readonly log?: FastifyBaseLogger
  readonly rates?: Partial<ApiRates>
  readonly socketLookMs?: number
  readonly objectQuotaBytes?: number
  readonly tunnelLimits?: ApiOptions['tunnelLimits']
  readonly beatMs?: number
}

export class ApiVenue {
  readonly engine: Engine
  readonly models: ReadModelService
  readonly api: Api
  readonly url: string
  readonly folder: string
  readonly operator: Client

  private constructor(parts: Pick<ApiVenue, 'engine' | 'models' | 'api' | 'url' | 'folder'>) {
    this.engine = parts.engine
    this.models = parts.models
    this.api = parts.api
    this.url = parts.url
    this.folder = parts.folder
    this.operator = this.client({ token: OPERATOR_TOKEN })
  }

  static async start(options: ApiVenueOptions = {}): Promise<ApiVenue> {
    const folder = mkdtempSync(join(tmpdir(), 'suan-api-'))
    const signer = signerFromSeed(new Uint8Array(32).fill(9))
    const engine = await startEngine({
      log: await openMemoryLog(),
      events: await openMemoryEventLog(),
      snapshots: memorySnapshotStore(),
      quarantine: memoryQuarantine(),
      liveness: memoryLiveness({ aliveUntilUs: null, clean: false }),
      machine: () => new Exchange(),
      signer,
      genesis: {
        kind: 'Genesis',
        venue: 'test',
        exchangePublicKey: signer.publicKey,
        rules: 1,
        mode: options.mode ?? 'SIMULATED',
        retentionSeconds: 0,
        operatorSecret: createHash('sha256').update(OPERATOR_TOKEN).digest('hex'),
      },
      exit: (why) => {
        throw why
      },
    })
    const template = await readModelsTemplate()
    const { modelsAfter } = options
    const opener: Opener = {
      ...inlineOpener,
      open: async (...args) => {
        await modelsAfter
        return inlineOpener.open(...args)
      },
    }
    const home = new FolderHome({ folder: join(folder, 'sql'), opener, template })
    const models = startReadModels({ source: engine, home })
    const api = await buildApi({
      door: engine,
      readModels: models,
      objects: openFolderObjects(join(folder, 'objects')),
      dataFolder: join(folder, 'api'),
      webRoot: options.webRoot ?? null,
      version: '0.0.0',
      contactSeconds: 0.3,
      ...(options.log === undefined ? {} : { log: options.log }),
      ...(options.objectQuotaBytes === undefined
        ? {}
        : { objectQuotaBytes: options.objectQuotaBytes }),
      ...(options.rates === undefined ? {} : { rates: options.rates }),
      ...(options.tunnelLimits === undefined ? {} : { tunnelLimits: options.tunnelLimits }),
      ...(options.socketLookMs === undefined ? {} : { socketLookMs: options.socketLookMs }),
      ...(options.beatMs === undefined ? {} : { beatMs: options.beatMs }),
    })
    if (modelsAfter === undefined) await models.waitFor(1, 60_000)
    const url = await api.listen({ host: '127.0.0.1', port: 0 })
    return new ApiVenue({ engine, models, api, url, folder })
  }

  /** A client of this venue; it checks every answer against its schema. */
  client(options: Partial<ClientOptions> = {}): Client {
    return checked(
      createClient({
        baseUrl: this.url,
        openSocket: (url) => new WebSocket(url),
        ...options,
      }),
    )
  }

  async stop(): Promise<void> {
    await this.api.close()
    await this.models.close()
    await this.engine.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function checked(client: Client): Client {
  const calls = Object.entries(client).map(([name, call]: [string, unknown]) => {
    const schema = name in ENDPOINTS ? ENDPOINTS[name as EndpointName].response : null
    if (schema === null || schema === BYTES) return [name, call]
    return [
      name,
      async (args: unknown) => {
        const answer = await (call as (args: unknown) => Promise<unknown>)(args)
        const errors = Value.Errors(schema, answer)
        if (errors.length > 0) throw new Error(`${name}: ${JSON.stringify(errors)}`)
        return answer
      },
    ]
  })
  return Object.fromEntries(calls) as Client
}

const TRADER: Scope[] = ['read', 'trade', 'deliver', 'transfer', 'withdraw', 'keys']

const SCOPES: Readonly<Record<'buyer' | 'provider' | 'assessor', Scope[]>> = {
  buyer: TRADER,
  provider: [...TRADER, 'provide', 'evaluate'],
  assessor: ['read', 'keys', 'provide', 'evaluate'],
}

export interface Party {
  readonly client: Client
  readonly token: string
  readonly account: string
  readonly member: string
}

/** Opens a member with an account and a key; a deposit in yuan when given. */
export async function openParty(
  venue: ApiVenue,
  role: 'buyer' | 'provider' | 'assessor',
  deposit?: string,
): Promise<Party> {
  const { operator } = venue
  const handle = `${role}-${randomBytes(4).toString('hex')}`
  const { member_id: member } = await operator.openMember({ body: { handle, roles: [role] } })
  const opened = await operator.openAccount({ body: { member_id: member, handle } })
  const account = opened.account_id
  const scopes = SCOPES[role]
  const issued = await operator.issueKey({ body: { label: 'test', scopes, account_id: account } })
  const token = issued.token ?? ''
  if (deposit !== undefined) {
    const body = { account_id: account, amount: deposit, currency: 'CNY' }
    await operator.deposit({ body })
  }
  return { client: venue.client({ token }), token, account, member }
}

export const SYMBOL = 'CPU.U.LAB'

/** Lists one instrument: a core with 512 MiB, tick ¥0.001, fees 200, 500 and 10,000 ppm. */
export async function listGoods(
  venue: ApiVenue,
  diskMib = 0,
): Promise<{ hub: string; product: string }> {
  const { operator } = venue
  const name = { en: 'test', zh: '测试' }
  const { hub_id: hub } = await operator.addHub({ body: { code: 'LAB', name } })
  const bundle = { cores: 1, memory_mib: 512, disk_mib: diskMib, cards: 0 }
  const { product_id: product } = await operator.defineSku({
    body: { code: 'cpu', class: 'cpu', unit: 'core', bundle, name },
  })
  await listGrade(venue, { hub, product }, SYMBOL, 'U')
  return { hub, product }
}

/** Opens the book of a grade of the goods. */
export async function listGrade(
  { operator }: ApiVenue,
  { hub, product }: { readonly hub: string; readonly product: string },
  symbol: string,
  grade: 'A' | 'U',
): Promise<void> {
  await operator.listInstrument({
    body: {
      symbol,
      product_id: product,
      grade,
      hub_id: hub,
      tick_size: '0.001',
      reference_price: '0.10',
      band_ppm: 900_000,
      maker_fee_ppm: 200,
      taker_fee_ppm: 500,
      seller_fee_ppm: 10_000,
      horizon_seconds: 3_600,
      notice_seconds: 600,
      interruptible: false,
    },
  })
}

export interface TestNode {
  readonly id: string
  readonly number: number
  /** signs as the node's daemon */
  readonly daemon: Client
  readonly sign: (bytes: Uint8Array) => string
  readonly publicKey: string
}

/** Registers a node of 4 cores and 8 GiB that has no offer yet. */
export async function addNode(
  venue: ApiVenue,
  seller: Party,
  goods: { hub: string },
): Promise<TestNode> {
  const signer = signerFromSeed(randomBytes(32))
  const handle = `n-${randomBytes(4).toString('hex')}`
  const { site } = await seller.client.addSite({ body: { hub_id: goods.hub, handle } })
  const { node_id: id, node_number: number } = await seller.client.registerNode({
    body: { site_id: site.id, handle, public_key: signer.publicKey },
  })
  await seller.client.issueKey({
    body: { label: 'daemon', scopes: ['provide'], node_id: id, public_key: signer.publicKey },
  })
  const daemon = venue.client({
    signer: { publicKey: signer.publicKey, sign: async (bytes) => signer.sign(bytes) },
  })
  const none = { cores: 0, memory_mib: 0, disk_mib: 0, cards: 0 }
  await daemon.attestNode({
    params: { node_id: id },
    body: {
      attested: { ...none, cores: 4, memory_mib: 8_192 },
      reserve: none,
      isolation: 'namespaces',
      inventory_digest: INVENTORY_DIGEST,
    },
  })
  await daemon.setNodeStatus({ params: { node_id: id }, body: { status: 'online' } })
  return { id, number, daemon, sign: signer.sign, publicKey: signer.publicKey }
}

export interface Market {
  readonly goods: { hub: string; product: string }
  readonly buyer: Party
  readonly seller: Party
  readonly node: TestNode
  /** the daemon's socket; while it is open the node is connected */
  readonly stream: Stream
}

/** Goods, a buyer with ¥100 and a seller whose connected node offers 4 cores at ¥0.10. */
export async function openMarket(venue: ApiVenue): Promise<Market> {
  const goods = await listGoods(venue)
  const seller = await openParty(venue, 'provider')
  const buyer = await openParty(venue, 'buyer', '100.00')
  const node = await addNode(venue, seller, goods)
  const stream = node.daemon.openStream()
  stream.subscribe('assignments', { node_id: node.id }, () => {})
  await seller.client.setOffer({
    params: { node_id: node.id, sku_id: goods.product },
    body: { price: '0.10', max_units: 4 },
  })
  await until(async () => {
    const { data } = await seller.client.listOffers({ query: { available: true } })
    return data.some((offer) => offer.node_id === node.id)
  })
  return { goods, buyer, seller, node, stream }
}

/** Asks again until it holds; gives up after 50 seconds, just before the test itself would. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const endsAt = Date.now() + 50_000
  while (!(await holds())) {
    if (Date.now() > endsAt) throw new Error('waited 50 seconds in vain')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** A stream of a client with this token, once it is open. */
export async function openStreamOf(venue: ApiVenue, token: string | null): Promise<Stream> {
  let isOpen = false
  const client = venue.client({ token })
  const opened = client.openStream({ onState: (state) => (isOpen = state === 'open') })
  await until(() => isOpen)
  return opened
}
