/** Those who wait for a seq to be applied, each with its own time limit. */
export class Waiters {
  readonly #waiting = new Set<{ readonly seq: number; readonly done: (reached: boolean) => void }>()

  get isAwaited(): boolean {
    return this.#waiting.size > 0
  }

  /** Resolves true once `reached` is told a seq at or above this one, false after `timeoutMs`. */
  wait(seq: number, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const waiter = {
        seq,
        done: (reached: boolean) => {
          clearTimeout(timer)
          this.#waiting.delete(waiter)
          resolve(reached)
        },
      }
      const timer = setTimeout(() => waiter.done(false), timeoutMs)
      this.#waiting.add(waiter)
    })
  }

  /** Everything up to `seq` is there. */
  reached(seq: number): void {
    for (const waiter of this.#waiting) if (waiter.seq <= seq) waiter.done(true)
  }

  /** Nothing more will come. */
  end(): void {
    for (const waiter of this.#waiting) waiter.done(false)
  }
}
