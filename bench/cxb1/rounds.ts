/** A file of the specification through our book and through the peer, in turns. */
import { isDeepStrictEqual } from 'node:util'
import { assert } from '../../src/kernel/index.ts'
import { median, spend, type Spent } from '../row.ts'
import { BookPlay, handlesOf } from './book-play.ts'
import { PeerPlay } from './peer-play.ts'
import { RECORD_WORDS } from './record.ts'
import type { Reference } from './reference.ts'

const ROUNDS = 5
/** The peer takes long: its first timed commands are enough to know its rate. */
const PEER_COMMANDS = { w1: 100_000, w100: 20_000, m1: 20_000 } as const

/** Medians of commands a second. */
export interface Rates {
  readonly cpu: number
  readonly wall: number
  readonly peerCpu: number
  readonly peerWall: number
}

/** Throws where the book or the peer trades otherwise than the specification says. */
export function matchingRounds(
  reference: Reference,
  words: Int32Array,
  naming: 'ids' | 'handles',
): Rates {
  const { name, workload } = reference
  const handles = naming === 'ids' ? null : handlesOf(words)
  const first = workload.symbols * workload.prefill
  const commands = words.length / RECORD_WORDS - first
  const peerCommands = Math.min(commands, PEER_COMMANDS[name])
  const wanted = tradesOf(words, first + peerCommands)
  const mine: Spent[] = []
  const theirs: Spent[] = []
  // Interleaved, so that both meet the same neighbours; the first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    const play = new BookPlay(words, handles)
    play.play(0, first)
    const spent = spend(() => play.play(first, first + commands))
    const result = play.finish()
    assert(
      isDeepStrictEqual(result, reference.result),
      `${name}: ${JSON.stringify(result)} is not what it should be`,
    )
    const peer = new PeerPlay(words)
    peer.play(0, first)
    const peerSpent = spend(() => peer.play(first, first + peerCommands))
    assert(peer.trades === wanted, `${name}: the peer traded ${peer.trades} times, not ${wanted}`)
    if (round === 0) continue
    mine.push(spent)
    theirs.push(peerSpent)
  }
  const rate = (all: readonly Spent[], count: number, key: keyof Spent) =>
    median(all.map((each) => count / each[key]))
  return {
    cpu: rate(mine, commands, 'cpuSeconds'),
    wall: rate(mine, commands, 'wallSeconds'),
    peerCpu: rate(theirs, peerCommands, 'cpuSeconds'),
    peerWall: rate(theirs, peerCommands, 'wallSeconds'),
  }
}

function tradesOf(words: Int32Array, records: number): number {
  const play = new BookPlay(words)
  play.play(0, records)
  return play.finish().trades
}
