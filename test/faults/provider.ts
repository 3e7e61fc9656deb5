/** A whole exchange with one provider's daemon as a program of its own, in whatever trouble. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatDecimal } from '../../src/kernel/index.ts'
import type { Lease, Workload } from '../../src/wire/index.ts'
import { removeGroups } from '../crash/groups.ts'
import { kill, processesWith } from '../crash/processes.ts'
import { ApiVenue, listGoods, openParty, SYMBOL, type Party } from '../support/api-venue.ts'
import { ensureBuilt } from '../tools/built.ts'
import { startProgram, type Running } from '../tools/running.ts'

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js')
const PRICE = '0.18'
/** micro-yuan a second at that price, for one unit */
const MICRO_A_SECOND = 50
const DISK_MIB = 16
const START_MS = 180_000
const LOOK_MS = 50

export interface Trouble {
  /** the daemon is started through this, as in a network of its own */
  readonly wrap?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** called with the exchange's port before the daemon starts: where the daemon finds it */
  readonly prepare?: (port: number) => Promise<string>
  /** the daemon's folder; a temporary one when left out */
  readonly folder?: string
  readonly driver?: 'docker' | 'oci'
}

/** How a purchase ended: its only workload, its lease, and the log. */
export interface Ended {
  readonly workload: Workload
  readonly lease: Lease
  readonly log: string
}

export class FaultyProvider {
  readonly venue: ApiVenue
  readonly buyer: Party
  readonly seller: Party
  readonly folder: string
  readonly #trouble: Trouble
  readonly #url: string
  #daemon: Running | null = null

  private constructor(
    parts: Pick<FaultyProvider, 'venue' | 'buyer' | 'seller' | 'folder'> & { readonly url: string },
    trouble: Trouble,
  ) {
    this.venue = parts.venue
    this.buyer = parts.buyer
    this.seller = parts.seller
    this.folder = parts.folder
    this.#trouble = trouble
    this.#url = parts.url
  }

  /** An exchange whose only node is on offer at ¥0.18 a core-hour: 50 micro-yuan a second. */
  static async open(trouble: Trouble = {}): Promise<FaultyProvider> {
    ensureBuilt()
    const venue = await ApiVenue.start()
    const goods = await listGoods(venue, DISK_MIB)
    const seller = await openParty(venue, 'provider')
    const buyer = await openParty(venue, 'buyer', '100.00')
    const folder = trouble.folder ?? mkdtempSync(join(tmpdir(), 'suan-fault-'))
    const url = (await trouble.prepare?.(Number(new URL(venue.url).port))) ?? venue.url
    const provider = new FaultyProvider({ venue, buyer, seller, folder, url }, trouble)
    await provider.start()
    const params = { node_id: await provider.#nodeId(), sku_id: goods.product }
    await seller.client.setOffer({ params, body: { price: PRICE, max_units: 1 } })
    return provider
  }

  /** Starts the daemon and waits until the exchange hears it. */
  async start(): Promise<void> {
    const { wrap = [], driver = 'oci' } = this.#trouble
    const command = [
      ...wrap,
      execPath,
      MAIN,
      'provider',
      'run',
      '--data',
      this.folder,
      '--name',
      'n1',
    ]
    this.#daemon = startProgram(command as [string, ...string[]], {
      cwd: tmpdir(),
      env: {
        PATH: env['PATH'] ?? '',
        HOME: tmpdir(),
        SUAN_URL: this.#url,
        SUAN_API_KEY: this.seller.token,
        SUAN_DRIVER: driver,
        ...this.#trouble.env,
      },
    })
    await this.#daemon.printed(/"what":"connected"/, START_MS)
    await until(() => this.isConnected())
  }

  async isConnected(): Promise<boolean> {
    const [node] = (await this.seller.client.listNodes()).data
    return node?.connected === true && node.status === 'online'
  }

  /** What the daemon has said, one JSON object a line. */
  said(): string {
    return this.#daemon?.output() ?? ''
  }

  /** Buys one core with a shell script on it; resolves with the allocation's id. */
  async buy(script: string, spec: { readonly image?: string } = {}): Promise<string> {
    const workload = { spec: { command: ['sh', '-c', script], ...spec }, close_allocation: true }
    const body = { symbol: SYMBOL, side: 'buy' as const, units: 1, price: PRICE }
    let id: string | undefined
    await until(async () => {
      const placed = await this.buyer.client.placeOrder({
        body: { ...body, time_in_force: 'IOC', workload },
      })
      return (id = placed.allocation_ids[0]) !== undefined
    })
    return id ?? ''
  }

  async lease(allocation: string): Promise<Lease> {
    const params = { allocation_id: allocation }
    const [lease] = (await this.buyer.client.getAllocation({ params })).leases
    if (lease === undefined) throw new Error('an allocation has a lease')
    return lease
  }

  async workload(allocation: string): Promise<Workload> {
    const { data } = await this.buyer.client.listWorkloads()
    const found = data.find((each) => each.allocation_id === allocation)
    if (found === undefined) throw new Error('the purchase came with a workload')
    return found
  }

  /** Waits until the last bill of a purchase is written. */
  async ended(allocation: string): Promise<Ended> {
    await until(async () => (await this.lease(allocation)).settled_at !== null)
    const workload = await this.workload(allocation)
    return { workload, lease: await this.lease(allocation), log: await this.#log(workload) }
  }

  /** The same of one that may have never started. */
  async endedLease(allocation: string): Promise<Lease> {
    await until(async () => (await this.lease(allocation)).settled_at !== null)
    return this.lease(allocation)
  }

  async running(allocation: string): Promise<Workload> {
    await until(async () => (await this.workload(allocation)).status === 'running')
    return this.workload(allocation)
  }

  /** Waits until the buyer sees this in the live log of a purchase; gives the workload. */
  async printed(allocation: string, text: string): Promise<Workload> {
    const workload = await this.running(allocation)
    let log = ''
    const stream = this.buyer.client.openStream()
    stream.subscribe('logs', { workload_id: workload.id }, ({ data }) => {
      log += Buffer.from(data.data, 'base64url').toString()
    })
    await until(async () => log.includes(text))
    stream.close()
    return workload
  }

  async close(): Promise<void> {
    this.#daemon?.signal('SIGKILL')
    for (let sweep = 0; sweep < 100; sweep++) {
      const left = processesWith(this.folder).filter(({ pid }) => pid !== process.pid)
      if (left.length === 0) break
      for (const { pid } of left) kill(pid)
      await sleep(LOOK_MS)
    }
    await removeGroups(join(this.folder, 'leases'))
    await this.venue.stop()
    if (this.#trouble.folder === undefined) rmSync(this.folder, { recursive: true, force: true })
  }

  async #nodeId(): Promise<string> {
    return (await this.seller.client.listNodes()).data[0]?.id ?? ''
  }

  async #log(workload: Workload): Promise<string> {
    let text = ''
    const params = { workload_id: workload.id }
    for await (const chunk of await this.buyer.client.getWorkloadLog({ params })) {
      text += Buffer.from(chunk).toString()
    }
    return text
  }
}

/** The bill of so many accepted seconds as a decimal, without the buyer's fee. */
export function billOf(acceptedSeconds: number): string {
  return formatDecimal(BigInt(acceptedSeconds * MICRO_A_SECOND), 6)
}

/** Seconds from ready to the close by the exchange's clock. */
export function clockSeconds({ ready_at, closed_at }: Lease): number {
  return (Date.parse(closed_at ?? '') - Date.parse(ready_at ?? '')) / 1_000
}

/** Looks until it holds. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(LOOK_MS)
}
