/** Which nodes' daemons, connected now, can run a witness inside their allocations. */
export class Witnessing {
  readonly #open = new Map<number, number>()

  /** One that can has connected; call the answer when it is gone. */
  opened(node: number): () => void {
    this.#open.set(node, (this.#open.get(node) ?? 0) + 1)
    return () => {
      const left = (this.#open.get(node) ?? 1) - 1
      if (left > 0) this.#open.set(node, left)
      else this.#open.delete(node)
    }
  }

  has(node: number): boolean {
    return this.#open.has(node)
  }
}
