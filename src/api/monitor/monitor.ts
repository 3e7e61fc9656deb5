import { formatTime } from '../../kernel/index.ts'
import {
  MONITOR_METRICS,
  type EngineDoor,
  type LocalText,
  type MonitorMetric,
  type Resources,
  type Subject,
} from '../../messages/index.ts'
import type { Newest, Telemetry } from '../../telemetry/index.ts'
import {
  idOf,
  idOrNull,
  numberOf,
  toResources,
  type MonitorState,
  type MonitorSubject,
} from '../../wire/index.ts'
import { NodeRegister, allocatedOf, sellableOf, type WatchedNode } from './register.ts'
import { plain } from './series.ts'

const PARTS_MAX = 500
/** n-2 before n-10 */
const NAMES = new Intl.Collator('en', { numeric: true })
const NET_NAME: LocalText = { en: 'Whole net', zh: '全网' }

/** What the nodes of a group come to. */
interface Sums {
  readonly nodes: number
  readonly leases: number
  readonly sellable: Resources
  readonly allocated: Resources
}
const NONE: Resources = { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 }
const NOTHING: Sums = { nodes: 0, leases: 0, sellable: NONE, allocated: NONE }

interface Second {
  readonly second: number
  readonly sums: ReadonlyMap<string, Sums>
  readonly states: Map<string, MonitorState>
}

/** What is said of every subject, whatever it is. */
type About = Pick<MonitorSubject, 'id' | 'name' | 'site_id' | 'hub_id' | 'status' | 'connected'>

/** The register and the samples together: what the door tells of nodes and of the net. */
export class Monitor {
  readonly telemetry: Telemetry
  readonly #register: NodeRegister
  readonly #nowUs: () => number
  #now: Second = { second: 0, sums: new Map(), states: new Map() }

  constructor(parts: { door: EngineDoor; telemetry: Telemetry; nowUs: () => number }) {
    this.telemetry = parts.telemetry
    this.#nowUs = parts.nowUs
    this.#register = new NodeRegister(parts.door, (places) => this.telemetry.place(places))
  }

  start(): Promise<void> {
    return this.#register.start()
  }

  async close(): Promise<void> {
    this.#register.close()
    await this.telemetry.close()
  }

  /** What a subject is now, with its parts; null when there is no such thing. The same all second. */
  state(subject: Subject): MonitorState | null {
    const name = `${subject.kind} ${subject.number}`
    const known = this.#second().states.get(name)
    if (known !== undefined) return known
    const now = this.#subject(subject)
    if (now === null) return null
    const parts = this.#partsOf(subject)
    const state: MonitorState = {
      at: formatTime(this.#nowUs()),
      since: formatTime(this.telemetry.since * 1e6),
      subject: now,
      above: this.#aboveOf(now),
      parts: parts.slice(0, PARTS_MAX).map((part) => this.#subject(part)!),
      parts_total: parts.length,
    }
    this.#second().states.set(name, state)
    return state
  }

  /** Nodes of a hub, of a site, or all, busiest first; `data` holds the first `most` of them. */
  nodes(
    where: { readonly hub: number | null; readonly site: number | null },
    most: number,
  ): { readonly data: MonitorSubject[]; readonly total: number } {
    const found = [...this.#register.nodes.values()].filter(
      ({ view }) =>
        (where.hub === null || view.hub === where.hub) &&
        (where.site === null || view.site === where.site),
    )
    const busy = new Map(found.map(({ view }) => [view.node, this.#busyOf(view)]))
    const sorted = found.toSorted(
      (a, b) =>
        busy.get(b.view.node)! - busy.get(a.view.node)! ||
        NAMES.compare(a.view.handle, b.view.handle),
    )
    return { data: sorted.slice(0, most).map((one) => this.node(one)), total: found.length }
  }

  /** Every node of the register; `node` tells of one. */
  get watched(): readonly WatchedNode[] {
    return [...this.#register.nodes.values()]
  }

  /** What is summed and told once a second, however many ask. */
  #second(): Second {
    const second = Math.floor(this.#nowUs() / 1e6)
    if (this.#now.second !== second) {
      this.#now = { second, sums: sumsOf(this.#register.nodes.values()), states: new Map() }
    }
    return this.#now
  }

  /** What nodes are sorted by; those that do not say come last. */
  #busyOf({ node, attested }: WatchedNode['view']): number {
    const metric = attested.cards > 0 ? 'gpu_busy' : 'cpu_busy'
    const value = this.telemetry.value({ kind: 'node', number: node }, metric)
    return Number.isNaN(value) ? -1 : value
  }

  #subject(subject: Subject): MonitorSubject | null {
    const { kind, number } = subject
    if (kind === 'node') {
      const one = this.#register.nodes.get(number)
      return one === undefined ? null : this.node(one)
    }
    const about = this.#aboutGroup(subject)
    if (about === null) return null
    const newest = this.#newest(kind, number)
    const reporting = newest?.values.nodes_reporting ?? 0
    return this.#told(kind, about, newest, {
      ...(this.#second().sums.get(`${kind} ${number}`) ?? NOTHING),
      nodes_reporting: Number.isNaN(reporting) ? 0 : reporting,
    })
  }

  /** What is told of a node. */
  node({ view, leases }: WatchedNode): MonitorSubject {
    const newest = this.#newest('node', view.node)
    const about: About = {
      id: idOf('node', view.node),
      name: { en: view.handle, zh: view.handle },
      site_id: idOf('site', view.site),
      hub_id: idOf('hub', view.hub),
      status: view.status,
      connected: view.connected,
    }
    return this.#told('node', about, newest, {
      nodes: 1,
      nodes_reporting: newest?.isReporting === true ? 1 : 0,
      leases,
      sellable: sellableOf(view),
      allocated: allocatedOf(view),
    })
  }

  #told(
    kind: Subject['kind'],
    about: About,
    newest: Newest | null,
    counts: Pick<MonitorSubject, 'nodes' | 'nodes_reporting' | 'leases'> & {
      readonly sellable: Resources
      readonly allocated: Resources
    },
  ): MonitorSubject {
    const isReporting = counts.nodes_reporting > 0
    const values = isReporting || newest === null ? valuesOf(newest) : ratesOf(newest)
    const { sellable, allocated, ...numbers } = counts
    const hasCards = sellable.cards > 0
    const part = hasCards ? allocated.cards : allocated.cores
    const whole = hasCards ? sellable.cards : sellable.cores
    return {
      kind,
      ...about,
      reporting: isReporting,
      sampled_at:
        newest === null || newest.second === 0 ? null : formatTime(newest.second * 1_000_000),
      ...numbers,
      sellable: toResources(sellable),
      allocated: toResources(allocated),
      allocation_rate: whole === 0 ? null : plain(part / whole),
      utilisation: (hasCards ? values.gpu_busy : values.cpu_busy) ?? null,
      values,
    }
  }

  #aboveOf({ kind, hub_id: hub, site_id: site }: MonitorSubject): MonitorState['above'] {
    const ids = [
      ['hub', hub],
      ['site', kind === 'node' ? site : null],
    ] as const
    return ids.flatMap(([of, id]) => {
      const about = id === null ? null : this.#aboutGroup({ kind: of, number: numberOf(of, id)! })
      return about === null ? [] : [{ kind: of, id: about.id!, name: about.name }]
    })
  }

  #partsOf({ kind, number }: Subject): Subject[] {
    const { hubs, sites, nodes } = this.#register
    if (kind === 'national') {
      const named = [...hubs.values()].map((one) => [one.hub, one.name.en] as const)
      return inOrder('hub', named)
    }
    if (kind === 'hub') {
      const here = [...sites.values()].filter((one) => one.hub === number)
      return inOrder(
        'site',
        here.map((one) => [one.site, one.handle]),
      )
    }
    if (kind === 'node') return []
    const here = [...nodes.values()].filter(({ view }) => view.site === number)
    return inOrder(
      'node',
      here.map(({ view }) => [view.node, view.handle]),
    )
  }

  #aboutGroup({ kind, number }: Subject): About | null {
    const none = { site_id: null, hub_id: null, status: null, connected: null }
    if (kind === 'national') return { ...none, id: null, name: NET_NAME }
    if (kind === 'hub') {
      const hub = this.#register.hubs.get(number)
      return hub === undefined ? null : { ...none, id: idOf('hub', number), name: { ...hub.name } }
    }
    const site = this.#register.sites.get(number)
    if (site === undefined) return null
    const name = { en: site.handle, zh: site.handle }
    return { ...none, id: idOf('site', number), name, hub_id: idOrNull('hub', site.hub) }
  }

  #newest(kind: Subject['kind'], number: number): Newest | null {
    return this.telemetry.newest({ kind, number })
  }
}

/** By name. */
function inOrder(
  kind: Subject['kind'],
  named: readonly (readonly [number: number, name: string])[],
): Subject[] {
  return named.toSorted(([, a], [, b]) => NAMES.compare(a, b)).map(([number]) => ({ kind, number }))
}

/** What the nodes of every group come to, in one pass. */
function sumsOf(nodes: Iterable<WatchedNode>): Map<string, Sums> {
  const sums = new Map<string, Sums>()
  for (const { view, leases } of nodes) {
    const [sellable, allocated] = [sellableOf(view), allocatedOf(view)]
    for (const name of ['national 0', `hub ${view.hub}`, `site ${view.site}`]) {
      const sum = sums.get(name) ?? NOTHING
      sums.set(name, {
        nodes: sum.nodes + 1,
        leases: sum.leases + leases,
        sellable: plus(sum.sellable, sellable),
        allocated: plus(sum.allocated, allocated),
      })
    }
  }
  return sums
}

function plus(a: Resources, b: Resources): Resources {
  return {
    cores: a.cores + b.cores,
    memoryMib: a.memoryMib + b.memoryMib,
    diskMib: a.diskMib + b.diskMib,
    cards: a.cards + b.cards,
  }
}

type Values = Partial<Record<MonitorMetric, number>>

function valuesOf(newest: Newest | null): Values {
  if (newest === null) return {}
  const known = MONITOR_METRICS.filter((metric) => !Number.isNaN(newest.values[metric]))
  return Object.fromEntries(known.map((metric) => [metric, plain(newest.values[metric])]))
}

/** Of those that are silent only what the register says. */
function ratesOf(newest: Newest): Values {
  const all = valuesOf(newest)
  const kept = Object.entries(all).filter(([metric]) => /^(allocated|nodes)/.test(metric))
  return Object.fromEntries(kept)
}
