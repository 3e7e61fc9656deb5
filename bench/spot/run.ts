/** One run of the flow through the exchange, and what came of it beside the oracle. */
import { assert, decode } from '../../src/kernel/index.ts'
import { envelope, type Outcome } from '../../src/messages/index.ts'
import { START_US } from '../../test/scenarios/venue.ts'
import type { Workload } from '../cxb1/generate.ts'
import { hashTrade } from '../cxb1/result.ts'
import { RECORD_WORDS } from '../cxb1/record.ts'
import { spend, type Spent } from '../row.ts'
import { spotFlow } from './flow.ts'
import { openMarket } from './market.ts'
import { SpotOracle, type SpotResult } from './oracle.ts'

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

/**
 * A fresh exchange with the prefill in it. What is returned decodes and executes the rest once, and
 * times that alone.
 */
export function prepareSpot(
  words: Int32Array,
  { symbols, prefill: each }: Pick<Workload, 'symbols' | 'prefill'>,
): () => SpotRun {
  const prefill = symbols * each
  const market = openMarket(symbols)
  const { exchange } = market
  const records = spotFlow(words, market)
  const result: SpotResult = { trades: 0, volume: 0, h: 0, live: 0, expired: 0, missed: 0 }
  let { lastSeq: seq } = exchange
  const play = (from: number, to: number) => {
    for (let at = from; at < to; at++) {
      seq++
      const entry = { seq, timeUs: START_US + seq, envelope: decode(envelope, records[at]!) }
      count(result, exchange.execute(entry))
    }
  }
  play(0, prefill)
  Object.assign(result, { trades: 0, volume: 0, h: 0, expired: 0, missed: 0 })
  return () => {
    const spent = spend(() => play(prefill, records.length))
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
    assert(refusal.code === 'ORDER_CLOSED', `no record of the flow is refused: ${refusal.code}`)
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
