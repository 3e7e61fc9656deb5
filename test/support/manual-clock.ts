import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../src/engine/index.ts'

/** A clock that moves only when told; alarms ring while it moves. */
export class ManualClock implements Clock {
  #nowUs: number
  #alarms: { readonly atUs: number; readonly wake: () => void }[] = []

  constructor(nowUs: number) {
    this.#nowUs = nowUs
  }

  nowUs(): number {
    return this.#nowUs
  }
  after(delayMs: number, wake: () => void): () => void {
    const alarm = { atUs: this.#nowUs + delayMs * 1_000, wake }
    this.#alarms.push(alarm)
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm)
    }
  }

  /** Forgets every alarm. */
  silence(): void {
    this.#alarms = []
  }

  /** Moves on without ringing, as on a suspended machine or with a corrected clock. */
  jump(us: number): void {
    this.#nowUs += us
  }

  /** Moves on, ringing every alarm at its time and letting what it starts come to rest. */
  async advance(us: number): Promise<void> {
    const untilUs = this.#nowUs + us
    for (;;) {
      await settle()
      const next = this.#alarms.toSorted((a, b) => a.atUs - b.atUs)[0]
      if (next === undefined || next.atUs > untilUs) break
      this.#nowUs = Math.max(this.#nowUs, next.atUs)
      this.#alarms = this.#alarms.filter((other) => other !== next)
      next.wake()
    }
    this.#nowUs = untilUs
    await settle()
  }
}

/** Lets everything that is ready run, a few turns of the event loop deep. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await setImmediate()
}
