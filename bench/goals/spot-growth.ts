/** Goal G6: what a command of the whole core costs when there is much of everything. */
import { collect } from '../../test/support/collect.ts'
import { generate } from '../cxb1/generate.ts'
import { OWNER, RECORD_WORDS } from '../cxb1/record.ts'
import type { Settlement } from '../../src/exchange/index.ts'
import { row, spend, type Row } from '../row.ts'
import { openMarket } from '../spot/market.ts'
import { openSpot } from '../spot/run.ts'

const COMMANDS = 100_000
const ROUNDS = 2
const MEMBERS = 1_000
const MUST = 2.5
const AIM = 1.5

interface Shape {
  readonly symbols: number
  readonly prefill: number
  readonly members: number
  readonly settlement: Settlement
  /** played before the measured ones, beside the prefill */
  readonly before: number
}
const SMALL: Shape = {
  symbols: 1,
  prefill: 10_000,
  members: MEMBERS,
  settlement: 'at_trade',
  before: 0,
}
const LEASES: Shape = { ...SMALL, settlement: 'lease' }
/** A trade is a lease: of so many commands a quarter is. */
const COMMANDS_OF_LEASES = 400_000

/** Most members have had an order by then: what a first one costs, once, is a line of its own. */
const USED: Shape = { ...SMALL, before: 400_000 }
const FIRST_ORDERS = '100,000 members, mostly their first orders'

const CASES: readonly (readonly [string, Shape, Shape])[] = [
  ['1,000,000 orders rest', { ...SMALL, prefill: 1_000_000 }, SMALL],
  ['100,000 members', { ...USED, members: 100_000 }, USED],
  [FIRST_ORDERS, { ...SMALL, members: 100_000 }, SMALL],
  ['10,000 instruments', { ...SMALL, symbols: 10_000, prefill: 10 }, SMALL],
  ['100,000 live leases', { ...LEASES, before: COMMANDS_OF_LEASES }, LEASES],
]

export async function spotGrowth(): Promise<Row[]> {
  // The first round only warms up.
  await nanosecondsOf(SMALL)
  await nanosecondsOf(LEASES)
  const rows: Row[] = []
  for (const [what, grown, small] of CASES) {
    const ratios: number[] = []
    const costs: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const base = await nanosecondsOf(small)
      const cost = await nanosecondsOf(grown)
      costs.push(cost)
      ratios.push(cost / base)
    }
    // Growth is the question: the smallest of each is the least disturbed by other programs.
    rows.push(row('spot-growth', `a command with ${what}`, Math.min(...costs), 'ns'))
    const asked = what === FIRST_ORDERS ? {} : { must: MUST, aim: AIM }
    const target = { better: 'low', ...asked } as const
    rows.push(row('spot-growth', `growth with ${what}`, Math.min(...ratios), 'x', null, target))
  }
  return rows
}

async function nanosecondsOf(shape: Shape): Promise<number> {
  const { symbols, prefill, members, settlement, before } = shape
  const commands = before + COMMANDS
  const { words } = generate({ symbols, prefill, commands, seed: 42, mix: 'std' })
  spread(words, members)
  const { play, outcomes } = openSpot(words, openMarket(symbols, settlement, { members }))
  const first = symbols * prefill + before
  for (let at = 0; at < first; at += COMMANDS) {
    play(at, Math.min(first, at + COMMANDS))
    outcomes.reset()
  }
  // What was left over would else be collected while the clock runs.
  await collect()
  const { cpuSeconds } = spend(() => play(first, first + COMMANDS))
  return (cpuSeconds * 1e9) / COMMANDS
}

/** The orders of each owner of the flow become those of as many members. */
function spread(words: Int32Array, members: number): void {
  const each = members / MEMBERS
  if (each === 1) return
  for (let at = 0; at < words.length; at += RECORD_WORDS) {
    const owner = words[at + OWNER]!
    if (owner > 0) words[at + OWNER] = (owner - 1) * each + 1 + ((at / RECORD_WORDS) % each)
  }
}
