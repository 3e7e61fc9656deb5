/** How long one command takes in the book alone, the two readings of the clock included. */
import { BookPlay } from '../cxb1/book-play.ts'
import { referenceFile } from '../cxb1/files.ts'
import { PEER, PeerPlay } from '../cxb1/peer-play.ts'
import { RECORD_WORDS } from '../cxb1/record.ts'
import { REFERENCES, type Reference } from '../cxb1/reference.ts'
import { median, quantile, row, type Row, type Target } from '../row.ts'

const ROUNDS = 5
const PEER_COMMANDS = 20_000
const SHARES = { p50: 0.5, p99: 0.99, 'p99.9': 0.999 } as const
type Share = keyof typeof SHARES
/** Microseconds of goal G6, which are asked of the whole core: the book alone is well below. */
const MOST: Readonly<Partial<Record<Reference['name'], Partial<Record<Share, number>>>>> = {
  w1: { p50: 0.5, p99: 2, 'p99.9': 20 },
  w100: { p99: 4 },
}

interface Stepper {
  step(record: number): void
  play(from: number, to: number): void
}

export async function matchingLatency(): Promise<Row[]> {
  return REFERENCES.flatMap((reference) => {
    const { name, workload } = reference
    const words = referenceFile(reference)
    const first = workload.symbols * workload.prefill
    const commands = words.length / RECORD_WORDS - first
    const mine: Float64Array[] = []
    const theirs: Float64Array[] = []
    // Interleaved; the first round only warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const ours = timesOf(new BookPlay(words), first, commands)
      const peers = timesOf(new PeerPlay(words), first, PEER_COMMANDS)
      if (round === 0) continue
      mine.push(ours)
      theirs.push(peers)
    }
    return (Object.keys(SHARES) as Share[]).map((share) => {
      const of = (all: readonly Float64Array[]) =>
        median(all.map((each) => quantile(each, SHARES[share])))
      const must = MOST[name]?.[share]
      const target: Target = must === undefined ? { better: 'low' } : { must, better: 'low' }
      const what = `${name}, one command ${share}`
      return row('matching-latency', what, of(mine), 'us', [PEER, of(theirs)], target)
    })
  })
}

/** Microseconds of each command after the first ones. */
function timesOf(play: Stepper, first: number, commands: number): Float64Array {
  const tookUs = new Float64Array(commands)
  play.play(0, first)
  for (let at = 0; at < commands; at++) {
    const from = performance.now()
    play.step(first + at)
    tookUs[at] = (performance.now() - from) * 1_000
  }
  return tookUs
}
