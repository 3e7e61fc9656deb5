/** One run of the crash test: rounds of load, a kill, a restart, and a comparison of everything. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Prng } from '../../src/kernel/index.ts'
import { AckList } from './acks.ts'
import { billFaults, endsOf, readEvents, unsettled } from './bills.ts'
import {
  accountFaults,
  fsckFaults,
  logFaults,
  openLeases,
  reconciled,
  unbilledFaults,
  workloadFaults,
  type Inspected,
} from './inspection.ts'
import { buy, cheapest, Load } from './load.ts'
import { logOf, Purchases, timesIn, type Purchase } from './purchases.ts'
import { reading, Sender } from './sender.ts'
import { until, type System } from './system.ts'
import { Watcher } from './watcher.ts'

export const VICTIMS = ['server', 'daemon', 'second daemon', 'all'] as const
/** At least this long, at most twice as long, nobody is there to be asked. */
const AWAY_MS = 3_500
export type Victim = (typeof VICTIMS)[number]
type Senders = readonly [Sender, Sender, Sender, Sender]
type Nodes = readonly [own: string, second: string]

/** What one run of the test has and goes through. */
export class Run {
  /** of the plan; the load has numbers of its own, since its clients take them in any order */
  readonly #rng: Prng
  readonly #loadRng: Prng
  readonly #about: Inspected
  readonly #senders: Senders
  readonly #symbol: string
  readonly #nodes: Nodes
  #rounds = 0
  #load: Load | null = null

  private constructor(
    about: Inspected,
    parts: { seed: number; senders: Senders; symbol: string; nodes: Nodes },
  ) {
    this.#rng = new Prng(parts.seed)
    this.#loadRng = new Prng(parts.seed + 1)
    this.#about = about
    this.#senders = parts.senders
    this.#symbol = parts.symbol
    this.#nodes = parts.nodes
  }

  static async start(system: System, seed: number): Promise<Run> {
    system.startServer()
    await system.serverReady()
    const provider = system.client('provider')
    const own = await reading(() => provider.listNodes())
    await system.startSeller()
    const acks = new AckList(join(system.root, 'acknowledged'))
    const sender = (): Sender => new Sender(system.client('buyer'), acks)
    const senders = [sender(), sender(), sender(), sender()] as const
    const { symbol } = await cheapest(senders[0])
    let nodes: string[] = []
    await until('both machines are on offer', async () => {
      const { data } = await reading(() => provider.listOffers())
      nodes = [...new Set(data.filter((each) => each.symbol === symbol).map((one) => one.node_id))]
      return nodes.length === 2
    })
    const buyer = system.client('buyer')
    const purchases = new Purchases(`suan-crash-${process.pid}`)
    const watcher = new Watcher(system.client('buyer'))
    const about = { system, acks, purchases, watcher, buyer, provider }
    const first = own.data[0]?.id ?? ''
    const second = nodes.find((id) => id !== first) ?? ''
    return new Run(about, { seed, senders, symbol: symbol ?? '', nodes: [first, second] })
  }

  /** Each of them once, in an order that the seed gives. */
  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items]
    const order: T[] = []
    while (left.length > 0) order.push(...left.splice(this.#rng.below(left.length), 1))
    return order
  }

  /** 1 load, 2 kill, 3 restart, 4 every answer, 5 compare, 6 the long program ends by itself. */
  async round(number: number, victim: Victim): Promise<string[]> {
    const started = Date.now()
    this.#rounds++
    const { system, purchases, buyer } = this.#about
    const long = purchases.add(14 + this.#rng.below(12), this.#rng.below(90))
    // It waits for its machine behind what is left of the load before, so it comes first.
    await buy(this.#senders[0], long, {
      symbol: this.#symbol,
      nodeId: victim === 'second daemon' ? this.#nodes[1] : this.#nodes[0],
    })
    await until(`${long.tag} runs`, async () => {
      const id = await purchases.locate(buyer, long)
      return id !== null && (await statusOf(buyer, id)) !== 'queued'
    })
    const load = this.#startLoad()
    this.#load = load
    await sleep(1_000 + this.#rng.below(6_000))
    const before = system.supervisors()
    const killedAt = Date.now()
    await this.#kill(victim)
    const faultsWhileAway = await this.#startAgain(victim)
    const backAt = Date.now()
    await load.stop()
    await reconciled(this.#about, before)
    const faults = [
      ...faultsWhileAway,
      ...(await accountFaults(this.#about)),
      ...(await workloadFaults(this.#about)),
    ]
    if (victim === 'daemon' || victim === 'second daemon')
      faults.push(...(await fsckFaults(system)))
    if (faults.length > 0) return faults
    await this.#ended(long)
    const later = await workloadFaults(this.#about)
    later.push(...(await absenceFaults(this.#about, long, { killedAt, backAt })))
    const { acks } = this.#about.acks.read()
    const lost = acks.filter((ack) => ack.lost > 0).length
    const seconds = ((Date.now() - started) / 1_000).toFixed(0)
    console.log(
      `round ${number}: ${victim}, ${seconds} s; in all ${acks.length} acknowledged, ` +
        `${lost} of them sent again, ${purchases.all.length} programs`,
    )
    return later
  }

  /** Gives everything back, stops by Ctrl-C and looks at what is left: nothing that runs. */
  async end(): Promise<string[]> {
    const { system, purchases, buyer, provider, watcher, acks } = this.#about
    await this.#senders[0].send('CancelOrders', (idempotencyKey) =>
      buyer.cancelOrders({ idempotencyKey }),
    )
    await until('every lease is closed', async () => (await openLeases(provider)).size === 0)
    await until('every lease is settled', async () => {
      const records = await readEvents(system.data)
      return unsettled(records).length === 0
    })
    await until('nothing runs', () => system.supervisors().length === 0)
    const faults = [...(await workloadFaults(this.#about)), ...(await accountFaults(this.#about))]
    const enough = purchases.all.filter(({ checked }) => checked).length
    if (enough <= this.#rounds) faults.push(`only ${enough} programs ended`)
    faults.push(...(await unbilledFaults(this.#about)))
    if (watcher.connections < 2) faults.push('the WebSocket was never connected again')
    faults.push(...(await this.#interrupt()))
    faults.push(...(await fsckFaults(system, true)), ...logFaults(system))
    acks.close()
    return faults
  }

  /** Ctrl-C under a running program: its lease closes, and its final bill is in the journal. */
  async #interrupt(): Promise<string[]> {
    const { system, purchases, buyer } = this.#about
    const last = purchases.add(300, 0)
    await buy(this.#senders[0], last, { symbol: this.#symbol, nodeId: this.#nodes[0] })
    await until(`${last.tag} runs`, async () => {
      const id = await purchases.locate(buyer, last)
      return id !== null && (await statusOf(buyer, id)) === 'running'
    })
    this.leave()
    await system.stop()
    const records = await readEvents(system.data)
    const ends = endsOf(records)
    console.log('leases ended:', Object.fromEntries(ends))
    const faults = billFaults(records)
    if (ends.get('PROVIDER_SHUTDOWN') !== 1) faults.push('the stop closed no lease')
    if (unsettled(records).length > 0) faults.push('the stop left a bill open')
    if (system.supervisors().length > 0) faults.push('the stop left a program running')
    return faults
  }

  /** Nothing of the test goes on after it, however it ended. */
  leave(): void {
    this.#load?.leave()
    this.#about.watcher.close()
  }

  #startLoad(): Load {
    const { purchases } = this.#about
    const senders = this.#senders
    return new Load({ senders, rng: this.#loadRng, purchases, symbol: this.#symbol })
  }

  async #kill(victim: Victim): Promise<void> {
    const { system } = this.#about
    if (victim === 'server') await system.killServer()
    if (victim === 'daemon') await system.killChild()
    if (victim === 'second daemon') await system.killSeller()
    if (victim === 'all') await system.killAll()
  }

  /** After some seconds away; the exchange's files are looked at while it is. */
  async #startAgain(victim: Victim): Promise<string[]> {
    const { system } = this.#about
    if (victim === 'daemon') return []
    await sleep(AWAY_MS + this.#rng.below(AWAY_MS))
    if (victim === 'second daemon') {
      await system.startSeller()
      return []
    }
    const faults = await fsckFaults(system)
    system.startServer()
    // Once more while it starts: recovery itself may be cut off anywhere.
    if (this.#rng.below(2) === 0) {
      await sleep(this.#rng.below(3_000))
      await system.killServer()
      system.startServer()
    }
    await system.serverReady()
    if (victim === 'all') await system.startSeller()
    return faults
  }

  async #ended(purchase: Purchase): Promise<void> {
    const { buyer } = this.#about
    await until(`${purchase.tag} has ended`, async () => {
      const status = await statusOf(buyer, purchase.workloadId ?? '')
      return ['done', 'failed', 'terminated'].includes(status)
    })
  }
}

async function statusOf(buyer: Inspected['buyer'], id: string): Promise<string> {
  return (await reading(() => buyer.getWorkload({ params: { workload_id: id } }))).status
}

/** The program went on while its daemon was away, and `suan logs` has all of it. */
async function absenceFaults(
  { buyer, system }: Inspected,
  long: Purchase,
  away: { readonly killedAt: number; readonly backAt: number },
): Promise<string[]> {
  const id = long.workloadId ?? ''
  const log = await logOf(buyer, id)
  const env = { SUAN_API_KEY: system.token('buyer') }
  const printed = await system.cli(['logs', id, '--stream', 'stdout'], env)
  if (!printed.includes(log)) return [`suan logs ${id}: ${printed}`]
  const times = timesIn(log)
  const from = Math.ceil(away.killedAt / 1_000) + 1
  const to = Math.min(Math.floor(away.backAt / 1_000), times.at(-1) ?? 0)
  if (to - from < 2) return []
  const isThere = times.some((time) => time >= from && time <= to)
  return isThere ? [] : [`${long.tag} wrote nothing from ${from} to ${to}`]
}
