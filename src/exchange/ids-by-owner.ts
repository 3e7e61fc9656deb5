/**
 * Ids by owner in the order in which they were added. One that ends is only counted: the list is
 * cleaned when half of it has ended, so nothing is searched or hashed where ids come and go.
 */
export class IdsByOwner {
  readonly #isLive: (id: number) => boolean
  #lists: (List | undefined)[] = []

  /** `isLive` says whether an id that was added has not ended. */
  constructor(isLive: (id: number) => boolean) {
    this.#isLive = isLive
  }
  /** An id that is not in the list. */
  add(owner: number, id: number): void {
    const list = this.#lists[owner]
    if (list === undefined) this.#lists[owner] = { ids: [id], ended: 0 }
    else list.ids.push(id)
  }
  /** One of the owner's ids has ended. */
  end(owner: number): void {
    const list = this.#lists[owner]
    if (list === undefined || ++list.ended * 2 <= list.ids.length) return
    list.ids = list.ids.filter(this.#isLive)
    list.ended = 0
  }
  of(owner: number): number[] {
    return this.#lists[owner]?.ids.filter(this.#isLive) ?? []
  }
  clear(): void {
    this.#lists = []
  }
}

interface List {
  ids: number[]
  ended: number
}
