/**
 * Time to a durable acknowledgement at fixed offered rates, beside the disk alone (goal G3): of the
 * engine over a machine that does next to nothing, and of the whole exchange.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collect } from '../../test/support/collect.ts'
import { bareWrites, type Write } from '../bare-writes.ts'
import { exchangeLoad, tallyLoad, type MakeLoad } from '../durable/loads.ts'
import { offer } from '../offer.ts'
import { median, row, type Row, type Target } from '../row.ts'

const ROUNDS = 5
const SECONDS = 1
/**
 * Untimed commands, and how many a second. An exchange that has just started is not what is asked for:
 * its code is still being compiled, by threads that keep a journal's writer from its core for 4 ms at a
 * time (docs/performance.md).
 */
const LEAD_IN = 200_000
const LEAD_IN_PER_SECOND = 100_000
const PEER = 'write + fdatasync of the same bytes at the same pace'

interface Rate {
  readonly name: string
  /** offered commands */
  readonly perSecond: number
  readonly make: MakeLoad
  /** of p50; without it nothing is asked of the rate */
  readonly target?: Target
}

interface Quantiles {
  readonly p50: number
  readonly p99: number
  readonly p999: number
}

export async function durable(): Promise<Row[]> {
  const tally = tallyLoad()
  const target = { must: 1, aim: 0.7, better: 'low' } as const
  const rates: readonly Rate[] = [
    { name: 'offered 1 M/s', perSecond: 1_000_000, make: tally, target },
    { name: 'offered 1,000/s', perSecond: 1_000, make: tally, target },
    { name: 'whole exchange, offered 50,000/s', perSecond: 50_000, make: exchangeLoad },
  ]
  const rows: Row[] = []
  for (const rate of rates) rows.push(...(await measure(rate)))
  return rows
}

async function measure({ name, perSecond, make, target }: Rate): Promise<Row[]> {
  const rounds: Round[] = []
  // In turns, so that both meet the same disk; the first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    const result = await oneRound(make, perSecond)
    if (round > 0) rounds.push(result)
  }
  const of = (side: 'mine' | 'bare', key: keyof Quantiles): number =>
    median(rounds.map((each) => each[side][key]))
  const figure = (key: keyof Quantiles, label: string, asked: Target = {}): Row => {
    const what = `durable acknowledgement ${label}, ${name}`
    const peer = [PEER, of('bare', key)] as const
    return row('durable', what, of('mine', key), 'ms', peer, { better: 'low', ...asked })
  }
  return [
    row('durable', `acknowledged, ${name}`, median(rounds.map((each) => each.perSecond)), '1/s'),
    row('durable', `CPU a command, ${name}`, median(rounds.map((each) => each.cpuUs)), 'us'),
    figure('p50', 'p50', target),
    figure('p99', 'p99', target === undefined ? {} : { must: 3 * of('bare', 'p99') }),
    figure('p999', 'p99.9'),
  ]
}

interface Round {
  readonly perSecond: number
  /** of the whole process, what is offered and what is written in other threads too */
  readonly cpuUs: number
  readonly mine: Quantiles
  readonly bare: Quantiles
}

async function oneRound(make: MakeLoad, perSecond: number): Promise<Round> {
  const folder = mkdtempSync(join(tmpdir(), 'suan-bench-'))
  const writes: Write[] = []
  try {
    const timed = perSecond * SECONDS
    const { engine, commands } = await make(folder, LEAD_IN + timed, writes)
    // What made the commands left much behind: the exchange should not be the one who clears it away.
    await collect()
    let cpu = process.cpuUsage()
    const offered = await offer(engine, commands, {
      leadIn: LEAD_IN,
      leadInPerSecond: LEAD_IN_PER_SECOND,
      perSecond,
      onTimed: () => {
        writes.length = 0
        cpu = process.cpuUsage()
      },
    })
    const { user, system } = process.cpuUsage(cpu)
    await engine.stop()
    const bare = await bareWrites(writes, join(folder, 'bare'))
    return {
      perSecond: offered.perSecond,
      cpuUs: (user + system) / timed,
      mine: quantilesOf(offered.tookMs),
      bare: quantilesOf(bare),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function quantilesOf(tookMs: Float32Array): Quantiles {
  const sorted = tookMs.toSorted()
  const at = (q: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) }
}
