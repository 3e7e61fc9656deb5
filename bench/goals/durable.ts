/** Time to a durable acknowledgement at fixed offered rates, beside the disk alone (goal G3). */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEngineFiles, signerFromSeed, startEngine } from '../../src/engine/index.ts'
import type { RecordBatch } from '../../src/messages/index.ts'
import { genesis } from '../../test/support/engine-bench.ts'
import { TallyMachine } from '../../test/support/tally-machine.ts'
import { bareWrites, counted, type Write } from '../bare-writes.ts'
import { offer } from '../offer.ts'
import { orderEnvelopes } from '../../test/support/order-envelopes.ts'
import { median, row, type Row } from '../row.ts'

const ROUNDS = 5
const RING = 100_000
const PEER = 'write + fdatasync of the same bytes'

/** Offered commands a second, and seconds of each round. */
const RATES = [
  { perSecond: 1_000_000, seconds: 1, name: '1 M/s' },
  { perSecond: 1_000, seconds: 1, name: '1,000/s' },
]

interface Quantiles {
  readonly p50: number
  readonly p99: number
  readonly p999: number
}

export async function durable(): Promise<Row[]> {
  const ring = orderEnvelopes(RING, Date.now())
  const rows: Row[] = []
  for (const { perSecond, seconds, name } of RATES) {
    const mine: Quantiles[] = []
    const bare: Quantiles[] = []
    const acknowledged: number[] = []
    const cpuUs: number[] = []
    // In turns, so that both meet the same disk; the first round only warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const result = await oneRound(ring, perSecond, seconds)
      if (round === 0) continue
      mine.push(result.mine)
      bare.push(result.bare)
      acknowledged.push(result.perSecond)
      cpuUs.push(result.cpuUs)
    }
    const of = (all: readonly Quantiles[], key: keyof Quantiles): number =>
      median(all.map((each) => each[key]))
    rows.push(row('durable', `acknowledged, offered ${name}`, median(acknowledged), '1/s'))
    rows.push(row('durable', `CPU a command, offered ${name}`, median(cpuUs), 'us'))
    const bareP99 = of(bare, 'p99')
    for (const [key, label, target] of [
      ['p50', 'p50', { must: 1, aim: 0.7, better: 'low' }],
      ['p99', 'p99', { must: 3 * bareP99, better: 'low' }],
      ['p999', 'p99.9', { better: 'low' }],
    ] as const) {
      const what = `durable acknowledgement ${label}, offered ${name}`
      rows.push(row('durable', what, of(mine, key), 'ms', [PEER, of(bare, key)], target))
    }
  }
  return rows
}

interface Round {
  readonly perSecond: number
  /** of the whole process, what is offered and what is written in other threads too */
  readonly cpuUs: number
  readonly mine: Quantiles
  readonly bare: Quantiles
}

async function oneRound(ring: RecordBatch, perSecond: number, seconds: number): Promise<Round> {
  const folder = mkdtempSync(join(tmpdir(), 'suan-bench-'))
  const writes: Write[] = []
  try {
    const files = await openEngineFiles({ directory: folder })
    const engine = await startEngine({
      ...files,
      log: counted(files.log, writes),
      machine: () => new TallyMachine({ isRaw: true }),
      signer: signerFromSeed(new Uint8Array(32).fill(7)),
      genesis,
      exit: (why) => {
        throw why
      },
    })
    writes.length = 0
    const cpu = process.cpuUsage()
    const count = perSecond * seconds
    const offered = await offer(engine, ring, count, perSecond)
    const { user, system } = process.cpuUsage(cpu)
    await engine.stop()
    const bare = await bareWrites(writes, join(folder, 'bare'))
    return {
      perSecond: offered.perSecond,
      cpuUs: (user + system) / count,
      mine: quantilesOf(offered.tookMs),
      bare: quantilesOf(bare),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function quantilesOf(tookMs: Float32Array): Quantiles {
  const sorted = tookMs.toSorted()
  const at = (q: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) }
}
