/** The catalog desk: hubs, sites, nodes, SKUs and instruments, and whether a node can be sold. */
import type { Codec } from '../../kernel/index.ts'
import type { Grade, HubView, LegalMode, SkuView } from '../../messages/index.ts'
import { Table, type AnyTable, type Stateful } from '../table.ts'
import { NodeFacts } from './node-facts.ts'
import { NodeRecord } from './node-record.ts'
import {
  hubRow,
  instrumentRow,
  nodeRow,
  siteRow,
  skuRow,
  type HubRow,
  type InstrumentRow,
  type NodeFields,
  type NodeRow,
  type SiteRow,
  type SkuRow,
} from './rows.ts'

export class CatalogDesk implements Stateful {
  readonly hubs = new Table<HubRow>('hubs', hubRow, (r) => r.hub)
  readonly sites = new Table<SiteRow>('sites', siteRow, (r) => r.site)
  readonly facts = new NodeFacts()
  readonly nodes = new Table<NodeRow>('nodes', this.#nodeCodec(), (r) => r.node)
  readonly skus = new Table<SkuRow>('skus', skuRow, (r) => r.sku)
  readonly instruments = new Table<InstrumentRow>('instruments', instrumentRow, (r) => r.instrument)
  readonly tables = [
    this.hubs,
    this.sites,
    this.nodes,
    this.skus,
    this.instruments,
  ] as unknown as AnyTable[]

  readonly #mode: () => LegalMode
  #bySymbol = new Map<string, InstrumentRow>()
  #byGoods = new Map<string, InstrumentRow>()
  #byPublicKey = new Map<string, NodeRow>()
  #nodesOf = new Map<number, NodeRow[]>()
  #siteNames = new Set<string>()

  /** `mode` is asked at each use, because Genesis comes after construction. */
  constructor(mode: () => LegalMode) {
    this.#mode = mode
  }

  node(id: number): NodeRow | undefined {
    return this.nodes.get(id)
  }
  mustNode(id: number): NodeRow {
    return this.nodes.must(id)
  }
  nodeByPublicKey(publicKey: string): NodeRow | undefined {
    return this.#byPublicKey.get(publicKey)
  }
  nodesOf(account: number): readonly NodeRow[] {
    return this.#nodesOf.get(account) ?? []
  }
  sku(id: number): SkuRow | undefined {
    return this.skus.get(id)
  }
  mustSku(id: number): SkuRow {
    return this.skus.must(id)
  }
  instrument(id: number): InstrumentRow | undefined {
    return this.instruments.get(id)
  }
  mustInstrument(id: number): InstrumentRow {
    return this.instruments.must(id)
  }
  instrumentBySymbol(symbol: string): InstrumentRow | undefined {
    return this.#bySymbol.get(symbol)
  }
  /** The one instrument of these goods that is not delisted. */
  instrumentFor(sku: number, grade: Grade, hub: number): InstrumentRow | undefined {
    return this.#byGoods.get(goods(sku, grade, hub))
  }
  /** What a node may be sold as for a SKU; U where nothing is known. */
  gradeOf(node: NodeRow, sku: number): Grade {
    for (const each of node.grades) if (each.sku === sku) return each.grade
    return 'U'
  }
  /** Why the node cannot be sold now, or null (rules CAP-001, DLV-001). */
  nodeTradable(node: NodeRow): string | null {
    if (node.status !== 'online') return node.status
    if (!node.connected) return 'disconnected'
    if (node.attested === null) return 'not attested'
    return this.isolationRefused(node) ? 'no isolation' : null
  }
  /** May the node be sold now? As `nodeTradable`, without the reason. */
  isTradable(node: number): boolean {
    return this.facts.isReady(node) && (this.facts.isIsolated(node) || this.#mode() === 'SIMULATED')
  }
  /** A node without isolation is sold only where all money is play money (rule DLV-001). */
  isolationRefused(node: NodeRow): boolean {
    return node.isolation === 'none' && this.#mode() !== 'SIMULATED'
  }

  addSite(row: SiteRow): void {
    this.sites.insert(row)
    this.#siteNames.add(siteName(row.account, row.handle))
  }
  /** Has the account a site of this name? */
  siteNamed(account: number, handle: string): boolean {
    return this.#siteNames.has(siteName(account, handle))
  }
  addNode(fields: NodeFields): void {
    this.#indexNode(this.nodes.insert(new NodeRecord(fields, this.facts)))
  }
  addInstrument(row: InstrumentRow): void {
    this.instruments.insert(row)
    this.#indexInstrument(row)
  }
  /** After `delisted` the goods may be listed again under another symbol. */
  setInstrumentStatus(row: InstrumentRow, status: InstrumentRow['status']): void {
    row.status = status
    if (status === 'delisted') this.#byGoods.delete(goods(row.sku, row.grade, row.hub))
  }

  hubViews(): readonly HubView[] {
    return this.hubs.rows().map((row) => ({ ...row }))
  }
  skuViews(): readonly SkuView[] {
    return this.skus.rows().map((row) => ({ ...row }))
  }

  rebuild(): void {
    this.#bySymbol = new Map()
    this.#byGoods = new Map()
    this.#byPublicKey = new Map()
    this.#nodesOf = new Map()
    this.#siteNames = new Set()
    for (const { account, handle } of this.sites.values()) {
      this.#siteNames.add(siteName(account, handle))
    }
    this.facts.clear()
    for (const row of this.nodes.values()) this.#indexNode(row)
    for (const row of this.instruments.values()) this.#indexInstrument(row)
  }

  #nodeCodec(): Codec<NodeRow> {
    return {
      write: (writer, row) => nodeRow.write(writer, row),
      read: (reader) => new NodeRecord(nodeRow.read(reader), this.facts),
    }
  }
  #indexNode(row: NodeRow): void {
    this.facts.set(row)
    this.#byPublicKey.set(row.publicKey, row)
    const own = this.#nodesOf.get(row.account)
    if (own === undefined) this.#nodesOf.set(row.account, [row])
    else own.push(row)
  }
  #indexInstrument(row: InstrumentRow): void {
    this.#bySymbol.set(row.symbol, row)
    if (row.status !== 'delisted') this.#byGoods.set(goods(row.sku, row.grade, row.hub), row)
  }
}

function siteName(account: number, handle: string): string {
  return `${account} ${handle}`
}
function goods(sku: number, grade: Grade, hub: number): string {
  return `${sku} ${grade} ${hub}`
}
