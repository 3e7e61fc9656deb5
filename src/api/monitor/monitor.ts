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

/** What is said of every subject, whatever it is. */
type About = Pick<MonitorSubject, 'id' | 'name' | 'site_id' | 'hub_id' | 'status' | 'connected'>

/** The register and the samples together: what the door tells of nodes and of the net. */
export class Monitor {
  readonly telemetry: Telemetry
  readonly #register: NodeRegister
  readonly #nowUs: () => number

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

  /** What a subject is now, with its parts; null when there is no such thing. */
  state(subject: Subject): MonitorState | null {
    const now = this.#subject(subject)
    if (now === null) return null
    const parts = this.#partsOf(subject)
    return {
      at: formatTime(this.#nowUs()),
      since: formatTime(this.telemetry.since * 1e6),
      subject: now,
      above: this.#aboveOf(now),
      parts: parts.slice(0, PARTS_MAX),
      parts_total: parts.length,
    }
  }

  /** Nodes of a hub, of a site, or all, busiest first. */
  nodes(where: { readonly hub: number | null; readonly site: number | null }): MonitorSubject[] {
    const wanted = [...this.#register.nodes.values()].filter(
      ({ view }) =>
        (where.hub === null || view.hub === where.hub) &&
        (where.site === null || view.site === where.site),
    )
    return wanted
      .map((one) => this.#node(one))
      .toSorted((a, b) => (b.utilisation ?? -1) - (a.utilisation ?? -1) || byName(a, b))
  }

  #subject(subject: Subject): MonitorSubject | null {
    const { kind, number } = subject
    if (kind === 'node') {
      const one = this.#register.nodes.get(number)
      return one === undefined ? null : this.#node(one)
    }
    const about = this.#aboutGroup(subject)
    if (about === null) return null
    const nodes = [...this.#register.nodes.values()].filter(({ view }) => isIn(subject, view))
    const reporting = nodes.filter(({ view }) => this.#newest('node', view.node)?.isReporting)
    return this.#told(kind, about, this.#newest(kind, number), {
      nodes: nodes.length,
      nodes_reporting: reporting.length,
      leases: nodes.reduce((sum, { leases }) => sum + leases, 0),
      sellable: total(nodes.map(({ view }) => sellableOf(view))),
      allocated: total(nodes.map(({ view }) => allocatedOf(view))),
    })
  }

  #node({ view, leases }: WatchedNode): MonitorSubject {
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

  #partsOf(subject: Subject): MonitorSubject[] {
    const { hubs, sites, nodes } = this.#register
    const parts: Subject[] = []
    if (subject.kind === 'national') {
      for (const { hub } of hubs.values()) parts.push({ kind: 'hub', number: hub })
    } else if (subject.kind === 'hub') {
      for (const { site, hub } of sites.values()) {
        if (hub === subject.number) parts.push({ kind: 'site', number: site })
      }
    } else if (subject.kind === 'site') {
      for (const { view } of nodes.values()) {
        if (view.site === subject.number) parts.push({ kind: 'node', number: view.node })
      }
    }
    return parts
      .map((part) => this.#subject(part))
      .filter((part) => part !== null)
      .toSorted(byName)
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

function isIn({ kind, number }: Subject, { site, hub }: WatchedNode['view']): boolean {
  if (kind === 'national') return true
  return kind === 'hub' ? hub === number : site === number
}

function total(all: readonly Resources[]): Resources {
  const sum = { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 }
  for (const one of all) {
    sum.cores += one.cores
    sum.memoryMib += one.memoryMib
    sum.diskMib += one.diskMib
    sum.cards += one.cards
  }
  return sum
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

function byName(a: MonitorSubject, b: MonitorSubject): number {
  return NAMES.compare(a.name.en, b.name.en)
}
