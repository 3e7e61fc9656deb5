/** Machines as an auditor keeps them: nothing is sold twice. */
import {
  RESOURCE_KINDS,
  type Event,
  type EventOf,
  type NodeView,
} from '../../../src/messages/index.ts'
import { must } from '../violation.ts'
import type { LeaseModel, NodeModel } from './rows.ts'

const NOTHING = { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 }

export class Capacity {
  readonly nodes = new Map<number, NodeModel>()
  readonly commitments = new Map<number, EventOf<'CapacityCommitted'>>()
  readonly #leases: ReadonlyMap<number, LeaseModel>

  constructor(leases: ReadonlyMap<number, LeaseModel>) {
    this.#leases = leases
  }

  /** `sinceUs`: the earliest time at which the event may have been, its record's own but in a Tick. */
  read(event: Event, timeUs: number, sinceUs: number): void {
    switch (event.kind) {
      case 'NodeRegistered': {
        const { node, account } = event
        const none = { attested: NOTHING, reserve: NOTHING, status: 'registered', connected: false }
        this.nodes.set(node, { node, account, ...none, leases: new Set(), isShort: false })
        return
      }
      case 'NodeAttested': {
        const { attested, reserve } = event
        Object.assign(this.#node(event.node), { attested, reserve })
        return
      }
      case 'NodeStatusSet':
        this.#node(event.node).status = event.status
        return
      case 'ContactChanged':
        this.#node(event.node).connected = event.connected
        return
      case 'CapacityCommitted':
        this.commitments.set(event.commitment, event)
        return
      case 'CommitmentReleased':
        this.commitments.delete(event.commitment)
        return
      case 'LeaseOpened':
        return this.#leased(event, timeUs, sinceUs)
      // Nothing runs any more on what is disputed.
      case 'DisputeOpened':
      case 'LeaseSettled': {
        const lease = this.#leases.get(event.lease)
        if (lease !== undefined) this.nodes.get(lease.node)?.leases.delete(event.lease)
        return
      }
      default:
    }
  }

  /** The register of a node, as the exchange tells it, adds up and holds at least what is sold. */
  checkView(view: NodeView, timeUs: number): void {
    const node = this.nodes.get(view.node)
    if (node === undefined) return
    const parts = [view.reserve, view.free, view.held, view.leased, view.committed]
    for (const kind of RESOURCE_KINDS) {
      const sum = parts.reduce((total, part) => total + part[kind], 0)
      const detail = () => `node ${view.node} ${kind}: ${parts.map((each) => each[kind]).join('+')}`
      must(
        parts.every((part) => part[kind] >= 0),
        'capacity',
        detail,
      )
      const isShort = sum > view.attested[kind] && view.free[kind] === 0
      must(sum === view.attested[kind] || isShort, 'capacity', detail)
      must(view.leased[kind] >= this.#sold(node, kind, timeUs), 'capacity', detail)
    }
  }

  /** With the new lease, all that is promised on the machine fits on it. */
  #leased(
    { lease, node: id, resources, untilUs }: EventOf<'LeaseOpened'>,
    nowUs: number,
    sinceUs: number,
  ): void {
    // A timer of a Tick trades at its own, earlier time: certainly before the lease has to end.
    const timeUs = Math.min(nowUs, (untilUs ?? Infinity) - 1)
    // After a gap the record before is later than what the timers of the gap do.
    const fromUs = Math.min(sinceUs, timeUs)
    const node = this.#node(id)
    node.leases.add(lease)
    for (const kind of RESOURCE_KINDS) {
      if (resources[kind] === 0) continue
      const sold = this.#sold(node, kind, timeUs) + this.#committed(id, kind, fromUs, timeUs)
      const room = node.attested[kind] - node.reserve[kind]
      must(sold <= room, 'capacity', () => `lease ${lease}: ${sold} ${kind} sold, ${room} there`)
    }
  }
  /** What is not put away yet; but what had to end for a commitment makes room for it on time. */
  #sold(node: NodeModel, kind: (typeof RESOURCE_KINDS)[number], timeUs: number): number {
    let sum = 0
    for (const id of node.leases) {
      const lease = this.#leases.get(id)
      // Its own timer may come after that of the commitment, in the same instant.
      const isOver = (lease?.untilUs ?? Infinity) <= timeUs
      if (lease !== undefined && !isOver) sum += lease.resources[kind]
    }
    return sum
  }
  #committed(
    node: number,
    kind: (typeof RESOURCE_KINDS)[number],
    sinceUs: number,
    timeUs: number,
  ): number {
    let sum = 0
    for (const each of this.commitments.values()) {
      const isNow = each.fromUs <= sinceUs && timeUs < each.untilUs
      if (each.node === node && isNow) sum += each.resources[kind]
    }
    return sum
  }
  #node(id: number): NodeModel {
    const found = this.nodes.get(id)
    must(found !== undefined, 'node', () => `node ${id} is not known`)
    return found
  }
}
