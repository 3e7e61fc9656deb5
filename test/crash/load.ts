/** Clients that trade, buy, run, give back and deposit until they are told to stop. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Prng } from '../../src/kernel/index.ts'
import type { Offer } from '../../src/wire/index.ts'
import { commandOf, type Purchase, type Purchases } from './purchases.ts'
import { reading, type Sender } from './sender.ts'

/** Far below every offer, within the band: such an order rests. */
const LOW = '0.020'
/** Above every offer: such an order takes what is there, else it waits for it. */
const HIGH = '0.150'
const WAITING_MAX = 3
const PAUSE_MS = 150

export interface LoadParts {
  /** a client of its own for each of the loops below */
  readonly senders: readonly [Sender, Sender, Sender, Sender]
  readonly rng: Prng
  readonly purchases: Purchases
  readonly symbol: string
}

/** One stretch of load. `stop` resolves when the last command of every client has its outcome. */
export class Load {
  readonly #parts: LoadParts
  readonly #ends: Promise<PromiseSettledResult<void>[]>
  #isStopping = false

  constructor(parts: LoadParts) {
    this.#parts = parts
    const [trader, shopper, tenant, saver] = parts.senders
    this.#ends = Promise.allSettled([
      this.#repeat(() => this.#trade(trader)),
      this.#repeat(() => this.#shop(shopper)),
      this.#repeat(() => this.#rent(tenant)),
      this.#repeat(() => this.#save(saver)),
    ])
  }

  /** No new commands from now on, also when nobody waits for the end. */
  leave(): void {
    this.#isStopping = true
  }

  async stop(): Promise<void> {
    this.leave()
    for (const end of await this.#ends) if (end.status === 'rejected') throw end.reason
  }

  async #repeat(once: () => Promise<void>): Promise<void> {
    while (!this.#isStopping) {
      await once()
      await sleep(this.#parts.rng.below(PAUSE_MS))
    }
  }

  /** Places, amends, cancels, and tries what cannot be filled. */
  async #trade(sender: Sender): Promise<void> {
    const { rng, symbol } = this.#parts
    const { client } = sender
    const body = { symbol, side: 'buy', units: 1 + rng.below(3), price: LOW } as const
    const placed = await sender.send('PlaceOrder', (idempotencyKey) =>
      client.placeOrder({ body, idempotencyKey }),
    )
    if (placed === null) return
    const params = { order_id: placed.order.id }
    if (rng.below(2) === 0) {
      const change = { units: 1 + rng.below(5), price: rng.below(2) === 0 ? LOW : '0.021' }
      await sender.send('AmendOrder', (idempotencyKey) =>
        client.amendOrder({ params, body: change, idempotencyKey }),
      )
    }
    const now = { ...body, time_in_force: 'IOC', units: 2 } as const
    await sender.send('PlaceOrder', (idempotencyKey) =>
      client.placeOrder({ body: now, idempotencyKey }),
    )
    if (rng.below(10) === 0) return
    await sender.send('CancelOrder', (idempotencyKey) =>
      client.cancelOrder({ params, idempotencyKey }),
    )
  }

  /** Buys with a program; what waits too long for a machine is given up again. */
  async #shop(sender: Sender): Promise<void> {
    const { rng, purchases, symbol } = this.#parts
    const waiting: Purchase[] = []
    for (const each of purchases.all) {
      if (each.orderId === null || each.workloadId !== null || each.givenUp) continue
      if ((await purchases.locate(sender.client, each)) === null) waiting.push(each)
    }
    const [oldest] = waiting
    if (waiting.length >= WAITING_MAX && oldest !== undefined) {
      if (rng.below(3) === 0) await giveUpOrder(sender, oldest)
      return
    }
    await buy(sender, purchases.add(rng.below(4), rng.below(90)), { symbol })
  }

  /** Rents, runs programs on what it rented, and gives it back, perhaps under a running program. */
  async #rent(sender: Sender): Promise<void> {
    const { rng, purchases, symbol } = this.#parts
    const { client } = sender
    const body = { symbol, side: 'buy', units: 1, price: HIGH, time_in_force: 'IOC' } as const
    const placed = await sender.send('PlaceOrder', (idempotencyKey) =>
      client.placeOrder({ body, idempotencyKey }),
    )
    const allocationId = placed?.allocation_ids[0]
    if (allocationId === undefined) return sleep(500)
    const params = { allocation_id: allocationId }
    const mine: Purchase[] = []
    for (let count = rng.below(3); count > 0; count--) {
      const purchase = purchases.add(rng.below(5), rng.below(90))
      purchase.allocationId = allocationId
      mine.push(purchase)
      const started = await sender.send('StartWorkload', (idempotencyKey) =>
        client.startWorkload({
          params,
          body: { spec: { command: commandOf(purchase) } },
          idempotencyKey,
        }),
      )
      purchase.workloadId = started?.workload.id ?? null
    }
    await sleep(rng.below(6_000))
    for (const purchase of mine) purchase.givenUp = true
    await sender.send('CloseAllocation', (idempotencyKey) =>
      client.closeAllocation({ params, idempotencyKey }),
    )
  }

  async #save(sender: Sender): Promise<void> {
    const { rng } = this.#parts
    const body = { amount: `${1 + rng.below(9)}.00` }
    await sender.send('Deposit', (idempotencyKey) => sender.client.faucet({ body, idempotencyKey }))
    await sleep(rng.below(300))
  }
}

/** Buys one unit with a program on it, on this node where one is named; the order waits for it. */
export async function buy(
  sender: Sender,
  purchase: Purchase,
  where: { readonly symbol: string; readonly nodeId?: string },
): Promise<void> {
  const { symbol, nodeId } = where
  const workload = { spec: { command: commandOf(purchase) }, close_allocation: true }
  const body = { symbol, side: 'buy', units: 1, price: HIGH, workload } as const
  const pinned = nodeId === undefined ? body : { ...body, node_id: nodeId, standing: true }
  const placed = await sender.send('PlaceOrder', (idempotencyKey) =>
    sender.client.placeOrder({ body: pinned, idempotencyKey }),
  )
  if (placed === null) throw new Error(`${purchase.tag} was refused: ${sender.refusal}`)
  const { status, cancel_reason: why } = placed.order
  if (status === 'cancelled') throw new Error(`${purchase.tag} was not bought: ${why}`)
  purchase.orderId = placed.order.id
  purchase.allocationId = placed.allocation_ids[0] ?? null
  purchase.workloadId = placed.workload_ids[0] ?? null
}

/** Cancels the order of a purchase. It may have been filled meanwhile: then it goes on. */
async function giveUpOrder(sender: Sender, purchase: Purchase): Promise<void> {
  const { client } = sender
  const params = { order_id: purchase.orderId ?? '' }
  const cancelled = await sender.send('CancelOrder', (idempotencyKey) =>
    client.cancelOrder({ params, idempotencyKey }),
  )
  if (cancelled !== null) purchase.givenUp = true
}

/** The cheapest thing that can be rented now. */
export async function cheapest(sender: Sender): Promise<Offer> {
  const { data } = await reading(() => sender.client.listOffers())
  const offer = data.find((each) => each.symbol !== null && each.blocked === null)
  if (offer === undefined) throw new Error('nothing is on offer')
  return offer
}
