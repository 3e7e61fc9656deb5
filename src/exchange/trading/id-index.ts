/** Ids by owner, in the order in which they were added. */
export class IdIndex {
  readonly #sets = new Map<number, Set<number>>()

  add(owner: number, id: number): void {
    const own = this.#sets.get(owner)
    if (own === undefined) this.#sets.set(owner, new Set([id]))
    else own.add(id)
  }
  delete(owner: number, id: number): void {
    const own = this.#sets.get(owner)
    if (own === undefined) return
    own.delete(id)
    if (own.size === 0) this.#sets.delete(owner)
  }
  has(owner: number, id: number): boolean {
    return this.#sets.get(owner)?.has(id) ?? false
  }
  count(owner: number): number {
    return this.#sets.get(owner)?.size ?? 0
  }
  of(owner: number): number[] {
    return [...(this.#sets.get(owner) ?? [])]
  }
  /** Takes out and answers the oldest id when there are more than `kept`, else null. */
  overflow(owner: number, kept: number): number | null {
    const own = this.#sets.get(owner)
    if (own === undefined || own.size <= kept) return null
    const [oldest] = own
    if (oldest === undefined) return null
    own.delete(oldest)
    return oldest
  }
  clear(): void {
    this.#sets.clear()
  }
}
