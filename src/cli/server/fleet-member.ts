import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  clientLink,
  inspectElsewhere,
  isPassing,
  leasesFolder,
  loadIdentity,
  monotonicMs,
  NodeAgent,
  nodeClient,
  probed,
  registerNode,
  wholeOffering,
  type ClusterDriver,
  type ExchangeLink,
  type Machine,
  type NodeFacts,
} from '../../agent/index.ts'
import { SuanError, type Client } from '../../client/index.ts'
import { Fault } from '../../messages/index.ts'
import type { Note } from './again.ts'
import { leasesIn } from './leases-in.ts'
import { standOnOffer, type Prices } from './stand-on-offer.ts'
import type { Turns } from './turns.ts'

/** What the nodes of a fleet have in common. */
export interface FleetWorld {
  readonly provider: Client
  readonly url: string
  readonly note: Note
  /** one folder a node, with its key and its leases */
  readonly folder: string
  readonly siteId: string
  /** how nodes are called on the exchange: null is by their own names */
  readonly prefix: string | null
  readonly prices: Prices
  readonly turns: Turns
  /** the driver of a node of the cluster */
  readonly driver: (node: string, leases: string, agent: string) => ClusterDriver
}

/** What is wanted of a node: leave is what is done with one that is not there, or not ours any more. */
export type Wish =
  | { readonly do: 'sell' }
  | { readonly do: 'drain'; readonly why: string }
  | { readonly do: 'leave' }

interface Daemon {
  readonly agent: NodeAgent
  readonly driver: ClusterDriver
  readonly link: ExchangeLink
  readonly facts: NodeFacts
}

/** After a failure it is tried again, at first soon. */
const [AGAIN_MS, AGAIN_MOST_MS] = [2_000, 60_000]
/** A lease that was sold a moment before the node was closed has come by then. */
const SETTLE_MS = 5_000
/** So long an enrolment that is under way is waited for at the end: it may have leases to close. */
const STOP_MS = 15_000

/**
 * One node of a fleet. It is enrolled when it can be sold; while it cannot, it is draining, and keeps
 * the leases that it has; gone from the cluster, it is looked after until its last lease has ended.
 * What fails is noted, and tried again by itself alone.
 */
export class FleetMember {
  readonly #name: string
  readonly #world: FleetWorld
  readonly #folder: string
  #wish: Wish = { do: 'leave' }
  #daemon: Daemon | null = null
  #status: 'unknown' | 'online' | 'draining' = 'unknown'
  #stepping: Promise<void> | null = null
  #drainedMs = 0
  #failures = 0
  #notBeforeMs = 0
  #stopped = false

  constructor(name: string, world: FleetWorld) {
    this.#name = name
    this.#world = world
    this.#folder = join(world.folder, name)
  }

  tell(wish: Wish): void {
    // A node that changed may be well again.
    if (wish.do !== this.#wish.do) this.#notBeforeMs = 0
    this.#wish = wish
  }

  /** One step towards what is wanted, unless one is under way; never rejects for what may pass. */
  async step(): Promise<void> {
    if (this.#stopped || monotonicMs() < this.#notBeforeMs) return
    this.#stepping ??= this.#tryStep().finally(() => (this.#stepping = null))
    await this.#stepping
  }

  async stop(how: { readonly closeLeases: boolean }): Promise<void> {
    this.#stopped = true
    if (leasesIn(this.#folder) > 0) await Promise.race([this.#stepping, sleep(STOP_MS)])
    await this.#daemon?.agent.stop(how)
  }

  async #tryStep(): Promise<void> {
    try {
      await this.#step()
      this.#failures = 0
    } catch (error) {
      if (!isPassing(error) && !(error instanceof SuanError)) throw error
      const delay = Math.min(AGAIN_MOST_MS, AGAIN_MS * 2 ** this.#failures++)
      this.#notBeforeMs = monotonicMs() + delay
      this.#note('node to be tried again', factsOf(error))
    }
  }

  /** 1 begin, where there is something to do, 2 what the exchange is told, 3 leave what has ended. */
  async #step(): Promise<void> {
    const wish = this.#wish
    if (this.#daemon === null) {
      if (wish.do !== 'sell' && leasesIn(this.#folder) === 0) return
      await this.#world.turns.take(() => this.#begin(wish.do === 'sell'))
    }
    const daemon = this.#daemon
    if (daemon === null) return
    if (wish.do === 'sell') {
      if (this.#status !== 'online') await this.#world.turns.take(() => this.#sell(daemon))
    } else if (this.#status !== 'draining') {
      await this.#drain(daemon, wish.do === 'drain' ? wish.why : 'it has left the fleet')
    }
    const isOver = this.#status === 'draining' && monotonicMs() - this.#drainedMs > SETTLE_MS
    if (wish.do === 'leave' && isOver && daemon.agent.leases.length === 0) await this.#leave(daemon)
  }

  /** A node that never sold anything is tried before the exchange hears of it. */
  async #begin(isTried: boolean): Promise<void> {
    const { provider, url, siteId, prefix } = this.#world
    const folder = this.#folder
    mkdirSync(folder, { recursive: true, mode: 0o711 })
    const identity = loadIdentity(folder)
    const { publicKey } = identity
    const leases = leasesFolder(folder)
    const driver = this.#world.driver(this.#name, leases, publicKey.slice(0, 12))
    if (isTried && leasesIn(folder) === 0) await probed(driver)
    const handle = prefix === null ? this.#name.slice(0, 64) : `${prefix}-${publicKey.slice(0, 8)}`
    await registerNode(provider, { publicKey, handle, siteId })
    const link = clientLink(nodeClient(url, identity), publicKey)
    const facts = await link.facts()
    const note: Note = (what, more) => this.#note(what, more)
    const agent = new NodeAgent({ link, driver, identity, folder, isHere: false, note })
    await agent.start()
    this.#daemon = { agent, driver, link, facts }
    this.#status = 'unknown'
    this.#note('node looked after', { number: facts.node, handle })
  }

  /** 1 how much of it is free, 2 attest that, 3 online, 4 offers. */
  async #sell(daemon: Daemon): Promise<void> {
    const { driver, link, facts } = daemon
    const machine = await this.#machine(daemon)
    const inspection = await inspectElsewhere(this.#folder, { ...machine, here: false })
    const { attested, reserve, maxUnits } = wholeOffering(inspection)
    const { isolation } = driver
    await link.attest({ attested, reserve, isolation, inventoryDigest: inspection.digest })
    await link.setStatus('online')
    const { provider, prices } = this.#world
    const { listed, why } = await standOnOffer(provider, link, prices, maxUnits, facts)
    this.#status = 'online'
    if (listed.length > 0) this.#note('node listed', { offers: listed.join(', ') })
    else this.#note('node not listed', { why })
  }

  /** What cannot be asked cannot be sold: it may still be online from before this daemon started. */
  async #machine(daemon: Daemon): Promise<Machine> {
    try {
      return await daemon.driver.machine()
    } catch (error) {
      if (this.#status !== 'draining') await this.#drain(daemon, 'its cluster does not answer')
      throw error
    }
  }

  /** No new leases; those that it has go on. */
  async #drain({ link }: Daemon, why: string): Promise<void> {
    await link.setStatus('draining', why)
    this.#status = 'draining'
    this.#drainedMs = monotonicMs()
    this.#note('node draining', { why })
  }

  async #leave({ agent }: Daemon): Promise<void> {
    await agent.stop({ closeLeases: false })
    this.#daemon = null
    this.#note('node left')
  }

  #note(what: string, facts: Readonly<Record<string, string | number>> = {}): void {
    this.#world.note(what, { machine: this.#name, ...facts })
  }
}

function factsOf(error: Error): Readonly<Record<string, string | number>> {
  const why = error instanceof Fault ? String(error.facts['why'] ?? error.message) : error.message
  return { why }
}
