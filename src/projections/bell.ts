/** A bell that one loop listens to. A ring while nobody listens is remembered. */
export class Bell {
  #rung = false
  #listener: (() => void) | null = null

  ring(): void {
    this.#rung = true
    this.#listener?.()
  }

  /** Resolves at the next ring, at once if it rang since the last time, or after `timeoutMs`. */
  async heard(timeoutMs: number | null): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = timeoutMs === null ? undefined : setTimeout(resolve, timeoutMs)
        this.#listener = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#listener = null
    }
    this.#rung = false
  }
}
