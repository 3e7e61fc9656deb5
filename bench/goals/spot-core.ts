/**
 * Goal G2: the whole core with every check on (ids, key and scope, budgets, band, self-trade, holds,
 * fees, capacity, ledger, events), on the flow of CXB-1: trades paid at once, and beside it trades
 * that become leases.
 */
import { assert } from '../../src/kernel/index.ts'
import { generate, type Workload } from '../cxb1/generate.ts'
import { median, row, type Row, type Target } from '../row.ts'
import type { Settlement } from '../../src/exchange/index.ts'
import type { SpotResult } from '../spot/oracle.ts'
import { partsOf } from '../spot/parts.ts'
import { oracleOf, prepareSpot, type SpotRun } from '../spot/run.ts'

const ROUNDS = 3
/** of each file; of the million the leases would fill the memory */
const COMMANDS = { at_trade: 1_000_000, lease: 400_000 } as const satisfies Record<
  Settlement,
  number
>
const W1: Target = { must: 2_500_000, aim: 4_000_000 }
const W100: Target = { must: 1_000_000, aim: 1_600_000 }
interface Shape extends Omit<Workload, 'commands'> {
  readonly name: string
  readonly target: Target
}
const SHAPES: readonly Shape[] = [
  { name: 'w1', symbols: 1, prefill: 10_000, seed: 42, mix: 'std', target: W1 },
  { name: 'w100', symbols: 100, prefill: 1_000, seed: 42, mix: 'std', target: W100 },
]

export async function spotCore(): Promise<Row[]> {
  const rows: Row[] = []
  for (const shape of SHAPES) rows.push(...(await measure(shape, 'at_trade')))
  for (const shape of SHAPES) rows.push(...(await measure(shape, 'lease')))
  return rows
}

async function measure(shape: Shape, settlement: Settlement): Promise<Row[]> {
  const commands = COMMANDS[settlement]
  const { words } = generate({ ...shape, commands })
  const expected = oracleOf(words, shape.symbols * shape.prefill)
  const runs: SpotRun[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const run = prepareSpot(words, shape, settlement)()
    checkRun(shape, run, expected)
    // The first round only warms up.
    if (round > 0) runs.push(run)
  }
  const rate = (key: 'cpuSeconds' | 'wallSeconds') => median(runs.map((run) => commands / run[key]))
  const nanoseconds = 1e9 / rate('cpuSeconds')
  const parts = await partsOf(prepareSpot(words, shape, settlement))
  const isGoal = settlement === 'at_trade'
  const name = isGoal ? shape.name : `${shape.name} with leases`
  return [
    row(
      'spot-core',
      `${name}, commands per second of CPU`,
      rate('cpuSeconds'),
      '1/s',
      null,
      isGoal ? shape.target : {},
    ),
    row('spot-core', `${name}, commands per second of wall clock`, rate('wallSeconds'), '1/s'),
    ...parts.map(([part, share]) =>
      row('spot-core', `${name} a command, of it ${part}`, share * nanoseconds, 'ns'),
    ),
  ]
}

function checkRun(shape: Shape, run: SpotRun, expected: SpotResult): void {
  const [seen, wanted] = [JSON.stringify(run.result), JSON.stringify(expected)]
  assert(seen === wanted, `${shape.name}: the exchange came to ${seen}, the oracle to ${wanted}`)
  assert(run.imbalanceMicro === 0n, `${shape.name}: the ledger is out by ${run.imbalanceMicro}`)
  assert(run.faults.length === 0, `${shape.name}: ${run.faults.join()}`)
}
