/** Where a process dies: at the kinds of point at which few have died so far. */
import type { Counts } from './counts.ts'
import type { Draw } from './draw.ts'
import type { FaultLevels } from './faults.ts'

/** records within which a planned point is met, or the process dies anywhere */
const PATIENCE = 1_500
/** Then it dies within so many points: the first one after a record is always the same. */
const ANYWHERE = 60

/** What leads to a point that is seldom met by itself. */
export type Provocation = 'restart' | 'snapshot' | 'poison'

interface Plan {
  /** null: any */
  readonly name: string | null
  readonly dueSeq: number
  readonly lastSeq: number
  isProvoked: boolean
  /** points to pass after `lastSeq` */
  left: number
}
/** How often a point was passed while a process started, and later. */
interface Passed {
  starting: number
  running: number
}

export class CrashPlan {
  readonly #draw: Draw
  readonly #levels: FaultLevels
  readonly #counts: Counts
  readonly #passed = new Map<string, Passed>()
  #plan: Plan | null = null

  constructor(draw: Draw, levels: FaultLevels, counts: Counts) {
    this.#draw = draw
    this.#levels = levels
    this.#counts = counts
  }

  /** Plans the death of a process that starts when `seq` records are public. */
  begin(seq: number): void {
    const name = this.#draw.chance(850) ? this.#seldom() : null
    const isAtOnce = name !== null && this.#isOfStart(name)
    const dueSeq = seq + (isAtOnce ? 0 : this.#draw.about(this.#levels.recordsPerCrash))
    const lastSeq = name === null ? dueSeq : dueSeq + PATIENCE
    const left = this.#draw.below(ANYWHERE)
    this.#plan = { name, dueSeq, lastSeq, left, isProvoked: false }
  }

  /** A process passes a point: does it die there? */
  strikes(name: string, seq: number, isStarting: boolean): boolean {
    const passed = this.#passed.get(name)
    if (passed === undefined) this.#meet(name, isStarting)
    else if (isStarting) passed.starting++
    else passed.running++
    const plan = this.#plan
    if (plan === null || seq < plan.dueSeq) return false
    if (plan.name !== name && (seq < plan.lastSeq || plan.left-- > 0)) return false
    this.#counts.add('crashPoint', name)
    this.#plan = null
    return true
  }

  /** What is to be done now, so that the planned point is met; once. */
  provokes(seq: number): Provocation | null {
    const plan = this.#plan
    if (plan === null || plan.name === null || plan.isProvoked || seq < plan.dueSeq) return null
    plan.isProvoked = true
    const area = plan.name.slice(0, plan.name.indexOf('.'))
    if (area === 'clean') return 'restart'
    if (area === 'snapshots') return 'snapshot'
    return area === 'quarantine' ? 'poison' : null
  }

  /** One of the points at which the fewest have died. */
  #seldom(): string | null {
    const names = [...this.#passed.keys()]
    if (names.length === 0) return null
    const died = names.map((name) => this.#counts.of('crashPoint', name))
    const fewest = Math.min(...died)
    const few = names.filter((_, index) => died[index] === fewest)
    // Half of the runs have no read models: the others die there twice as often.
    return this.#draw.pick([...few, ...few.filter((name) => name.startsWith('projections.'))])
  }
  /** Most are passed either by every start or by none; the others take turns. */
  #isOfStart(name: string): boolean {
    const { starting, running } = this.#passed.get(name)!
    if (starting === 0) return false
    return running === 0 || this.#draw.chance(starting > running ? 700 : 200)
  }
  #meet(name: string, isStarting: boolean): void {
    this.#passed.set(name, { starting: isStarting ? 1 : 0, running: isStarting ? 0 : 1 })
    // Met and never died at: the report must show it.
    this.#counts.add('crashPoint', name, 0)
  }
}
