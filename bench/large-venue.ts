/** A large venue on disk: a snapshot of it, and as many records after that as there ever are. */
import { join } from 'node:path'
import { assert, newCommandId } from '../src/kernel/index.ts'
import { openSnapshotStore } from '../src/journal/index.ts'
import {
  NO_COMMAND_ID,
  type Command,
  type CommandOf,
  type Envelope,
  type Event,
} from '../src/messages/index.ts'
import { START_US } from '../test/scenarios/venue.ts'
import { openMarket, type Market, type Owner } from './spot/market.ts'
import { VenueFiles } from './venue-files.ts'
import { PLAIN_ORDER } from './plain-order.ts'

export const MEMBERS = 100_000
export const ORDERS = 1_000_000
export const LEASES = 100_000
/** the replica makes a snapshot after so many (`src/engine/replica.ts`) */
export const RECORDS_AFTER = 50_000

const PRICE = 100_000
const SELLERS = 100
const LEASES_EACH = LEASES / SELLERS
/** owners of the market who neither sell nor lease: they have the orders */
const FIRST_TRADER = 201
const TRADERS = 800
const PRICES = 2_000
const OPERATOR = { account: 1, key: 1 }
const SYSTEM = { account: 0, key: 0 }

interface By {
  readonly account: number
  readonly key: number
}

/** What is kept of it in memory. */
export interface Written {
  /** time of the last record, in microseconds */
  readonly lastTimeUs: number
  /** An order that finds no offer, as a member would send it at `nowUs`. */
  readonly anyOrder: (nowUs: number) => Envelope
}

/** Writes the folder of an engine. */
export async function writeLargeVenue(folder: string): Promise<Written> {
  const files = await VenueFiles.open(folder)
  const venue = new LargeVenue(files)
  await venue.fill()
  const { exchange } = venue
  const snapshots = await openSnapshotStore({ directory: join(folder, 'snapshots') })
  const { lastSeq: seq } = exchange
  await snapshots.save({ seq, headHash: files.headHash, state: exchange.snapshot() })
  await venue.trade()
  await files.close()
  const { lastTimeUs } = exchange
  const { account, key, command } = venue.anyOrder()
  let ids = 2 ** 31
  const anyOrder = (nowUs: number): Envelope => {
    return { account, key, id: commandId(nowUs, --ids), command }
  }
  return { lastTimeUs, anyOrder }
}

class LargeVenue {
  readonly #files: VenueFiles
  readonly #market: Market
  #ids = 2 ** 31

  constructor(files: VenueFiles) {
    this.#files = files
    this.#market = openMarket(1, 'lease', {
      onRecord: (entry, outcome) => files.add(entry, outcome),
    })
  }

  get exchange(): Market['exchange'] {
    return this.#market.exchange
  }

  async fill(): Promise<void> {
    await this.#members()
    await this.#leases()
    await this.#orders()
    await this.#files.flush()
  }
  anyOrder(): By & { readonly command: Command } {
    const command = this.#order('buy', PRICE / 4, null, 'IOC')
    return { ...by(this.#owner(FIRST_TRADER)), command }
  }

  async #members(): Promise<void> {
    for (let n = 1_000; n < MEMBERS; n++) {
      const handle = `member-${n}`
      const opened = this.#do(OPERATOR, { kind: 'OpenMember', handle, roles: ['buyer'] })
      for (const event of opened) {
        if (event.kind !== 'MemberOpened') continue
        const { member } = event
        this.#do(OPERATOR, { kind: 'OpenAccount', member, ownerGroup: 0, handle })
      }
      if (this.#files.isFull) await this.#files.flush()
    }
  }
  async #leases(): Promise<void> {
    let ready = 0
    for (let at = 1; at <= SELLERS; at++) {
      const seller = this.#owner(at)
      const ask = this.#order('sell', PRICE, seller.node, 'GTC')
      this.#do(by(seller), { ...ask, units: LEASES_EACH })
      for (let n = 0; n < LEASES_EACH; n++) {
        const buyer = this.#owner(1 + SELLERS + (n % SELLERS))
        for (const event of this.#do(by(buyer), this.#order('buy', PRICE, null, 'IOC'))) {
          if (event.kind !== 'LeaseOpened') continue
          const { lease, nonce } = event
          this.#do(SYSTEM, { kind: 'ReportReady', lease, nonce })
          ready++
        }
      }
      await this.#files.flush()
    }
    assert(ready === LEASES, `${ready} leases`)
  }
  async #orders(): Promise<void> {
    for (let n = 0; n < ORDERS; n++) {
      this.#rest(n)
      if (this.#files.isFull) await this.#files.flush()
    }
  }
  /** Orders come and go. */
  async trade(): Promise<void> {
    for (let n = 0; n < RECORDS_AFTER / 2; n++) {
      const owner = this.#trader(n)
      const placed = this.#rest(n).find((event) => event.kind === 'OrderPlaced')
      assert(placed !== undefined, 'the order rests')
      this.#do(by(owner), { kind: 'CancelOrder', order: placed.order })
      if (this.#files.isFull) await this.#files.flush()
    }
  }

  #rest(n: number): readonly Event[] {
    const owner = this.#trader(n)
    const buys = n % 2 === 0
    const price = buys ? PRICE / 2 + (n % PRICES) : PRICE + 1 + (n % PRICES)
    const order = this.#order(buys ? 'buy' : 'sell', price, buys ? null : owner.node, 'GTC')
    return this.#do(by(owner), order)
  }
  #trader(n: number): Owner {
    return this.#owner(FIRST_TRADER + ((n >> 1) % TRADERS))
  }
  #owner(at: number): Owner {
    const owner = this.#market.owners[at]
    assert(owner !== undefined, 'the market has so many owners')
    return owner
  }
  #order(
    side: 'buy' | 'sell',
    priceTicks: number,
    node: number | null,
    timeInForce: 'GTC' | 'IOC',
  ): CommandOf<'PlaceOrder'> {
    const instrument = this.#market.instruments[0] ?? 0
    return { ...ORDER, instrument, side, priceTicks, node, timeInForce }
  }
  #do(who: By, command: Command): readonly Event[] {
    const { exchange } = this.#market
    const seq = exchange.lastSeq + 1
    // A microsecond each; what the operator and the exchange do leaves no ids behind.
    const timeUs = Math.max(START_US + seq, exchange.lastTimeUs)
    const id = who.account <= OPERATOR.account ? NO_COMMAND_ID : commandId(timeUs, ++this.#ids)
    const entry = { seq, timeUs, envelope: { ...who, id, command } }
    const outcome = exchange.execute(entry)
    assert(outcome.refusal === null, `${command.kind}: ${outcome.refusal?.code}`)
    this.#files.add(entry, outcome)
    return outcome.events
  }
}

function commandId(nowUs: number, n: number): string {
  const random = new Uint8Array(10)
  new DataView(random.buffer).setUint32(6, n)
  return newCommandId(Math.floor(nowUs / 1_000), random)
}
function by({ account, key }: Owner): By {
  return { account, key }
}

const ORDER = {
  ...PLAIN_ORDER,
  units: 1,
  horizonSeconds: 7_200,
} as const
