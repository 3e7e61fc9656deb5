/** Clients of the public API that write as fast as they are answered, until they are told to stop. */
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { SuanError, type Client } from '../../src/client/index.ts'
import type { Prng } from '../../src/kernel/index.ts'
import type { AckList } from '../crash/acks.ts'
import { reading, Sender } from '../crash/sender.ts'

/** Below every offer, within the band: such an order rests. */
const LOW = '0.020'
const OBJECT_BYTES_MAX = 200_000
const PAUSE_MS = 50

export class Traffic {
  /** digests of everything that the exchange said it had stored */
  readonly stored: string[] = []
  readonly #client: () => Client
  readonly #acks: AckList
  readonly #rng: Prng
  readonly #symbol: string
  readonly #ends: Promise<PromiseSettledResult<void>[]>
  #isStopping = false

  constructor(parts: { client: () => Client; acks: AckList; rng: Prng; symbol: string }) {
    this.#client = parts.client
    this.#acks = parts.acks
    this.#rng = parts.rng
    this.#symbol = parts.symbol
    const trade = (): Promise<void> => this.#trade(new Sender(parts.client(), parts.acks))
    const loops = [trade, trade, trade, () => this.#save(), () => this.#store()]
    this.#ends = Promise.allSettled(loops.map((loop) => loop()))
  }

  /** No new commands from now on; resolves when every one that was sent has its outcome. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const end of await this.#ends) if (end.status === 'rejected') throw end.reason
  }

  async #trade(sender: Sender): Promise<void> {
    const { client } = sender
    while (!this.#isStopping) {
      const body = { symbol: this.#symbol, side: 'buy', units: 1, price: LOW } as const
      const placed = await sender.send('PlaceOrder', (idempotencyKey) =>
        client.placeOrder({ body, idempotencyKey }),
      )
      if (placed === null || this.#rng.below(8) === 0) continue
      const params = { order_id: placed.order.id }
      await sender.send('CancelOrder', (idempotencyKey) =>
        client.cancelOrder({ params, idempotencyKey }),
      )
    }
  }

  async #save(): Promise<void> {
    const sender = new Sender(this.#client(), this.#acks)
    while (!this.#isStopping) {
      const body = { amount: `${1 + this.#rng.below(9)}.00` }
      await sender.send('Deposit', (idempotencyKey) =>
        sender.client.faucet({ body, idempotencyKey }),
      )
      await sleep(this.#rng.below(PAUSE_MS))
    }
  }

  /** What was refused or not answered is not sent again: only what was promised counts. */
  async #store(): Promise<void> {
    const client = this.#client()
    while (!this.#isStopping) {
      const body = randomBytes(this.#rng.below(OBJECT_BYTES_MAX))
      try {
        this.stored.push((await client.putObject({ body })).digest)
      } catch (error) {
        if (!(error instanceof SuanError) || !error.retryable) throw error
      }
      await sleep(this.#rng.below(PAUSE_MS))
    }
  }
}

/** Stored objects that do not come back as they were. */
export async function objectFaults(client: Client, digests: readonly string[]): Promise<string[]> {
  const faults: string[] = []
  for (const digest of digests) {
    try {
      const stream = await reading(() => client.getObject({ params: { digest } }))
      const hash = createHash('sha256')
      for await (const part of stream) hash.update(part)
      const found = hash.digest('hex')
      if (found !== digest) faults.push(`object ${digest} has the bytes of ${found}`)
    } catch (error) {
      faults.push(`object ${digest}: ${String(error)}`)
    }
  }
  return faults
}
