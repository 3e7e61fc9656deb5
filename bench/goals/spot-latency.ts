/** Goal G6: how long one command takes in the whole core, the two readings of the clock included. */
import { generate } from '../cxb1/generate.ts'
import { median, quantile, row, type Row, type Target } from '../row.ts'
import { openMarket } from '../spot/market.ts'
import { openSpot } from '../spot/run.ts'

const ROUNDS = 3
const COMMANDS = 200_000
const SHARES = { p50: 0.5, p99: 0.99, 'p99.9': 0.999 } as const
type Share = keyof typeof SHARES
interface Shape {
  readonly name: string
  readonly symbols: number
  readonly prefill: number
  readonly mostUs: Readonly<Partial<Record<Share, number>>>
}
const SHAPES: readonly Shape[] = [
  { name: 'w1', symbols: 1, prefill: 10_000, mostUs: { p50: 0.5, p99: 2, 'p99.9': 20 } },
  { name: 'w100', symbols: 100, prefill: 1_000, mostUs: { p99: 4 } },
]

export async function spotLatency(): Promise<Row[]> {
  return SHAPES.flatMap((shape) => {
    // The first round only warms up.
    const rounds = Array.from({ length: ROUNDS + 1 }, () => timesOf(shape)).slice(1)
    return (Object.keys(SHARES) as Share[]).map((share) => {
      const figure = median(rounds.map((times) => quantile(times, SHARES[share])))
      const must = shape.mostUs[share]
      const target: Target = must === undefined ? { better: 'low' } : { must, better: 'low' }
      return row('spot-latency', `${shape.name}, one command ${share}`, figure, 'us', null, target)
    })
  })
}

/** Microseconds of each command after the prefill. */
function timesOf({ symbols, prefill }: Shape): Float64Array {
  const { words } = generate({ symbols, prefill, commands: COMMANDS, seed: 42, mix: 'std' })
  const { commands, play, outcomes } = openSpot(words, openMarket(symbols, 'at_trade'))
  const first = symbols * prefill
  play(0, first)
  outcomes.reset()
  const tookUs = new Float64Array(commands - first)
  for (let at = first; at < commands; at++) {
    const from = performance.now()
    play(at, at + 1)
    tookUs[at - first] = (performance.now() - from) * 1_000
  }
  return tookUs
}
