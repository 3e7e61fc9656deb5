/** Work on the same thing comes one after another. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Does the work when all that was asked for this name before has ended, well or badly. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve()
    const mine = before.then(work)
    const settled = mine.catch(() => undefined)
    this.#last.set(name, settled)
    try {
      return await mine
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name)
    }
  }
}
