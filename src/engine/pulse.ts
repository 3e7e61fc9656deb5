import type { Clock } from './clock.ts'

const HEARTBEAT_MS = 1_000

/** What wakes the loop when nobody submits anything: a beat every second, and the first timer. */
export class Pulse {
  readonly #clock: Clock
  readonly #beat: () => void
  readonly #wake: () => void
  #isOver = false
  #cancelBeat = (): void => {}
  #cancelAlarm = (): void => {}

  constructor(clock: Clock, beat: () => void, wake: () => void) {
    this.#clock = clock
    this.#beat = beat
    this.#wake = wake
  }

  /** Beats now, and every second until it is stopped; that also notices missed alarms. */
  start(): void {
    this.#beat()
    if (this.#isOver) return
    this.#cancelBeat = this.#clock.after(HEARTBEAT_MS, () => this.start())
  }
  /** Wakes at `dueUs`, the first timer's time; the beat covers everything later than the next one. */
  setAlarm(dueUs: number | null, nowUs: number): void {
    this.#cancelAlarm()
    const delayMs = dueUs === null ? HEARTBEAT_MS : Math.ceil((dueUs - nowUs) / 1_000)
    if (delayMs >= HEARTBEAT_MS) return
    this.#cancelAlarm = this.#clock.after(Math.max(delayMs, 1), this.#wake)
  }
  stop(): void {
    this.#isOver = true
    this.#cancelBeat()
    this.#cancelAlarm()
  }
}
