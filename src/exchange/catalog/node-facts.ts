/** What every sell order asks of its machine, in a few words beside the row. */
import type { NodeFields } from './rows.ts'

const STRIDE = 4
const ACCOUNT = 0
const HUB = 1
const FLAGS = 2

/** An account of a node that is not there. */
const NOBODY = 0
const ONLINE = 1
const CONNECTED = 2
const ATTESTED = 4
const READY = ONLINE | CONNECTED | ATTESTED
const ISOLATED = 8
const GRADED = 16

export class NodeFacts {
  #words = new Int32Array(64 * STRIDE)

  /** Owner of the node; 0 where there is no such node. */
  account(node: number): number {
    return node * STRIDE < this.#words.length ? this.#words[node * STRIDE + ACCOUNT]! >>> 0 : NOBODY
  }
  hub(node: number): number {
    return this.#words[node * STRIDE + HUB]! >>> 0
  }
  /** Online, connected and attested. */
  isReady(node: number): boolean {
    return (this.#words[node * STRIDE + FLAGS]! & READY) === READY
  }
  isIsolated(node: number): boolean {
    return (this.#words[node * STRIDE + FLAGS]! & ISOLATED) !== 0
  }
  /** Has it a grade above U for any SKU? */
  isGraded(node: number): boolean {
    return (this.#words[node * STRIDE + FLAGS]! & GRADED) !== 0
  }
  set(row: NodeFields): void {
    const at = row.node * STRIDE
    if (at >= this.#words.length) {
      const words = new Int32Array(2 * (at + STRIDE))
      words.set(this.#words)
      this.#words = words
    }
    const { account, hub, status, connected, attested, isolation, grades } = row
    this.#words[at + ACCOUNT] = account
    this.#words[at + HUB] = hub
    this.#words[at + FLAGS] =
      (status === 'online' ? ONLINE : 0) |
      (connected ? CONNECTED : 0) |
      (attested === null ? 0 : ATTESTED) |
      (isolation === 'none' ? 0 : ISOLATED) |
      (grades.length > 0 ? GRADED : 0)
  }
  clear(): void {
    this.#words.fill(0)
  }
}
