import { setImmediate as nextTurn } from 'node:timers'
import { Heap } from '../../src/kernel/index.ts'

/** turns of the simulation in one of Node's loop */
const AT_ONCE = 64

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

  /** Runs happenings until `isDone` says so. Rejects when nothing is left to happen. */
  runUntil(isDone: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      let isOver = false
      const goOn = (step: () => boolean): void => {
        if (isOver) return
        try {
          isOver = !step()
          if (isOver) resolve()
        } catch (error) {
          isOver = true
          reject(error)
        }
      }
      const next = (): void => goOn(() => this.#turn() || this.#happen(isDone))
      // Between two immediates of one list everything that became ready runs to its end, as it does
      // between two turns of Node's loop, each of which asks the system whether anything came in.
      const list = (): void => {
        if (isOver) return
        for (let n = 0; n < AT_ONCE; n++) nextTurn(next)
        nextTurn(list)
      }
      goOn(() => this.#happen(isDone))
      list()
    })
  }

  /** What waits for the next turn; false when nothing does. */
  #turn(): boolean {
    if (this.#turns.length === 0) return false
    const turns = this.#turns
    this.#turns = []
    for (const run of turns) run()
    this.steps++
    return true
  }
  /** What happens next; false when it is done. */
  #happen(isDone: () => boolean): boolean {
    if (isDone()) return false
    let next = this.#heap.pop()
    while (next?.run === null) next = this.#heap.pop()
    if (next === undefined) throw new Error('nothing is left to happen')
    this.nowUs = Math.max(this.nowUs, next.atUs)
    next.run?.()
    this.#runSimultaneous()
    return true
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
}
