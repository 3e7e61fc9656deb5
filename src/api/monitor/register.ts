import {
  Fault,
  type EngineDoor,
  type Event,
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
/** nodes that are looked at in one turn, so that trading never waits long */
const LOOKS = 100

const KINDS: ReadonlySet<EventKind> = new Set([
  'HubAdded',
  'SiteAdded',
  'NodeRegistered',
  'NodeAttested',
  'NodeStatusSet',
  'NodeGraded',
  'CapacityCommitted',
  'CommitmentReleased',
  'ContactChanged',
  'LeaseOpened',
  'LeaseClosed',
  'LeaseSettled',
])

/**
 * Nodes, sites and hubs as the capacity register has them, a moment late. 1 all are read at the
 * start, 2 events say which nodes changed, 3 those are read again, some at a time.
 */
export class NodeRegister {
  readonly #door: EngineDoor
  readonly #onPlaces: (places: readonly NodePlace[]) => void
  readonly #nodes = new Map<number, WatchedNode>()
  readonly #ofLease = new Map<number, number>()
  readonly #ofCommitment = new Map<number, number>()
  readonly #changed = new Set<number>()
  #hubs: ReadonlyMap<number, HubView> = new Map()
  #sites: ReadonlyMap<number, SiteView> = new Map()
  #namesChanged = true
  #timer: NodeJS.Timeout | null = null
  #closed = false
  readonly #stop: () => void

  /** `onPlaces` is told of every node at first and after each change. */
  constructor(door: EngineDoor, onPlaces: (places: readonly NodePlace[]) => void) {
    this.#door = door
    this.#onPlaces = onPlaces
    this.#stop = door.onDurable((records) => this.#hear(records), KINDS)
  }

  /** Reads all; until then nothing is known. */
  async start(): Promise<void> {
    const views = await this.#door.ask('nodes', { account: null })
    for (const { node } of views) this.#changed.add(node)
    while (this.#changed.size > 0 && !this.#closed) await this.#look()
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
    this.#closed = true
    this.#stop()
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #hear(records: readonly EventRecord[]): void {
    for (const { outcome } of records) for (const event of outcome.events) this.#note(event)
    if (this.#changed.size > 0 || this.#namesChanged) this.#soon()
  }

  #note(event: Event): void {
    if (!KINDS.has(event.kind)) return
    if (event.kind === 'LeaseOpened') this.#ofLease.set(event.lease, event.node)
    if (event.kind === 'CapacityCommitted') this.#ofCommitment.set(event.commitment, event.node)
    if (event.kind === 'HubAdded' || event.kind === 'SiteAdded') this.#namesChanged = true
    const node = this.#nodeOf(event)
    if (node !== undefined) this.#changed.add(node)
    if (event.kind === 'LeaseSettled') this.#ofLease.delete(event.lease)
    if (event.kind === 'CommitmentReleased') this.#ofCommitment.delete(event.commitment)
  }

  #nodeOf(event: Event): number | undefined {
    if ('node' in event) return event.node ?? undefined
    if ('lease' in event) return this.#ofLease.get(event.lease)
    return 'commitment' in event ? this.#ofCommitment.get(event.commitment) : undefined
  }

  #soon(): void {
    if (this.#timer !== null || this.#closed) return
    this.#timer = setTimeout(() => {
      this.#look()
        .catch((error: unknown) => {
          // The engine is stopping, or busy: what changed is still noted.
          if (!(error instanceof Fault)) throw error
        })
        .finally(() => {
          this.#timer = null
          if (this.#changed.size > 0 || this.#namesChanged) this.#soon()
        })
    }, LOOK_MS)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    if (this.#namesChanged) await this.#names()
    const places: NodePlace[] = []
    for (const node of [...this.#changed].slice(0, LOOKS)) {
      const view = await this.#door.ask('node', { node })
      this.#changed.delete(node)
      if (view === null) continue
      this.#nodes.set(node, { view, leases: await this.#leasesOn(view) })
      places.push(placeOf(view))
    }
    this.#onPlaces(places)
  }

  async #leasesOn({ node, leased }: NodeView): Promise<number> {
    const isFree = leased.cores + leased.memoryMib + leased.cards === 0
    if (isFree) return 0
    const assigned = await this.#door.ask('assignments', { node })
    for (const { lease } of assigned) this.#ofLease.set(lease.lease, node)
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
