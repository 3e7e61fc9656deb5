/** One run of the flow through the exchange, and what came of it beside the oracle. */
import { assert, Reader, Writer } from '../../src/kernel/index.ts'
import { outcome, type Outcome } from '../../src/messages/index.ts'
import type { Settlement } from '../../src/exchange/index.ts'
import { START_US } from '../../test/scenarios/venue.ts'
import type { Workload } from '../cxb1/generate.ts'
import { hashTrade } from '../cxb1/result.ts'
import { RECORD_WORDS } from '../cxb1/record.ts'
import { spend, type Spent } from '../row.ts'
import { spotFlow } from './flow.ts'
import { openMarket, type Market } from './market.ts'
import { SpotOracle, type SpotResult } from './oracle.ts'

/** The engine tells the door of so many commands at once, and so does this. */
const AHEAD = 64
/** room for what a command did, so that none of it is copied in the timed part */
const OUTCOME_BYTES = 512

export interface SpotRun extends Spent {
  readonly result: SpotResult
  /** of all assets: what the debits and credits of the ledger differ by, in micro-units */
  readonly imbalanceMicro: bigint
  readonly faults: readonly string[]
}

/** What a correct exchange makes of the records after the first `prefill`. */
export function oracleOf(words: Int32Array, prefill: number): SpotResult {
  const oracle = new SpotOracle()
  for (let record = 0; record < words.length / RECORD_WORDS; record++) {
    if (record === prefill) oracle.restart()
    oracle.play(words, record)
  }
  return oracle.finish()
}

/** A flow and the exchange that it is for, one command after the other. */
export interface SpotPlay {
  readonly market: Market
  readonly commands: number
  /** what the commands did, one outcome after the other, since it was emptied */
  readonly outcomes: Writer
  /** Decodes and executes the commands from `first` up to `end`. */
  readonly play: (first: number, end: number) => void
}

export function openSpot(words: Int32Array, market: Market): SpotPlay {
  const { exchange } = market
  const { bytes, ends } = spotFlow(words, market)
  const { raw } = exchange
  const { lastSeq } = exchange
  const outcomes = new Writer(ends.length * OUTCOME_BYTES)
  // Its pages are there before anything is timed, as those of a server's buffers are.
  outcomes.target.fill(1)
  const lookAhead = (first: number, end: number) => {
    for (let at = first; at < end; at++) {
      raw.expect(bytes, at === 0 ? 0 : ends[at - 1]!, ends[at]!)
    }
    raw.gather()
  }
  const play = (first: number, end: number) => {
    for (let at = first; at < end; at++) {
      if (end > first + 1 && (at - first) % AHEAD === 0) lookAhead(at, Math.min(end, at + AHEAD))
      const from = at === 0 ? 0 : ends[at - 1]!
      const until = ends[at]!
      const seq = lastSeq + at + 1
      assert(raw.lookup(bytes, from, until, START_US + seq) === null, 'every id is new')
      raw.execute(seq, START_US + seq, bytes, from, until, outcomes)
    }
  }
  return { market, commands: ends.length, outcomes, play }
}

/**
 * A fresh exchange with the prefill in it. What is returned decodes and executes the rest once, and
 * times that alone.
 */
export function prepareSpot(
  words: Int32Array,
  { symbols, prefill: each }: Pick<Workload, 'symbols' | 'prefill'>,
  settlement: Settlement,
): () => SpotRun {
  const prefill = symbols * each
  const { market, commands, outcomes, play } = openSpot(words, openMarket(symbols, settlement))
  const { exchange } = market
  play(0, prefill)
  outcomes.reset()
  return () => {
    const spent = spend(() => play(prefill, commands))
    const result: SpotResult = { trades: 0, volume: 0, h: 0, live: 0, expired: 0, missed: 0 }
    const reader = new Reader(outcomes.view())
    while (!reader.atEnd) count(result, outcome.read(reader))
    for (const { account } of market.owners.slice(1)) {
      result.live += exchange.answers.openOrders({ account }).length
    }
    const { balances, faults } = exchange.audit()
    const imbalanceMicro = balances.reduce((sum, { amountMicro }) => sum + amountMicro, 0n)
    return { ...spent, result, imbalanceMicro, faults }
  }
}

function count(result: SpotResult, { refusal, events }: Outcome): void {
  if (refusal !== null) {
    // The second where the order ended so long ago that it is forgotten.
    const isGone = refusal.code === 'ORDER_CLOSED' || refusal.code === 'NOT_FOUND'
    assert(isGone, `no record of the flow is refused: ${refusal.code}`)
    result.missed++
    return
  }
  for (const event of events) {
    if (event.kind === 'TradeExecuted') {
      const buys = event.takerSide === 'buy'
      const maker = buys ? event.sellOrder : event.buyOrder
      const taker = buys ? event.buyOrder : event.sellOrder
      hashTrade(result, maker, taker, event.priceTicks, event.units)
    } else if (event.kind === 'OrderEnded' && event.end === 'SELF_TRADE') result.expired++
  }
}
