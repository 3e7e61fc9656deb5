/** What a simulation met, as one object and as text. */
import type { Outcome } from './simulation.ts'
import { REACHABLE } from './reachable.ts'

const GROUPS = [
  ['commands', 'command'],
  ['codes', 'code'],
  ['events', 'event'],
  ['faults', 'fault'],
  ['deaths', 'death'],
  ['crashPoints', 'crashPoint'],
  ['ownEnds', 'end'],
  ['unanswered', 'unanswered'],
  ['work', 'work'],
] as const
type Name = (typeof GROUPS)[number][0]

export type Report = {
  readonly seed: number
  readonly steps: number
  readonly records: number
  readonly simulatedSeconds: number
  readonly levels: Outcome['levels']
  readonly hash: string
  readonly violation: string | null
} & Readonly<Record<Name, Readonly<Record<string, number>>>>

/** Names that the simulator can reach are there with 0 when it did not meet them. */
export function reportOf(outcome: Outcome, steps: number): Report {
  const { seed, records, simulatedSeconds, levels, hash, counts, violation } = outcome
  const expected: Partial<Record<Name, readonly string[]>> = REACHABLE
  const groups = GROUPS.map(([name, group]) => [name, counts.group(group, expected[name])])
  return {
    seed,
    steps,
    records,
    simulatedSeconds,
    levels,
    hash,
    violation: violation === null ? null : violation.message,
    ...(Object.fromEntries(groups) as Record<Name, Record<string, number>>),
  }
}

/** A few lines a group; the seed and its levels come first. */
export function textOf(report: Report): string {
  const pairs = (of: object) =>
    Object.entries(of)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')
  const groups = GROUPS.map(([name]) => `${name}: ${pairs(report[name])}`)
  return [
    `seed ${report.seed}: ${pairs(report.levels)}`,
    ...groups,
    `${report.records} records in ${report.simulatedSeconds} simulated seconds`,
    `hash ${report.hash}`,
  ].join('\n')
}
