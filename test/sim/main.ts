/** `suan sim`: runs the simulator and prints what it met. */
import { Fault } from '../../src/messages/index.ts'
import { reportOf, textOf } from './report.ts'
import { Simulation } from './simulation.ts'

export interface SimOptions {
  readonly seed: number
  /** seeds that run one after another, from `seed` on */
  readonly seeds: number
  /** records to reach before everything is mended */
  readonly steps: number
  readonly json: boolean
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/**
 * Runs one seed after another, up to the first whose exchange did what it must not; answers the exit
 * code: 1 when there was one. Many short stories in one process cost half of what each costs in a
 * process of its own, whose code is cold.
 */
export async function simulate(options: SimOptions): Promise<number> {
  const { seed, seeds } = options
  let code = 0
  for (let next = seed; code === 0 && next < seed + seeds; next++) code = await one(next, options)
  return code
}

async function one(seed: number, { steps, json, out, err }: SimOptions): Promise<number> {
  const outcome = await new Simulation(seed, steps).run()
  const report = reportOf(outcome, steps)
  out(json ? `${JSON.stringify(report)}\n` : `${textOf(report)}\n`)
  if (outcome.violation === null) return 0
  const facts = outcome.violation instanceof Fault ? JSON.stringify(outcome.violation.facts) : ''
  err(`${outcome.violation.stack}\n${facts}\nreplay: ./suan sim --seed ${seed} --steps ${steps}\n`)
  return 1
}
