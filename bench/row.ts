/** What a benchmark tells, and how figures are made from rounds. */
import { loadavg } from 'node:os'

/** What the figure has to reach; a figure that should be small says so. */
export interface Target {
  readonly must?: number
  readonly aim?: number
  readonly better?: 'high' | 'low'
}

/** One figure beside its peer, both from the same run on the same machine. */
export interface Row {
  readonly goal: string
  /** what the figure counts or times */
  readonly what: string
  readonly figure: number
  readonly unit: string
  readonly must: number | null
  readonly aim: number | null
  readonly better: 'high' | 'low'
  /** the figure reaches what it must; null where nothing is asked */
  readonly ok: boolean | null
  /** what it is compared with; null where there is nothing to compare with */
  readonly peer: string | null
  readonly peer_figure: number | null
  /** figure / peer_figure */
  readonly ratio: number | null
  /** load average of one minute at the end of the measurement */
  readonly load: number
  readonly command: string
}

/** A row; `peer` is its name and figure. */
export function row(
  goal: string,
  what: string,
  figure: number,
  unit: string,
  peer: readonly [string, number] | null = null,
  { must, aim, better = 'high' }: Target = {},
): Row {
  return {
    goal,
    what,
    figure: digits(figure),
    unit,
    must: must ?? null,
    aim: aim ?? null,
    better,
    ok: must === undefined ? null : better === 'high' ? figure >= must : figure <= must,
    peer: peer?.[0] ?? null,
    peer_figure: peer === null ? null : digits(peer[1]),
    ratio: peer === null ? null : digits(figure / peer[1]),
    load: digits(loadavg()[0] ?? 0),
    command: `npm run bench -- ${goal}`,
  }
}

/** Did a quiet machine miss what a figure must reach? On another one nobody can tell. */
export function failed(rows: readonly Row[], isQuiet: boolean): boolean {
  return isQuiet && rows.some((each) => each.ok === false)
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which the share `q` of all lies (nearest rank); NaN of nothing. */
export function quantile(values: readonly number[] | Float64Array, q: number): number {
  const sorted =
    values instanceof Float64Array ? values.toSorted() : Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}

export interface Spent {
  readonly wallSeconds: number
  /** of all threads of this process, garbage collection too */
  readonly cpuSeconds: number
}

/** What a piece of synchronous work costs. */
export function spend(work: () => void): Spent {
  const cpu = process.cpuUsage()
  const from = performance.now()
  work()
  const wallSeconds = (performance.now() - from) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  return { wallSeconds, cpuSeconds: (user + system) / 1e6 }
}

/** As `spend`, of work that waits. */
export async function spendAsync(work: () => Promise<void>): Promise<Spent> {
  const cpu = process.cpuUsage()
  const from = performance.now()
  await work()
  const wallSeconds = (performance.now() - from) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  return { wallSeconds, cpuSeconds: (user + system) / 1e6 }
}

/** Three significant digits: more would be noise on a shared machine. */
function digits(value: number): number {
  return Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(3))
}
