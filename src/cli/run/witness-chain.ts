/**
 * What the witness program prints, and what its lines prove. Each line has the hash of the one before
 * and the seconds of the machine's own clock: a chain that is whole counts how long the program lived,
 * however late its lines arrive. The seller could make the lines itself: they show life, not honesty.
 */
import { createHash } from 'node:crypto'

const BEAT_SECONDS = 10
/** A line that comes so much later than it should was held up: the machine did not run meanwhile. */
const SLACK_SECONDS = 5
/** Half of the lines of a minute. */
const ENOUGH = 3
const LINE = /^([0-9a-f]{64}) (\d{1,15})$/

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Prints the chain that begins with the seed. Where there is no /proc/uptime the wall clock serves. */
export function witnessCommand(seed: string): string[] {
  const clock = `{ read -r u x < /proc/uptime; } 2>/dev/null || u=$(date +%s); u=\${u%%.*}`
  const next = `h=$(printf '%s %s' "$h" "$u" | sha256sum | cut -c1-64)`
  const script = `h=${seed}; while :; do ${clock}; ${next}; echo "$h $u"; sleep ${BEAT_SECONDS}; done`
  return ['sh', '-c', script]
}

/** Where lines arrive, on the lease's clock. */
export interface Arrival {
  readonly minute: number
  readonly clockSeconds: number
}

export interface Before {
  readonly baseSeconds: number | null
  readonly missingSeconds: number
}
const NOTHING_BEFORE: Before = { baseSeconds: null, missingSeconds: 0 }

/** Which minutes had too few lines, and how many seconds were lived. Pure: times and lines are given. */
export class Chain {
  #head: string
  #rest = ''
  /** all good lines, as they came */
  #kept = ''
  /** good lines by the minute in which they came */
  readonly #lines = new Map<number, number>()
  /** the first minute that is not judged */
  #next: number
  /** minutes in which we could not have heard: our own fault, not the seller's */
  readonly #deaf = new Set<number>()
  /** what counts before the first line */
  #baseSeconds: number | null
  readonly #missingSeconds: number
  #livedSeconds = 0
  #uptime: number | null = null
  #heardSeconds = 0
  #mostSeconds = 0

  /**
   * The minute in which the program is started is not watched whole. Before its first line all counts
   * as delivered but `missingSeconds`, which an earlier witness did not see; or, where the program
   * itself was started by an earlier run of ours, what counted then.
   */
  constructor(seed: string, startMinute: number, before: Before = NOTHING_BEFORE) {
    this.#head = seed
    this.#next = startMinute + 1
    this.#baseSeconds = before.baseSeconds
    this.#missingSeconds = before.missingSeconds
  }

  /** Text of the log that came. */
  take(text: string, { minute, clockSeconds }: Arrival): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      const [, hash = '', uptime = ''] = LINE.exec(line) ?? []
      if (hash === '' || hash !== sha256(`${this.#head} ${uptime}`)) continue
      this.#head = hash
      this.#kept += `${line}\n`
      this.#lines.set(minute, (this.#lines.get(minute) ?? 0) + 1)
      this.#live(Number(uptime))
      this.#baseSeconds ??= Math.max(0, clockSeconds - this.#missingSeconds)
      this.#heardSeconds = clockSeconds
    }
  }
  /** The connection was away in this minute. */
  deaf(minute: number): void {
    this.#deaf.add(minute)
  }
  /** The failed minutes among those that are over, each once. */
  over(minute: number): number[] {
    const failed: number[] = []
    for (; this.#next < minute; this.#next++) {
      const count = this.#lines.get(this.#next) ?? 0
      if (count < ENOUGH && !this.#deaf.has(this.#next)) failed.push(this.#next)
      this.#lines.delete(this.#next)
      this.#deaf.delete(this.#next)
    }
    return failed
  }
  /**
   * Seconds of the lease that were delivered, by this witness: all before its first line, what its
   * lines prove, and the time since the last one until the next is overdue. Null before the first.
   */
  counted(clockSeconds: number): number | null {
    if (this.#baseSeconds === null || this.#uptime === null) return null
    const since = Math.min(clockSeconds - this.#heardSeconds, BEAT_SECONDS + SLACK_SECONDS)
    const seconds = this.#baseSeconds + this.#livedSeconds + Math.max(0, since)
    this.#mostSeconds = Math.max(this.#mostSeconds, Math.min(Math.floor(seconds), clockSeconds))
    return this.#mostSeconds
  }
  get baseSeconds(): number | null {
    return this.#baseSeconds
  }
  /** The good lines so far: what the evidence is the hash of. */
  get kept(): string {
    return this.#kept
  }
  get evidence(): string {
    return sha256(this.#kept)
  }

  /** The stretch up to this line, by the machine's clock; of one that was held up, what a beat has. */
  #live(uptime: number): void {
    if (this.#uptime !== null) {
      const gap = uptime - this.#uptime
      const isWhole = gap >= 0 && gap <= BEAT_SECONDS + SLACK_SECONDS
      this.#livedSeconds += isWhole ? gap : BEAT_SECONDS
    }
    this.#uptime = uptime
  }
}
