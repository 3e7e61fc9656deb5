/**
 * Orders through the public HTTP door, one a request, each answered when it is durable: place one
 * that rests, cancel it (goal G4).
 */
import { startBare, BARE_SERVER } from '../bare.ts'
import { ORDER, openBuyers } from '../door/accounts.ts'
import { HttpConnection } from '../door/http-connection.ts'
import { loadRows, measured, share, type Load } from '../door/load.ts'
import type { Row } from '../row.ts'
import { historyOf, newFolder, removeFolder, startSandbox } from '../server.ts'

const CONNECTIONS = 64
const BUYERS = 4
/** a round */
const ORDERS = 12_800
const ROUNDS = 5
const TARGETS = { must: 5_000, aim: 8_000 }

export async function http(): Promise<Row[]> {
  const folder = newFolder()
  const server = await startSandbox(folder, ['--no-provider'])
  const bare = await startBare()
  try {
    await historyOf(server)
    const tokens = await openBuyers(server, BUYERS)
    const mine: Load[] = []
    const peers: Load[] = []
    // Interleaved; the first round only warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const result = await oneRound(server.port, server.process.pid, tokens)
      const peer = await oneRound(bare.port, bare.pid, tokens)
      if (round === 0) continue
      mine.push(result)
      peers.push(peer)
    }
    const what = `HTTP, ${CONNECTIONS} connections, one request at a time on each`
    return loadRows('http', what, mine, TARGETS, [BARE_SERVER, peers])
  } finally {
    bare.stop()
    await server.stop()
    removeFolder(folder)
  }
}

async function oneRound(port: number, pid: number, tokens: readonly string[]): Promise<Load> {
  const each = share(ORDERS / 2, CONNECTIONS)
  const body = JSON.stringify(ORDER)
  const opening = Array.from({ length: CONNECTIONS }, (_, n) => {
    return HttpConnection.open(port, tokens[n % tokens.length] ?? '')
  })
  const connections = await Promise.all(opening)
  const tookMs: number[] = []
  const work = async (connection: HttpConnection): Promise<void> => {
    const timed = async (method: string, path: string, content?: string): Promise<string> => {
      const from = performance.now()
      const answer = await connection.ask(method, path, content)
      tookMs.push(performance.now() - from)
      return answer
    }
    for (let left = each; left > 0; left--) {
      const { order } = JSON.parse(await timed('POST', '/v1/orders', body)) as {
        order: { id: string }
      }
      await timed('DELETE', `/v1/orders/${order.id}`)
    }
  }
  try {
    return await measured(pid, ORDERS, async () => {
      await Promise.all(connections.map(work))
      return tookMs
    })
  } finally {
    for (const connection of connections) connection.close()
  }
}
