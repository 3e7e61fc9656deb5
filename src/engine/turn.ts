/**
 * How one turn of the loop is shared between due timers and waiting commands, and what times they get
 * (rule ENG-009, docs/adr/0019). A command of time t comes after every timer due by t. So that many
 * due timers do not hold up commands until the last of them has fired, a command's time is held
 * before the first that has not: both then go on in turns, and replay sees only times and an order.
 */
import type { Clock } from './clock.ts'

/** A Tick fires what is due within so long: commands can come before what is due later. */
const SLICE_US = 250
/** Timers fire for so long, then commands have as long as the timers took, within these bounds. */
const SHARE_US = 500
const COMMANDS_MIN_US = 250
/** When commands would be held back by more than this their turn is over: timers first. */
const HELD_MAX_US = 60_000_000

export class Turn {
  readonly #clock: Clock
  readonly #nowUs: number
  readonly #beganUs: number
  /** when the commands' share of the turn ends; null while timers have theirs */
  #untilUs: number | null = null
  /** every turn fires something that is due, however late it is */
  #hasFired = false

  /** `nowUs`: what the clock says, never before the last record. */
  constructor(clock: Clock, nowUs: number) {
    this.#clock = clock
    this.#nowUs = nowUs
    this.#beganUs = paceUs(clock)
  }

  /**
   * The time of the Tick that comes now, null when a command may. `dueUs` is the first timer's, or
   * null; `lastUs` the time of the last record.
   */
  tickUs(dueUs: number | null, lastUs: number): number | null {
    if (dueUs === null || dueUs > this.#nowUs) return null
    // What shares its time with the last record cannot wait: the next command is later than both.
    if (dueUs <= lastUs) return lastUs
    const isHeldLong = this.#nowUs - dueUs > HELD_MAX_US
    if (!isHeldLong && this.#untilUs !== null) return null
    if (!isHeldLong && this.#hasFired && this.#spentUs() >= SHARE_US) return null
    this.#hasFired = true
    return Math.min(this.#nowUs, dueUs + SLICE_US)
  }

  /** The time of a command that comes now: before that of any timer that has not fired. */
  commandUs(dueUs: number | null): number {
    this.#untilUs ??= this.#commandsUntil()
    return dueUs === null ? this.#nowUs : Math.min(this.#nowUs, dueUs - 1)
  }

  /** Are there timers that wait for their next share? */
  owes(dueUs: number | null): boolean {
    return dueUs !== null && dueUs <= this.#nowUs
  }
  /** Has the turn had its time? */
  isOver(): boolean {
    return this.#untilUs !== null && paceUs(this.#clock) >= this.#untilUs
  }

  #commandsUntil(): number {
    const spentUs = this.#spentUs()
    return this.#beganUs + spentUs + Math.min(Math.max(spentUs, COMMANDS_MIN_US), SHARE_US)
  }
  #spentUs(): number {
    return paceUs(this.#clock) - this.#beganUs
  }
}

/** A clock without pace stands still: turns have no end then. */
export function paceUs(clock: Clock): number {
  return clock.paceUs?.() ?? 0
}
