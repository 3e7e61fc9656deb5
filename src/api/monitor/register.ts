import {
  Fault,
  type EngineDoor,
  type EventKind,
  type EventRecord,
  type HubView,
  type NodePlace,
  type NodeView,
  type Resources,
  type SiteView,
} from '../../messages/index.ts'

/** A node with how many leases are being delivered on it. */
export interface WatchedNode {
  readonly view: NodeView
  readonly leases: number
}

const LOOK_MS = 200
/** nodes that are looked at in one go, so that trading never waits long: 1,000 nodes a second */
const LOOKS = 200

/**
 * Changes that a pass must not wait for. Leases are not among them: to hear of each would cost
 * trading more than looking at the nodes in turn does.
 */
const KINDS: ReadonlySet<EventKind> = new Set([
  'HubAdded',
  'SiteAdded',
  'NodeRegistered',
  'NodeAttested',
  'NodeStatusSet',
])

/**
 * Nodes, sites and hubs as the capacity register has them, a moment late. 1 all are read at the
 * start, 2 while the journal grows the nodes are read again in turn, 3 those that were attested or
 * whose status was set before others.
 */
export class NodeRegister {
  readonly #door: EngineDoor
  readonly #onPlaces: (places: readonly NodePlace[]) => void
  readonly #nodes = new Map<number, WatchedNode>()
  readonly #changed = new Set<number>()
  readonly #timer: NodeJS.Timeout
  readonly #stop: () => void
  #hubs: ReadonlyMap<number, HubView> = new Map()
  #sites: ReadonlyMap<number, SiteView> = new Map()
  #namesChanged = true
  #isLooking = false
  /** nodes of this pass that are still to be looked at */
  #turn: number[] = []
  /** the journal when the pass began: when it is the same at the end, nothing is new */
  #turnSeq = 0

  /** `onPlaces` is told of nodes at first, and whenever they were looked at again. */
  constructor(door: EngineDoor, onPlaces: (places: readonly NodePlace[]) => void) {
    this.#door = door
    this.#onPlaces = onPlaces
    this.#stop = door.onDurable((records) => this.#hear(records), KINDS)
    this.#timer = setInterval(() => void this.#look(), LOOK_MS)
    this.#timer.unref()
  }

  /** Reads all; until then nothing is known. */
  async start(): Promise<void> {
    const views = await this.#door.ask('nodes', { account: null })
    this.#take(views)
    await this.#names()
  }

  get nodes(): ReadonlyMap<number, WatchedNode> {
    return this.#nodes
  }

  get hubs(): ReadonlyMap<number, HubView> {
    return this.#hubs
  }

  get sites(): ReadonlyMap<number, SiteView> {
    return this.#sites
  }

  close(): void {
    clearInterval(this.#timer)
    this.#stop()
  }

  #hear(records: readonly EventRecord[]): void {
    for (const { outcome } of records) {
      for (const event of outcome.events) {
        if (event.kind === 'HubAdded' || event.kind === 'SiteAdded') this.#namesChanged = true
        if (KINDS.has(event.kind) && 'node' in event) this.#changed.add(event.node!)
      }
    }
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    try {
      if (this.#namesChanged) await this.#names()
      const nodes = this.#next()
      if (nodes.length === 0) return
      const views = nodes.map((node) => this.#door.peek('node', { node }))
      // What was seen may be told only when it is durable, as everything that is asked from here on.
      await this.#door.ask('status', {})
      this.#take(views.filter((view) => view !== null))
    } catch (error) {
      // The engine is stopping or stalled: the next look sees the same or more.
      if (!(error instanceof Fault)) throw error
      this.#turnSeq = 0
    } finally {
      this.#isLooking = false
    }
  }

  /** Those that changed, then those whose turn it is. */
  #next(): number[] {
    const changed = [...this.#changed].slice(0, LOOKS)
    for (const node of changed) this.#changed.delete(node)
    if (this.#turn.length === 0 && this.#door.durableSeq() !== this.#turnSeq) {
      this.#turnSeq = this.#door.durableSeq()
      this.#turn = [...this.#nodes.keys()]
    }
    return [...changed, ...this.#turn.splice(0, LOOKS - changed.length)]
  }

  #take(views: readonly NodeView[]): void {
    for (const view of views) this.#nodes.set(view.node, { view, leases: this.#leasesOn(view) })
    this.#onPlaces(views.map(placeOf))
  }

  #leasesOn({ node, leased }: NodeView): number {
    const isFree = leased.cores + leased.memoryMib + leased.cards === 0
    if (isFree) return 0
    const assigned = this.#door.peek('assignments', { node })
    return assigned.filter(({ lease }) => lease.status !== 'closed').length
  }

  async #names(): Promise<void> {
    this.#namesChanged = false
    const [hubs, sites] = await Promise.all([
      this.#door.ask('hubs', {}),
      this.#door.ask('sites', {}),
    ])
    this.#hubs = new Map(hubs.map((one) => [one.hub, one]))
    this.#sites = new Map(sites.map((one) => [one.site, one]))
  }
}

/** What can be sold of a node. */
export function sellableOf({ attested, reserve }: NodeView): Resources {
  return {
    cores: Math.max(0, attested.cores - reserve.cores),
    memoryMib: Math.max(0, attested.memoryMib - reserve.memoryMib),
    diskMib: Math.max(0, attested.diskMib - reserve.diskMib),
    cards: Math.max(0, attested.cards - reserve.cards),
  }
}

/** What is taken of it: leased, and kept for own use. */
export function allocatedOf({ leased, committed }: NodeView): Resources {
  return {
    cores: leased.cores + committed.cores,
    memoryMib: leased.memoryMib + committed.memoryMib,
    diskMib: leased.diskMib + committed.diskMib,
    cards: leased.cards + committed.cards,
  }
}

function placeOf(view: NodeView): NodePlace {
  const { node, site, hub } = view
  return { node, site, hub, sellable: sellableOf(view), allocated: allocatedOf(view) }
}
