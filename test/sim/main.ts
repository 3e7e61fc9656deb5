/** `suan sim`: runs the simulator and prints what it met. */
import { Fault } from '../../src/messages/index.ts'
import { reportOf, textOf } from './report.ts'
import { Simulation } from './simulation.ts'

export interface SimOptions {
  readonly seed: number
  /** records to reach before everything is mended */
  readonly steps: number
  readonly json: boolean
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/** Runs one seed; answers the exit code: 1 when the exchange did what it must not. */
export async function simulate({ seed, steps, json, out, err }: SimOptions): Promise<number> {
  const outcome = await new Simulation(seed, steps).run()
  const report = reportOf(outcome, steps)
  out(json ? `${JSON.stringify(report)}\n` : `${textOf(report)}\n`)
  if (outcome.violation === null) return 0
  const facts = outcome.violation instanceof Fault ? JSON.stringify(outcome.violation.facts) : ''
  err(`${outcome.violation.stack}\n${facts}\nreplay: ./suan sim --seed ${seed} --steps ${steps}\n`)
  return 1
}
