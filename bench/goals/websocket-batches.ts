/** Orders on the WebSocket, many to a binary frame, each answered when it is durable (goal G4). */
import { BARE_SERVER, startBare, startDoorAlone } from '../bare.ts'
import { instrumentNumber, openBuyers } from '../door/accounts.ts'
import { BatchTrader } from '../door/batch-trader.ts'
import { engineAloneUs } from '../door/engine-alone.ts'
import { loadRows, measured, share, type Load } from '../door/load.ts'
import { median, row, type Row } from '../row.ts'
import { historyOf, newFolder, removeFolder, startSandbox } from '../server.ts'

const SOCKETS = 16
const SHAPE = { items: 256, frames: 2 }
/** a round: 25 frames a socket */
const ORDERS = 102_400
const ROUNDS = 5
const TARGETS = { must: 200_000, aim: 400_000 }
const PRICE_TICKS = 50

export async function websocketBatches(): Promise<Row[]> {
  const folder = newFolder()
  const server = await startSandbox(folder, ['--no-provider'])
  const bare = await startBare()
  const alone = await startDoorAlone()
  try {
    await historyOf(server)
    const tokens = await openBuyers(server, SOCKETS)
    const instrument = await instrumentNumber(server)
    const order = {
      action: 'place',
      instrument,
      side: 'buy',
      units: 1,
      price_ticks: PRICE_TICKS,
    } as const
    const traders = (url: string) =>
      Promise.all(tokens.map((token) => BatchTrader.open(url, token, SHAPE, order)))
    const ours = await traders(`ws://127.0.0.1:${server.port}/v1/ws`)
    const theirs = await traders(`ws://127.0.0.1:${bare.port}/orders`)
    const doorOnly = await traders(`ws://127.0.0.1:${alone.port}/v1/ws`)
    const door: number[] = []
    const mine: Load[] = []
    const peers: Load[] = []
    // Interleaved; the first round only warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const result = await oneRound(server.process.pid, ours)
      const peer = await oneRound(bare.pid, theirs)
      const { mainUs } = await oneRound(alone.pid, doorOnly)
      if (round === 0) continue
      door.push(mainUs)
      mine.push(result)
      peers.push(peer)
    }
    for (const each of [...ours, ...theirs, ...doorOnly]) each.close()
    const { items, frames } = SHAPE
    const name = `WebSocket binary batches, ${SOCKETS} sockets, ${frames} frames of ${items} under way on each`
    const rows = loadRows('websocket-batches', name, mine, TARGETS, [BARE_SERVER, peers])
    const told = (label: string, us: number): Row => {
      const what = `CPU an order, main thread, ${label}`
      return row('websocket-batches', what, us, 'us', null, { better: 'low' })
    }
    return [
      ...rows,
      told('the engine alone, given the same in process', await engineAloneUs(ORDERS, items)),
      told('the door alone, over an engine that answers at once', median(door)),
    ]
  } finally {
    bare.stop()
    alone.stop()
    await server.stop()
    removeFolder(folder)
  }
}

function oneRound(pid: number, traders: readonly BatchTrader[]): Promise<Load> {
  const each = share(ORDERS, traders.length * SHAPE.items)
  return measured(pid, ORDERS, async () => {
    const took = await Promise.all(traders.map((trader) => trader.trade(each)))
    return took.flat()
  })
}
