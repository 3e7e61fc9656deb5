/** Samples of 5,000 nodes, 20 metrics each, once a second: processor and memory (plan of monitoring). */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { WebSocketServer } from 'ws'
import { SAMPLE_METRICS, type NodePlace } from '../../src/messages/index.ts'
import { Telemetry, workerKeeper } from '../../src/telemetry/index.ts'
import { decodeSamples } from '../../src/wire/index.ts'
import { row, spendAsync, type Row } from '../row.ts'
import { threadCpu } from '../thread-cpu.ts'

const NODES = 5_000
const SITES = 100
const HUBS = 10
const SOCKETS = 50
const SECONDS = 15
const MONTH_US = 32 * 86_400 * 1e6
const GIB = 2 ** 30
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * 1 every series is made to hold a month, so that its memory is in use; 2 frames come over sockets
 * from another process, 3 what this process has of the processor meanwhile is measured. The frames
 * come over 50 sockets and without keys: what a socket of its own costs a node is not in here.
 */
export async function telemetry(): Promise<Row[]> {
  let shiftUs = -2 * MONTH_US
  const nowUs = (): number => Date.now() * 1_000 + shiftUs
  const store = new Telemetry({ nowUs, open: workerKeeper })
  store.place(Array.from({ length: NODES }, (_, at) => placeOf(at)))
  for (const shift of [-MONTH_US, 0]) {
    tellAll(store, nowUs())
    store.handOver()
    await store.read(NET, { from: 0, until: 1, step: 1 }, ['cpu_busy'])
    shiftUs = shift
  }
  tellAll(store, nowUs())
  const server = new WebSocketServer({ port: 0, perMessageDeflate: false })
  await once(server, 'listening')
  const seen = { frames: 0 }
  server.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => {
      const { node, atUs, values } = decodeSamples(data)
      store.take(node, atUs, values)
      seen.frames++
    }),
  )
  const { port } = server.address() as AddressInfo
  const program = fileURLToPath(new URL('./telemetry-feed.js', import.meta.url))
  const feed = fork(program, [String(port), String(NODES), String(SOCKETS)])
  await untilThere(() => seen.frames >= NODES)
  const mainMs = threadCpu()
  const [framesBefore, mainBefore] = [seen.frames, mainMs()]
  const spent = await spendAsync(async () => void (await pause(SECONDS * 1_000)))
  const [taken, mainUsed] = [seen.frames - framesBefore, mainMs() - mainBefore]
  const net = store.newest(NET)
  feed.disconnect()
  server.close()
  const memory = process.memoryUsage().rss / GIB
  await store.close()
  const reporting = net?.values.nodes_reporting ?? 0
  const cores = spent.cpuSeconds / spent.wallSeconds
  const what = `${NODES} nodes x ${SAMPLE_METRICS.length} metrics at 1 Hz`
  return [
    row('telemetry', `${what}: processor, whole process`, cores, 'cores', null, {
      must: 1,
      aim: 0.3,
      better: 'low',
    }),
    row(
      'telemetry',
      'of that the thread that trades',
      mainUsed / 1_000 / spent.wallSeconds,
      'cores',
    ),
    row('telemetry', `${what}: memory with a month in every series`, memory, 'GiB', null, {
      must: 1.5,
      aim: 1,
      better: 'low',
    }),
    row('telemetry', 'frames taken', taken / spent.wallSeconds, 'frames/s', null, {
      must: NODES * 0.98,
      aim: NODES,
    }),
    row('telemetry', 'nodes that report at the end', reporting, 'nodes', null, {
      must: NODES,
      aim: NODES,
    }),
  ]
}

async function untilThere(isThere: () => boolean): Promise<void> {
  while (!isThere()) await pause(100)
}

const NET = { kind: 'national', number: 0 } as const

function placeOf(at: number): NodePlace {
  return {
    node: at + 1,
    site: (at % SITES) + 1,
    hub: (at % HUBS) + 1,
    sellable: { cores: 64, memoryMib: 262_144, cards: at % 3 === 0 ? 8 : 0 },
    allocated: { cores: 32, memoryMib: 131_072, cards: at % 3 === 0 ? 4 : 0 },
  }
}

function tellAll(store: Telemetry, atUs: number): void {
  const values = SAMPLE_METRICS.map(() => 0.5)
  for (let node = 1; node <= NODES; node++) store.take(node, atUs, values)
}
