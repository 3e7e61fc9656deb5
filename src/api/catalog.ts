import type { EngineDoor, EventKind, HubView, InstrumentView, SkuView } from '../messages/index.ts'
import { numberOf } from '../wire/index.ts'
import { refused } from './problem.ts'

const CHANGES: ReadonlySet<EventKind> = new Set([
  'HubAdded',
  'SkuDefined',
  'InstrumentListed',
  'InstrumentStatusSet',
  'ReferenceSet',
])

interface Goods {
  readonly hubs: ReadonlyMap<number, HubView>
  readonly skus: ReadonlyMap<number, SkuView>
  readonly instruments: ReadonlyMap<number, InstrumentView>
  readonly bySymbol: ReadonlyMap<string, InstrumentView>
}

/**
 * Hubs, SKUs and instruments as of their last change: what every request needs to write symbols and
 * prices. Best and last prices in it are stale; for those the engine is asked.
 */
export class Catalog {
  readonly #door: EngineDoor
  #goods: Promise<Goods> | null = null
  readonly #stop: () => void

  constructor(door: EngineDoor) {
    this.#door = door
    this.#stop = door.onDurable((records) => {
      const changed = records.some((record) =>
        record.outcome.events.some((event) => CHANGES.has(event.kind)),
      )
      if (changed) this.#goods = null
    }, CHANGES)
  }

  goods(): Promise<Goods> {
    if (this.#goods !== null) return this.#goods
    const loading = this.#load()
    this.#goods = loading
    // A fault passes: the next request loads again.
    loading.catch(() => {
      if (this.#goods === loading) this.#goods = null
    })
    return loading
  }

  /** The instrument of a symbol. Refuses with NOT_FOUND. */
  async bySymbol(symbol: string): Promise<InstrumentView> {
    const found = (await this.goods()).bySymbol.get(symbol)
    if (found === undefined) throw refused('NOT_FOUND', { what: 'instrument', id: symbol })
    return found
  }

  /** The instrument with a number that the core gave. */
  async byNumber(instrument: number): Promise<InstrumentView> {
    const found = (await this.goods()).instruments.get(instrument)
    if (found !== undefined) return found
    throw refused('NOT_FOUND', { what: 'instrument', id: instrument })
  }

  /** The SKU of an id. Refuses with NOT_FOUND. */
  async skuById(id: string): Promise<SkuView> {
    const number = numberOf('sku', id)
    const found = number === null ? undefined : (await this.goods()).skus.get(number)
    if (found === undefined) throw refused('NOT_FOUND', { what: 'product', id })
    return found
  }

  close(): void {
    this.#stop()
  }

  async #load(): Promise<Goods> {
    const [hubs, skus, instruments] = await Promise.all([
      this.#door.ask('hubs', {}),
      this.#door.ask('skus', {}),
      this.#door.ask('instruments', {}),
    ])
    return {
      hubs: new Map(hubs.map((hub) => [hub.hub, hub])),
      skus: new Map(skus.map((sku) => [sku.sku, sku])),
      instruments: new Map(instruments.map((one) => [one.instrument, one])),
      bySymbol: new Map(instruments.map((one) => [one.symbol, one])),
    }
  }
}
