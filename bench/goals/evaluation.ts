/** Whether measuring this machine again gives the same, and how long it takes. */
import { setTimeout as sleep } from 'node:timers/promises'
import { evaluate, NO_TOOLS, type Measurement } from '../../src/agent/index.ts'
import { judge } from '../../src/models/index.ts'
import { row, spendAsync, type Row } from '../row.ts'
import { newFolder, removeFolder } from '../server.ts'

const RUNS = 10
/** The kernel's pressure is of the last ten seconds: our own first half must be over. */
const CALM_MS = 12_000
const INTEGER = [
  ['int_1t_ops_per_s', 'one thread'],
  ['int_nt_ops_per_s', 'all threads'],
] as const

export async function evaluation(): Promise<Row[]> {
  const folder = newFolder()
  try {
    const effort = { runs: RUNS, mostRuns: RUNS, runMs: 120 }
    const again = await evaluate({ folder, url: null, effort, tools: NO_TOOLS })
    await sleep(CALM_MS)
    let usual: Measurement | null = null
    const { wallSeconds } = await spendAsync(async () => {
      usual = await evaluate({ folder, url: null })
    })
    const reasons = usual === null ? [] : judge(usual).reasons
    const named = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`
    return [
      ...INTEGER.map(([metric, what]) =>
        row(
          'evaluation',
          `scatter of CPU time of the integer kernel, ${what}, ${RUNS} runs`,
          scatter(again, metric),
          '%',
          null,
          { must: 5, better: 'low' },
        ),
      ),
      row('evaluation', 'the whole suite with tools', wallSeconds, 's', null, {
        must: 90,
        better: 'low',
      }),
      row('evaluation', `reasons why it is not rated now${named}`, reasons.length, 'reasons'),
    ]
  } finally {
    removeFolder(folder)
  }
}

/** Coefficient of variation of the CPU time that a block takes, in percent. */
function scatter({ metrics }: Measurement, name: string): number {
  const { runs = [], shares = [] } = metrics.find(({ metric }) => metric === name) ?? {}
  const times = runs.map((run, index) => (shares[index] ?? 0) / run)
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length
  const squares = times.reduce((sum, time) => sum + (time - mean) ** 2, 0)
  return (Math.sqrt(squares / (times.length - 1)) / mean) * 100
}
