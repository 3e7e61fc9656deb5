import type { EngineDoor, EventKind, KeyView } from '../../messages/index.ts'

const KEYS_KEPT = 10_000
const REVOKED: ReadonlySet<EventKind> = new Set(['KeyRevoked'])

/**
 * Keys by the hash of their secret. One that was live is kept until it is revoked: nothing else of a
 * key ever changes, and the core checks again whatever the key does.
 */
export class Keys {
  readonly #door: EngineDoor
  readonly #nowUs: () => number
  readonly #live = new Map<string, KeyView>()
  readonly #listeners = new Set<(key: number) => void>()
  readonly #stop: () => void

  constructor(door: EngineDoor, nowUs: () => number) {
    this.#door = door
    this.#nowUs = nowUs
    this.#stop = door.onDurable((records) => {
      for (const { outcome } of records) {
        for (const event of outcome.events) {
          if (event.kind === 'KeyRevoked') this.#revoked(event.key)
        }
      }
    }, REVOKED)
  }

  /**
   * The key of a secret. One that may act now is given at once: all that it does becomes durable after
   * it did, so waiting for the disk here would only be waiting twice. What leads to a refusal is told
   * when it is durable.
   */
  async find(secret: string): Promise<KeyView | null> {
    const known = this.#live.get(secret)
    if (known !== undefined && this.isLive(known)) return known
    const key = this.#door.peek('keyBySecret', { secret })
    if (key === null || !this.isLive(key)) return this.#door.ask('keyBySecret', { secret })
    if (this.#live.size >= KEYS_KEPT) this.#live.clear()
    this.#live.set(secret, key)
    return key
  }

  isLive(key: KeyView): boolean {
    return !key.revoked && (key.expiresAtUs === null || key.expiresAtUs > this.#nowUs())
  }

  /** `listener` hears the number of each key that is revoked; call the answer to end that. */
  onRevoked(listener: (key: number) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#stop()
  }

  #revoked(key: number): void {
    for (const [secret, known] of this.#live) if (known.key === key) this.#live.delete(secret)
    for (const listener of this.#listeners) listener(key)
  }
}
