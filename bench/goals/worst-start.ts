/**
 * Goals on a large venue: the start with the most to do (a snapshot, and all the records that come
 * before the next one), and how long commands stand still while a thread beside makes that snapshot.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from '../../src/kernel/index.ts'
import {
  openEngineFiles,
  snapshotInWorker,
  startEngine,
  type Engine,
  type StateMachine,
} from '../../src/engine/index.ts'
import { Exchange } from '../../src/exchange/index.ts'
import { clockFrom } from '../clock-from.ts'
import { genesis } from '../../test/support/engine-bench.ts'
import {
  LEASES,
  MEMBERS,
  ORDERS,
  RECORDS_AFTER,
  writeLargeVenue,
  type Written,
} from '../large-venue.ts'
import { median, row, spendAsync, type Row, type Spent } from '../row.ts'
import { threadCpu } from '../thread-cpu.ts'

const ROUNDS = 3
const WORKER = new URL('../engine/replica-worker.js', import.meta.url)
const EVERY_MS = 1

export async function worstStart(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'suan-bench-'))
  try {
    const venue = await writeLargeVenue(folder)
    const spent: Spent[] = []
    // Never two at a time: what is left of the one before would be in the way.
    const running: { engine?: Engine } = {}
    const applied: Applied = { lastMs: 0, longestMs: 0, lastCpuMs: 0, longestCpuMs: 0 }
    for (let round = 0; round < ROUNDS; round++) {
      await running.engine?.stop()
      delete running.engine
      spent.push(
        await spendAsync(async () => {
          running.engine = await start(folder, venue, applied)
        }),
      )
    }
    const { engine } = running
    assert(engine !== undefined, 'the engine has started')
    const of = (key: keyof Spent): number => median(spent.map((each) => each[key]))
    const what = `start with ${ORDERS} orders, ${LEASES} leases, ${MEMBERS} members, ${RECORDS_AFTER} records after the snapshot`
    const target = { must: 10, aim: 5, better: 'low' } as const
    return [
      row('worst-start', what, of('wallSeconds'), 's', null, target),
      row('worst-start', `${what}, CPU`, of('cpuSeconds'), 's', null, { better: 'low' }),
      ...(await gaps(folder, venue, engine, applied)),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Gaps between commands as they are applied. */
interface Applied {
  lastMs: number
  longestMs: number
  /** of this thread: what others on the machine hold up does not count */
  lastCpuMs: number
  longestCpuMs: number
}

async function start(folder: string, venue: Written, applied: Applied): Promise<Engine> {
  const files = await openEngineFiles({ directory: folder })
  return startEngine({
    ...files,
    clock: clockFrom(venue.lastTimeUs + 1_000_000),
    machine: () => watched(applied),
    signer: { publicKey: '11'.repeat(32), sign: () => '' },
    genesis,
    exit: (why) => {
      throw why
    },
  })
}

function watched(applied: Applied): StateMachine {
  const exchange = new Exchange()
  const cpuNowMs = threadCpu()
  const note = (): void => {
    const nowMs = performance.now()
    applied.longestMs = Math.max(applied.longestMs, nowMs - applied.lastMs)
    applied.lastMs = nowMs
    const cpuMs = cpuNowMs()
    applied.longestCpuMs = Math.max(applied.longestCpuMs, cpuMs - applied.lastCpuMs)
    applied.lastCpuMs = cpuMs
  }
  // Both doors: orders come through the one for bytes.
  const { raw } = exchange
  const execute = exchange.execute.bind(exchange)
  const executeRaw = raw.execute.bind(raw)
  exchange.execute = (entry) => {
    const outcome = execute(entry)
    note()
    return outcome
  }
  raw.execute = (...given) => {
    executeRaw(...given)
    note()
  }
  return exchange
}

interface Gaps {
  readonly longestMs: number
  readonly longestCpuMs: number
  readonly tookMs: number
}

async function gaps(
  folder: string,
  venue: Written,
  engine: Engine,
  applied: Applied,
): Promise<Row[]> {
  const clock = clockFrom(venue.lastTimeUs + 60_000_000)
  const sending = { goesOn: true }
  const send = async (): Promise<void> => {
    const open = new Set<Promise<unknown>>()
    for (; sending.goesOn; await new Promise((resolve) => setTimeout(resolve, EVERY_MS))) {
      const reply = engine.submit(venue.anyOrder(clock.nowUs())).finally(() => open.delete(reply))
      open.add(reply)
    }
    await Promise.all(open)
  }
  const sent = send()
  const during = async (work: () => Promise<unknown>): Promise<Gaps> => {
    await new Promise((resolve) => setTimeout(resolve, 500))
    applied.longestMs = 0
    applied.longestCpuMs = 0
    const from = performance.now()
    await work()
    const { longestMs, longestCpuMs } = applied
    assert(longestMs > 0, 'commands were applied meanwhile')
    return { longestMs, longestCpuMs, tookMs: performance.now() - from }
  }
  const made = await during(async () => {
    assert((await snapshotInWorker(folder, WORKER)) !== null, 'a snapshot was made')
  })
  const none = await during(() => new Promise((resolve) => setTimeout(resolve, made.tookMs)))
  sending.goesOn = false
  await sent
  await engine.stop()
  const what = 'longest gap between applied commands while a snapshot is made'
  const target = { must: 20, better: 'low' } as const
  const peer = 'the same time without'
  return [
    row('worst-start', what, made.longestMs, 'ms', [peer, none.longestMs], target),
    row(
      'worst-start',
      `${what}, CPU of the loop's thread`,
      made.longestCpuMs,
      'ms',
      [peer, none.longestCpuMs],
      { better: 'low' },
    ),
    row('worst-start', 'the snapshot took', made.tookMs / 1_000, 's', null, { better: 'low' }),
  ]
}
