// A neighbour that disturbs one run of a few must not leave a steady machine unrated (EVA-010).
import { describe, expect, test } from 'vitest'
import { measured } from '../../../test/support/report.ts'
import { judge } from '../../models/index.ts'
import { EFFORT, QUICK } from './effort.ts'
import { wantsMore } from './wants-more.ts'

const NAME = 'dgemm_nt_mflops'
const HAD = 1_000

/** Runs what comes next until no more are wanted; gives the runs and why they would not be rated. */
function measure(next: (run: number) => number, share = HAD, effort = EFFORT, metric = NAME) {
  const [runs, shares]: [number[], number[]] = [[], []]
  while (wantsMore(metric, { runs, shares }, effort)) {
    runs.push(next(runs.length))
    shares.push(share)
  }
  const all = measured()
  const metrics = all.metrics.map((one) =>
    one.metric === metric ? { ...one, runs, shares } : { ...one, shares: [] },
  )
  return { taken: runs.length, reasons: judge({ ...all, metrics }).reasons }
}

describe('EVA-010: runs are taken', () => {
  test('five times where they agree', () => {
    expect(measure(() => 100)).toEqual({ taken: 5, reasons: [] })
  })
  test('until they do, when one of the first was disturbed by a sixth', () => {
    expect(measure((run) => (run === 2 ? 83 : 100))).toEqual({ taken: 12, reasons: [] })
  })
  test('25 times where they never do, and such a machine is not rated', () => {
    expect(measure((run) => (run % 3 === 0 ? 80 : 100))).toEqual({
      taken: 25,
      reasons: ['SCATTER'],
    })
  })
  test('no more than five times where they waited for other programs', () => {
    const one = measure((run) => (run % 3 === 0 ? 80 : 100), 900)
    expect(one).toEqual({ taken: 5, reasons: ['LOADED', 'SCATTER'] })
  })
  test('up to the scatter that is allowed of their metric', () => {
    const memory = measure((run) => (run === 2 ? 83 : 100), HAD, EFFORT, 'triad_1t_mb_per_s')
    expect(memory).toEqual({ taken: 5, reasons: [] })
  })
  test('twice where somebody is in a hurry', () => {
    const one = measure((run) => 100 + 50 * run, HAD, QUICK)
    expect(one).toEqual({ taken: 2, reasons: ['TOO_FEW_RUNS'] })
  })
})
