/** A market in which many leases run, up to just before they are billed for their first hour. */
import { assert, encode, newCommandId, sha256Hex, US_PER_SECOND } from '../src/kernel/index.ts'
import type { Exchange } from '../src/exchange/index.ts'
import {
  meterStatement,
  NO_COMMAND_ID,
  type Command,
  type Envelope,
  type Event,
} from '../src/messages/index.ts'
import { START_US } from '../test/scenarios/venue.ts'
import { openMarket, type Market, type Owner } from './spot/market.ts'
import { PLAIN_ORDER } from './plain-order.ts'

const SELLERS = 100
const BUYERS = 100
export const LEASES_EACH = 1_000
export const LEASES = SELLERS * LEASES_EACH
const PRICE = 100_000
export const HOUR_US = 3_600 * US_PER_SECOND
/** readings that lie further back than this are not believed whole */
const REPORT_SECONDS = 600
const SYSTEM = { account: 0, key: 0 }

interface Open {
  readonly lease: number
  readonly nonce: string
}

export class Hour {
  readonly exchange: Exchange
  readonly #market: Market
  readonly #leases: Open[][] = []
  #timeUs = START_US + 1
  #ids = 2 ** 31

  constructor() {
    this.#market = openMarket(1, 'lease')
    this.exchange = this.#market.exchange
  }

  /** Every seller's machine gets its leases, and they all start: one each `everyUs`. */
  open(everyUs: number): void {
    for (let at = 0; at < SELLERS; at++) {
      const seller = this.#owner(1 + at)
      this.#order(seller, 'sell', LEASES_EACH, seller.node)
      const opened: Open[] = []
      for (let i = 0; i < LEASES_EACH; i++) {
        const events = this.#order(this.#owner(1 + SELLERS + (i % BUYERS)), 'buy', 1, null)
        for (const event of events) if (event.kind === 'LeaseOpened') opened.push(event)
      }
      for (const { lease, nonce } of opened) {
        this.#timeUs += everyUs
        this.#do(SYSTEM, { kind: 'ReportReady', lease, nonce })
      }
      this.#leases.push(opened)
    }
  }
  /** Meter reports up to just before the hour is over; milliseconds of each. */
  deliver(): number[] {
    const times: number[] = []
    const heads = this.#leases.map(() => '0'.repeat(64))
    for (let period = 1; period <= HOUR_US / US_PER_SECOND / REPORT_SECONDS; period++) {
      const coveredSeconds = period * REPORT_SECONDS - 1
      this.#timeUs = START_US + coveredSeconds * US_PER_SECOND + US_PER_SECOND / 2
      for (const [at, opened] of this.#leases.entries()) {
        const { node } = this.#owner(1 + at)
        const readings = opened.map(({ lease }) => {
          return { lease, coveredSeconds, cpuUs: 0, memoryPeakMib: 0, final: false }
        })
        const body = { node, period, previous: heads[at] ?? '', readings }
        heads[at] = sha256Hex(encode(meterStatement, { venue: 'bench', ...body }))
        const from = performance.now()
        this.#do(SYSTEM, { kind: 'ReportMeters', ...body, signature: '00'.repeat(64) })
        times.push(performance.now() - from)
      }
    }
    return times
  }
  /** Ticks until the hour's timers have all fired. */
  bill(): { readonly milliseconds: number; readonly billed: number }[] {
    const ticks: { milliseconds: number; billed: number }[] = []
    this.#timeUs = START_US + HOUR_US + US_PER_SECOND
    while ((this.exchange.nextDueUs() ?? Infinity) <= this.#timeUs) {
      const from = performance.now()
      const events = this.#do(SYSTEM, { kind: 'Tick', limit: 1_000 })
      const milliseconds = performance.now() - from
      ticks.push({
        milliseconds,
        billed: events.filter(({ kind }) => kind === 'LeaseBilled').length,
      })
    }
    return ticks
  }

  /** An order of a member that finds no offer, as an envelope with an id of the time `nowUs`. */
  anyOrder(nowUs: number): Envelope {
    const { account, key } = this.#owner(1 + SELLERS + BUYERS)
    const instrument = this.#market.instruments[0] ?? 0
    const terms = { instrument, side: 'buy', units: 1, node: null, timeInForce: 'IOC' } as const
    const command = { ...ORDER, ...terms, priceTicks: PRICE / 2 } as const
    return { account, key, id: this.#id(nowUs), command }
  }

  #id(nowUs: number): string {
    const random = new Uint8Array(10)
    new DataView(random.buffer).setUint32(6, ++this.#ids)
    return newCommandId(Math.floor(nowUs / 1_000), random)
  }
  #owner(at: number): Owner {
    const owner = this.#market.owners[at]
    assert(owner !== undefined, 'the market has so many owners')
    return owner
  }
  #order(owner: Owner, side: 'buy' | 'sell', units: number, node: number | null): readonly Event[] {
    const instrument = this.#market.instruments[0] ?? 0
    const timeInForce = side === 'buy' ? 'IOC' : 'GTC'
    const terms = { instrument, side, units, node, timeInForce, priceTicks: PRICE } as const
    return this.#do(owner, { ...ORDER, ...terms })
  }
  #do({ account, key }: { account: number; key: number }, command: Command): readonly Event[] {
    const id = account === 0 ? NO_COMMAND_ID : this.#id(this.#timeUs)
    const seq = this.exchange.lastSeq + 1
    const timeUs = Math.max(this.#timeUs, this.exchange.lastTimeUs)
    const entry = { seq, timeUs, envelope: { account, key, id, command } }
    const { refusal, events } = this.exchange.execute(entry)
    assert(refusal === null, refusal?.code ?? '')
    return events
  }
}

const ORDER = {
  ...PLAIN_ORDER,
  /** two hours, so that nothing renews in the one that is measured */
  horizonSeconds: 7_200,
} as const
