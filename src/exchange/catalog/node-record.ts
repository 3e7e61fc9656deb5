import type { NodeFacts } from './node-facts.ts'
import type { NodeFields } from './rows.ts'

/** A node's row: whatever its facts are of is told to them as it changes, and cannot be forgotten. */
export class NodeRecord implements NodeFields {
  readonly node: number
  readonly account: number
  readonly site: number
  readonly hub: number
  readonly handle: string
  readonly publicKey: string
  reserve: NodeFields['reserve']
  inventoryDigest: string | null
  evaluation: NodeFields['evaluation']
  expiryTimer: number
  readonly #facts: NodeFacts
  readonly #told: Pick<NodeFields, Told>

  constructor(from: NodeFields, facts: NodeFacts) {
    this.node = from.node
    this.account = from.account
    this.site = from.site
    this.hub = from.hub
    this.handle = from.handle
    this.publicKey = from.publicKey
    this.reserve = from.reserve
    this.inventoryDigest = from.inventoryDigest
    this.evaluation = from.evaluation
    this.expiryTimer = from.expiryTimer
    const { status, connected, isolation, attested, grades } = from
    this.#told = { status, connected, isolation, attested, grades }
    this.#facts = facts
  }
  get status(): NodeFields['status'] {
    return this.#told.status
  }
  set status(value: NodeFields['status']) {
    this.#tell('status', value)
  }
  get connected(): boolean {
    return this.#told.connected
  }
  set connected(value: boolean) {
    this.#tell('connected', value)
  }
  get isolation(): NodeFields['isolation'] {
    return this.#told.isolation
  }
  set isolation(value: NodeFields['isolation']) {
    this.#tell('isolation', value)
  }
  get attested(): NodeFields['attested'] {
    return this.#told.attested
  }
  set attested(value: NodeFields['attested']) {
    this.#tell('attested', value)
  }
  /** Set as a whole: nobody pushes to it. */
  get grades(): NodeFields['grades'] {
    return this.#told.grades
  }
  set grades(value: NodeFields['grades']) {
    this.#tell('grades', value)
  }

  #tell<K extends Told>(field: K, value: NodeFields[K]): void {
    this.#told[field] = value
    this.#facts.set(this)
  }
}
type Told = 'status' | 'connected' | 'isolation' | 'attested' | 'grades'
