/** Orders through the public HTTP door: place one that rests, cancel it; each answered when durable. */
import { Agent } from 'node:http'
import { assert } from '../../src/kernel/index.ts'
import { BARE_SERVER, startBare } from '../bare.ts'
import { median, quantile, row, type Row } from '../row.ts'
import { ORDER, send, type Answer, type Target } from '../send.ts'
import { newFolder, ready, removeFolder, startSandbox } from '../server.ts'

const CONCURRENCY = 32
/** per round; a key may send 20,000 requests in ten seconds */
const REQUESTS = 1_000
const ROUNDS = 5

interface Round {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export async function http(): Promise<Row[]> {
  const folder = newFolder()
  const server = await startSandbox(folder, ['--no-provider'])
  const bare = await startBare()
  try {
    await ready(server)
    const common = { token: server.token('buyer') }
    const mine: Round[] = []
    const theirs: Round[] = []
    // Interleaved; the first round only warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const result = await oneRound({ ...common, port: server.port })
      const peer = await oneRound({ ...common, port: bare.port })
      if (round === 0) continue
      mine.push(result)
      theirs.push(peer)
    }
    const told = (what: string, unit: string, key: keyof Round) =>
      row('http', what, median(mine.map((each) => each[key])), unit, [
        BARE_SERVER,
        median(theirs.map((each) => each[key])),
      ])
    return [
      told(`orders and cancels per second, ${CONCURRENCY} at a time`, '1/s', 'perSecond'),
      told('answer p50', 'ms', 'p50Ms'),
      told('answer p99', 'ms', 'p99Ms'),
    ]
  } finally {
    bare.stop()
    await server.stop()
    removeFolder(folder)
  }
}

async function oneRound(about: Omit<Target, 'agent'>): Promise<Round> {
  // A connection that was idle during the other's round may just be closing.
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY })
  const target = { ...about, agent }
  const tookMs: number[] = []
  let left = REQUESTS / 2
  const timed = async (method: string, path: string, body: object | null): Promise<Answer> => {
    const from = performance.now()
    const answer = await send(target, method, path, body)
    tookMs.push(performance.now() - from)
    assert(answer.status < 300, `${method} ${path}: ${answer.status}`)
    return answer
  }
  const work = async (): Promise<void> => {
    while (left-- > 0) {
      const placed = await timed('POST', '/v1/orders', ORDER)
      await timed('DELETE', `/v1/orders/${placed.body.order?.id ?? ''}`, null)
    }
  }
  const from = performance.now()
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
  const seconds = (performance.now() - from) / 1_000
  agent.destroy()
  const perSecond = tookMs.length / seconds
  return { perSecond, p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99) }
}
