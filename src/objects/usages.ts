import type { ObjectUsage } from '../messages/index.ts'

type List = (subject: number) => AsyncIterable<{ readonly size: number }>

/** subjects whose sums are kept at hand; of others they are counted anew */
const KEPT = 10_000

/**
 * How much each subject has stored: counted once from what rests in the vault, then kept up to date.
 * What changes while it is counted makes it be counted again at the next question.
 */
export class Usages {
  readonly #list: List
  readonly #known = new Map<number, ObjectUsage>()
  readonly #counting = new Map<number, Promise<ObjectUsage>>()
  readonly #stale = new Set<number>()

  constructor(list: List) {
    this.#list = list
  }

  async of(subject: number): Promise<ObjectUsage> {
    const known = this.#known.get(subject) ?? this.#counting.get(subject)
    if (known !== undefined) return known
    const counting = this.#count(subject)
    this.#counting.set(subject, counting)
    try {
      return await counting
    } finally {
      this.#counting.delete(subject)
    }
  }

  changed(subject: number, by: ObjectUsage): void {
    const known = this.#known.get(subject)
    if (this.#counting.has(subject)) this.#stale.add(subject)
    if (known === undefined) return
    const [objects, bytes] = [known.objects + by.objects, known.bytes + by.bytes]
    this.#known.set(subject, { objects, bytes })
  }

  /** Nobody knows what is there now. */
  drop(subject: number): void {
    if (this.#counting.has(subject)) this.#stale.add(subject)
    this.#known.delete(subject)
  }

  async #count(subject: number): Promise<ObjectUsage> {
    this.#stale.delete(subject)
    let objects = 0
    let bytes = 0
    for await (const { size } of this.#list(subject)) {
      objects++
      bytes += size
    }
    const usage = { objects, bytes }
    if (this.#stale.delete(subject)) return usage
    if (this.#known.size >= KEPT) this.#known.clear()
    this.#known.set(subject, usage)
    return usage
  }
}
