/** Every node of a cluster that a selector matches, each as a node of the exchange, by one daemon. */
import { mkdirSync, readdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import {
  ALL_NODES,
  Cluster,
  fleetNodes,
  kubernetesDriver,
  KubernetesError,
  kubernetesOptions,
  type FleetNode,
  type KubernetesOptions,
} from '../../agent/index.ts'
import { Fault } from '../../messages/index.ts'
import { again } from './again.ts'
import { findSite } from './find-site.ts'
import { FleetMember, type FleetWorld } from './fleet-member.ts'
import { leasesIn } from './leases-in.ts'
import type { NodeStart } from './one-node.ts'
import { pricesOf } from './stand-on-offer.ts'
import { Turns } from './turns.ts'

export interface FleetStart extends NodeStart {
  /** label selector of nodes, or `all` */
  readonly selector: string
}

/** What failed is tried again, and what has ended is let go, as often as this. */
const LOOK_MS = 1_000
/** Nodes that are enrolled at once: each tries a pod first. */
const ENROL_AT_ONCE = 8

/**
 * 1 find exchange, site and cluster, 2 look after the leases that are on disk, 3 follow the cluster:
 * nodes come, are closed, and go. Members are told what is wanted of them and do it in their own time,
 * so that none waits for another.
 */
export class Fleet {
  readonly #start: FleetStart
  readonly #options: KubernetesOptions
  readonly #cluster: Cluster
  readonly #members = new Map<string, FleetMember>()
  #timer: NodeJS.Timeout | null = null

  /** Throws Fault KUBERNETES_SETTINGS naming what is missing, ENGINE_UNREACHABLE for a bad kubeconfig. */
  constructor(start: FleetStart) {
    const { kubernetes, courier } = start.plan
    const context = kubernetes === true ? undefined : kubernetes
    this.#start = start
    this.#options = kubernetesOptions({ context, courier, node: ALL_NODES })
    this.#cluster = new Cluster(this.#options.cluster)
  }

  /**
   * Goes on for ever. Rejects when the exchange refuses its provider, and with Fault
   * KUBERNETES_SETTINGS when the cluster refuses to show its nodes: a wrong selector, a right that lacks.
   */
  async run(): Promise<void> {
    try {
      await this.#follow()
    } catch (error) {
      if (!(error instanceof KubernetesError)) throw error
      const facts = { nodes: this.#start.selector, why: error.message }
      throw new Fault('KUBERNETES_SETTINGS', { cause: error, retryable: false, facts })
    } finally {
      if (this.#timer !== null) clearInterval(this.#timer)
    }
  }

  async #follow(): Promise<void> {
    const { selector, note } = this.#start
    const world = await this.#world()
    const member = (name: string): FleetMember => {
      const found = this.#members.get(name) ?? new FleetMember(name, world)
      this.#members.set(name, found)
      return found
    }
    for (const name of namesIn(world.folder)) {
      if (leasesIn(join(world.folder, name)) > 0) member(name).tell({ do: 'leave' })
    }
    let told = { nodes: -1, open: -1 }
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
    for await (const nodes of fleetNodes(this.#cluster, selector)) {
      const seen = new Set(nodes.map(({ name }) => name))
      for (const node of nodes) member(node.name).tell(wish(node))
      for (const [name, one] of this.#members) if (!seen.has(name)) one.tell({ do: 'leave' })
      const count = { nodes: nodes.length, open: nodes.filter(isOpen).length }
      if (count.nodes !== told.nodes || count.open !== told.open) note('fleet', count)
      told = count
      this.#look()
    }
  }

  /** Stops every node, all at the same time. */
  async stop(how: { readonly closeLeases: boolean }): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    await Promise.all([...this.#members.values()].map((member) => member.stop(how)))
  }

  #look(): void {
    for (const member of this.#members.values()) void member.step()
  }

  async #world(): Promise<FleetWorld> {
    const { provider, url, folder, plan, note } = this.#start
    const nodes = join(folder, 'nodes')
    mkdirSync(nodes, { recursive: true, mode: 0o711 })
    const { venue } = await again(note, () => provider.getStatus())
    const site = plan.site ?? plan.name ?? hostname().slice(0, 64)
    return {
      provider,
      url,
      note,
      folder: nodes,
      siteId: await again(note, () => findSite(provider, site, plan.hub)),
      prefix: plan.name ?? null,
      prices: pricesOf(plan.price),
      turns: new Turns(ENROL_AT_ONCE),
      driver: (node, leases, agent) =>
        kubernetesDriver(
          leases,
          { ...this.#options, node, agent, venue, drains: true },
          this.#cluster,
        ),
    }
  }
}

function isOpen({ closed }: FleetNode): boolean {
  return closed === null
}

function wish({ closed }: FleetNode) {
  return closed === null ? ({ do: 'sell' } as const) : ({ do: 'drain', why: closed } as const)
}

function namesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((each) =>
    each.isDirectory() ? [each.name] : [],
  )
}
