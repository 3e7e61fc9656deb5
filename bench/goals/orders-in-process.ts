/** How many commands a second the exchange executes: all checks, ledger, leases, events; no disk. */
import { assert } from '../../src/kernel/index.ts'
import { START_US } from '../../test/scenarios/venue.ts'
import { envelopesOf, exchangeFlow, execute, prepared } from '../exchange-flow.ts'
import { PEER, PeerPlay } from '../cxb1/peer-play.ts'
import { orderFlow, type OrderFlow } from '../order-flow.ts'
import { median, row, spend, type Row, type Spent } from '../row.ts'

const PREFILL = 1_000
const COMMANDS = 20_000
const ROUNDS = 5
const SEED = 42

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

function peerRound({ words, trades }: OrderFlow): Spent {
  const peer = new PeerPlay(words)
  peer.play(0, PREFILL)
  const spent = spend(() => peer.play(PREFILL, PREFILL + COMMANDS))
  assert(peer.trades === trades, `the peer traded ${peer.trades} times, not ${trades}`)
  return spent
}
