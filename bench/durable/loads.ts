/** Engines on new folders, and what is offered to them: what goal G3 times. */
import {
  openEngineFiles,
  signerFromSeed,
  startEngine,
  type Engine,
  type EngineOptions,
} from '../../src/engine/index.ts'
import { Exchange } from '../../src/exchange/index.ts'
import { packRecords } from '../../src/messages/index.ts'
import { genesis } from '../../test/support/engine-bench.ts'
import { orderEnvelopes } from '../../test/support/order-envelopes.ts'
import { TallyMachine } from '../../test/support/tally-machine.ts'
import { counted, type Write } from '../bare-writes.ts'
import { clockFrom } from '../clock-from.ts'
import { generate } from '../cxb1/generate.ts'
import { ringOf, type Offering } from '../offer.ts'
import { spotFlow } from '../spot/flow.ts'
import { openMarket } from '../spot/market.ts'
import { VenueFiles } from '../venue-files.ts'

const RING = 100_000
const PREFILL = 10_000
const SETTLEMENT = 'at_trade'
const signer = signerFromSeed(new Uint8Array(32).fill(7))

export interface Load {
  readonly engine: Engine
  readonly commands: Offering
}

/** Fills a new folder and starts an engine there, which notes its appends in `writes`. */
export type MakeLoad = (folder: string, count: number, writes: Write[]) => Promise<Load>

/** Over a machine that does next to nothing: the engine and the disk. */
export function tallyLoad(): MakeLoad {
  const ring = orderEnvelopes(RING, Date.now())
  return async (folder, count, writes) => {
    const machine = (): TallyMachine => new TallyMachine({ isRaw: true })
    const engine = await start(folder, writes, { machine, signer })
    return { engine, commands: ringOf(ring, count) }
  }
}

/** The whole exchange, with the flow of `spot-core` (w1): plain orders, cancels, trades. */
export const exchangeLoad: MakeLoad = async (folder, count, writes) => {
  const files = await VenueFiles.open(folder)
  const market = openMarket(1, SETTLEMENT, {
    onRecord: (entry, outcome) => files.add(entry, outcome),
  })
  await files.close()
  const shape = { symbols: 1, prefill: PREFILL, commands: count - PREFILL }
  const { words } = generate({ ...shape, seed: 42, mix: 'std' })
  const flow = spotFlow(words, market)
  const records = Array.from(flow.ends, (until, n) => flow.bytes.subarray(flow.ends[n - 1], until))
  const engine = await start(folder, writes, {
    machine: () => new Exchange({ settlement: SETTLEMENT }),
    clock: clockFrom(market.exchange.lastTimeUs + 1_000_000),
    signer: { publicKey: '11'.repeat(32), sign: () => '' },
  })
  return { engine, commands: listOf(records) }
}

/** Commands of different sizes. */
function listOf(records: readonly Uint8Array[]): Offering {
  const { bytes } = packRecords(records)
  const ends = new Float64Array(records.length + 1)
  for (const [n, { length }] of records.entries()) ends[n + 1] = ends[n]! + 4 + length
  return {
    count: records.length,
    part: (from, until) => ({
      count: until - from,
      bytes: bytes.subarray(ends[from], ends[until]),
    }),
  }
}

async function start(
  folder: string,
  writes: Write[],
  options: Pick<EngineOptions, 'machine' | 'signer' | 'clock'>,
): Promise<Engine> {
  const files = await openEngineFiles({ directory: folder })
  return startEngine({
    ...files,
    ...options,
    log: counted(files.log, writes),
    genesis,
    exit: (why) => {
      throw why
    },
  })
}
