import { setImmediate as nextTurn } from 'node:timers'
import { Heap } from '../../src/kernel/index.ts'

interface Happening {
  readonly atUs: number
  readonly order: number
  run: (() => void) | null
}

/**
 * The only time there is: happenings in order of their time, and between two of them everything that
 * became ready runs to its end. What code calls `setImmediate` waits in the turn queue.
 */
export class Timeline {
  nowUs: number
  /** happenings and turns run so far */
  steps = 0
  readonly #heap = new Heap<Happening>((a, b) => a.atUs - b.atUs || a.order - b.order)
  #order = 0
  #turns: (() => void)[] = []

  constructor(nowUs: number) {
    this.nowUs = nowUs
  }

  /** Calls `run` after so many microseconds; the result cancels. */
  after(delayUs: number, run: () => void): () => void {
    const atUs = this.nowUs + Math.max(0, Math.round(delayUs))
    const happening: Happening = { atUs, order: this.#order++, run }
    this.#heap.push(happening)
    return () => {
      happening.run = null
    }
  }
  sleep(delayUs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayUs, resolve))
  }
  /** Calls `run` in the next turn, at the same time. */
  turn(run: () => void): void {
    this.#turns.push(run)
  }

  /** Runs happenings until `isDone` says so. Throws when nothing is left to happen. */
  async runUntil(isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      const next = this.#heap.pop()
      if (next === undefined) throw new Error('nothing is left to happen')
      if (next.run === null) continue
      this.nowUs = Math.max(this.nowUs, next.atUs)
      next.run()
      this.#runSimultaneous()
      await this.#settle()
    }
  }

  /** What is due at the same instant comes before anything that it starts. */
  #runSimultaneous(): void {
    this.steps++
    for (let next = this.#heap.peek(); next !== undefined; next = this.#heap.peek()) {
      if (next.atUs > this.nowUs) return
      this.#heap.pop()
      next.run?.()
    }
  }

  async #settle(): Promise<void> {
    await ready()
    while (this.#turns.length > 0) {
      const turns = this.#turns
      this.#turns = []
      for (const run of turns) run()
      this.steps++
      await ready()
    }
  }
}

/** Resolves when no promise is left to go on by itself. */
function ready(): Promise<void> {
  return new Promise((resolve) => nextTurn(resolve))
}
