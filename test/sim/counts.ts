/** How often each thing happened, by group and name. */
export class Counts {
  readonly #groups = new Map<string, Map<string, number>>()

  add(group: string, name: string, by = 1): void {
    let names = this.#groups.get(group)
    if (names === undefined) this.#groups.set(group, (names = new Map()))
    names.set(name, (names.get(name) ?? 0) + by)
  }
  of(group: string, name: string): number {
    return this.#groups.get(group)?.get(name) ?? 0
  }
  /** The group as an object, names in alphabetical order, `expected` ones with 0 when never met. */
  group(group: string, expected: readonly string[] = []): Record<string, number> {
    const met = this.#groups.get(group) ?? new Map<string, number>()
    const names = [...new Set([...met.keys(), ...expected])].toSorted()
    return Object.fromEntries(names.map((name) => [name, met.get(name) ?? 0]))
  }
}
