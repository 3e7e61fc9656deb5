/** How many commands a second the exchange executes: all checks, ledger, leases, events; no disk. */
import { OrderBook, Side, type LimitOrderOptions } from 'nodejs-order-book'
import { assert } from '../../src/kernel/index.ts'
import { START_US } from '../../test/scenarios/venue.ts'
import { envelopesOf, exchangeFlow, execute, prepared } from '../exchange-flow.ts'
import { orderFlow, type Action, type OrderFlow } from '../order-flow.ts'
import { median, row, spend, type Row, type Spent } from '../row.ts'

const PREFILL = 1_000
const COMMANDS = 20_000
const ROUNDS = 5
const SEED = 42
// Its enum of these words is not exported.
const GTC = 'GTC' as NonNullable<LimitOrderOptions['timeInForce']>
const IOC = 'IOC' as NonNullable<LimitOrderOptions['timeInForce']>
const PEER = 'nodejs-order-book (matching only)'

export async function ordersInProcess(): Promise<Row[]> {
  const flow = orderFlow(PREFILL, COMMANDS, SEED)
  const ours = exchangeFlow(flow)
  const mine: Spent[] = []
  const theirs: Spent[] = []
  // Interleaved, so that both meet the same neighbours; the first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    const exchange = prepared(ours)
    const envelopes = envelopesOf(ours.steps, START_US)
    const spent = spend(() => execute(exchange, envelopes))
    const peer = peerRound(flow)
    if (round === 0) continue
    mine.push(spent)
    theirs.push(peer)
  }
  const rate = (all: readonly Spent[], key: keyof Spent) =>
    median(all.map((each) => COMMANDS / each[key]))
  return (['cpuSeconds', 'wallSeconds'] as const).map((key) =>
    row(
      'orders-in-process',
      `commands per second of ${key === 'cpuSeconds' ? 'CPU' : 'wall clock'}`,
      rate(mine, key),
      '1/s',
      [PEER, rate(theirs, key)],
    ),
  )
}

function peerRound(flow: OrderFlow): Spent {
  const book = new OrderBook()
  give(book, flow.prefill)
  let trades = 0
  const spent = spend(() => {
    trades = give(book, flow.actions)
  })
  assert(trades === flow.trades, `the peer traded ${trades} times, not ${flow.trades}`)
  return spent
}

/** Gives the actions to the peer; returns its count of trades. */
function give(book: OrderBook, actions: readonly Action[]): number {
  let trades = 0
  for (const action of actions) {
    if (action.kind === 'cancel') {
      book.cancel(String(action.id))
      continue
    }
    const { id, side, price, units: size, rests } = action
    const order = { id: String(id), side: side === 'buy' ? Side.BUY : Side.SELL, size, price }
    const result = book.limit({ ...order, timeInForce: rests ? GTC : IOC })
    const touched = [...result.done, result.partial]
    trades += touched.filter((each) => each !== null && each.id !== order.id).length
  }
  return trades
}
