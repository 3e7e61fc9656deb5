/** What a command costs when a million orders rest, and the longest one while they came. */
import { collect } from '../../test/support/collect.ts'
import { BookPlay } from '../cxb1/book-play.ts'
import { generate } from '../cxb1/generate.ts'
import { median, row, spend, type Row } from '../row.ts'

const COMMANDS = 100_000
const RESTING = [10_000, 100_000, 1_000_000] as const
const ROUNDS = 5
const PEER = 'the same book with 1,000 resting'
const SEED = 42

export async function matchingGrowth(): Promise<Row[]> {
  const bases = flowOf(1_000)
  const rows: Row[] = []
  for (const resting of RESTING) {
    const flow = flowOf(resting)
    const base: number[] = []
    const grown: number[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      const before = nanosecondsOf(bases, 1_000)
      const after = nanosecondsOf(flow, resting)
      if (round === 0) continue
      base.push(before)
      grown.push(after)
    }
    const what = `CPU of one command with ${resting.toLocaleString('en')} orders resting`
    const peer = [PEER, median(base)] as const
    rows.push(row('matching-growth', what, median(grown), 'ns', peer, { better: 'low' }))
  }
  const longest = await longestUs(1_000_000)
  const what = 'longest command while 1,000,000 orders come to an empty book'
  return [...rows, row('matching-growth', what, longest, 'us', null, { better: 'low' })]
}

function flowOf(prefill: number): Int32Array {
  return generate({ symbols: 1, prefill, commands: COMMANDS, seed: SEED, mix: 'std' }).words
}

function nanosecondsOf(words: Int32Array, prefill: number): number {
  const play = new BookPlay(words)
  play.play(0, prefill)
  const { cpuSeconds } = spend(() => play.play(prefill, prefill + COMMANDS))
  return (cpuSeconds * 1e9) / COMMANDS
}

/**
 * Memory grows at the same commands in every round, and other programs interrupt others: of each
 * command the shortest time counts, and of these the longest is told.
 */
async function longestUs(orders: number): Promise<number> {
  const { words } = generate({ symbols: 1, prefill: orders, commands: 0, seed: SEED, mix: 'std' })
  const shortest = new Float64Array(orders).fill(Number.POSITIVE_INFINITY)
  for (let round = 0; round <= ROUNDS; round++) {
    // What the last round left would else be collected when this one's memory grows.
    await collect()
    const play = new BookPlay(words)
    for (let at = 0; at < orders; at++) {
      const from = performance.now()
      play.step(at)
      const tookUs = (performance.now() - from) * 1_000
      if (round > 0 && tookUs < shortest[at]!) shortest[at] = tookUs
    }
  }
  return shortest.reduce((longest, each) => Math.max(longest, each), 0)
}
