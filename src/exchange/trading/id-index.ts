/** Ids by owner, in the order in which they were added. */
export class IdIndex {
  /** owners are ids from a counter */
  #sets: (Set<number> | undefined)[] = []

  add(owner: number, id: number): void {
    const own = this.#sets[owner]
    if (own === undefined) this.#sets[owner] = new Set([id])
    else own.add(id)
  }
  delete(owner: number, id: number): void {
    const own = this.#sets[owner]
    if (own === undefined) return
    own.delete(id)
  }
  has(owner: number, id: number): boolean {
    return this.#sets[owner]?.has(id) ?? false
  }
  count(owner: number): number {
    return this.#sets[owner]?.size ?? 0
  }
  of(owner: number): number[] {
    return [...(this.#sets[owner] ?? [])]
  }
  clear(): void {
    this.#sets = []
  }
}
