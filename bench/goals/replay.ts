/**
 * Goal G5: how fast a journal is replayed (read, checksum of each frame, hash chain, execution,
 * checksum of each outcome), beside the execution of the same commands alone.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode, Writer } from '../../src/kernel/index.ts'
import { makeSnapshot, type StateMachine } from '../../src/engine/index.ts'
import { Exchange } from '../../src/exchange/index.ts'
import { openFileLog } from '../../src/journal/index.ts'
import { envelope as envelopeCodec } from '../../src/messages/index.ts'
import { START_US, type Venue } from '../../test/scenarios/venue.ts'
import { generate, type Workload } from '../cxb1/generate.ts'
import { median, row, spendAsync, type Row, type Spent } from '../row.ts'
import { spotFlow } from '../spot/flow.ts'
import { openMarket } from '../spot/market.ts'
import { VenueFiles } from '../venue-files.ts'

const ROUNDS = 5
const COMMANDS = 400_000
const AHEAD = 64
/** as the main rows of `spot-core` */
const SETTLEMENT = 'at_trade'
const PEER = 'the same commands executed alone'
const SHAPES = [
  { name: 'w1', symbols: 1, prefill: 10_000, commands: COMMANDS, seed: 42, mix: 'std' },
  { name: 'w100', symbols: 100, prefill: 1_000, commands: COMMANDS, seed: 42, mix: 'std' },
] as const satisfies readonly (Workload & { readonly name: string })[]

export async function replay(): Promise<Row[]> {
  const rows: Row[] = []
  for (const shape of SHAPES) rows.push(...(await measure(shape)))
  return rows
}

async function measure(shape: Workload & { readonly name: string }): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'suan-bench-'))
  try {
    const applied = await record(shape, folder)
    const replayed: Spent[] = []
    const executed: Spent[] = []
    // In turns, so that both meet the same machine; the first round only warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const mine = await spendAsync(() => replayAll(join(folder, 'journal')))
      const alone = await spendAsync(async () => applyAll(applied))
      if (round === 0) continue
      replayed.push(mine)
      executed.push(alone)
    }
    const rate = (all: readonly Spent[], key: keyof Spent): number =>
      median(all.map((each) => applied.ends.length / each[key]))
    const [mine, alone] = [rate(replayed, 'cpuSeconds'), rate(executed, 'cpuSeconds')]
    const what = `${shape.name} replayed`
    return [
      row('replay', `${what}, records per second of CPU`, mine, '1/s', [PEER, alone]),
      row(
        'replay',
        `${what}, records per second of wall clock`,
        rate(replayed, 'wallSeconds'),
        '1/s',
        [PEER, rate(executed, 'wallSeconds')],
      ),
      row('replay', `${what}, share of execution alone (CPU)`, mine / alone, '', null, {
        must: 0.9,
      }),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** An exchange whose snapshots are not timed. */
class Unsaved extends Exchange {
  constructor() {
    super({ settlement: SETTLEMENT })
  }
  override snapshot(): Uint8Array {
    return new Uint8Array(0)
  }
}
/** V8 throws code away with the last object of a kind, and that doubles a round: one of each stays. */
const kept: unknown[] = [new Unsaved()]

/** Encoded envelopes one after another, from seq 1 on. */
interface Applied {
  readonly bytes: Uint8Array
  readonly ends: Float64Array
  readonly timesUs: Float64Array
}

/** Writes the flow of `spot-core` as a journal, from its genesis on. */
async function record(shape: Workload, folder: string): Promise<Applied> {
  const files = await VenueFiles.open(folder)
  const writer = new Writer()
  const ends: number[] = []
  const timesUs: number[] = []
  const note: Venue['onRecord'] = (entry, outcome) => {
    files.add(entry, outcome)
    envelopeCodec.write(writer, entry.envelope)
    ends.push(writer.length)
    timesUs.push(entry.timeUs)
  }
  const market = openMarket(shape.symbols, SETTLEMENT, { onRecord: note })
  kept.push(market.exchange)
  const { words } = generate(shape)
  let { lastSeq: seq } = market.exchange
  const flow = spotFlow(words, market)
  let from = 0
  for (const until of flow.ends) {
    seq++
    const envelope = decode(envelopeCodec, flow.bytes.subarray(from, until))
    const entry = { seq, timeUs: START_US + seq, envelope }
    note(entry, market.exchange.execute(entry))
    from = until
    if (files.isFull) await files.flush()
  }
  await files.close()
  return {
    bytes: writer.finish(),
    ends: Float64Array.from(ends),
    timesUs: Float64Array.from(timesUs),
  }
}

/** Makes a snapshot from the first record on, but for the snapshot itself. */
async function replayAll(directory: string): Promise<void> {
  const log = await openFileLog({ directory, readOnly: true })
  const snapshots = { list: async () => [], save: async () => {} }
  await makeSnapshot({ log, snapshots, machine: () => new Unsaved() })
  await log.close()
}

/** As replay does it: the commands that come next are looked at, so many at once. */
function applyAll({ bytes, ends, timesUs }: Applied): void {
  const exchange: StateMachine = new Unsaved()
  const { raw } = exchange
  const outcome = new Writer()
  let from = 0
  const lookAhead = (first: number): void => {
    const end = Math.min(ends.length, first + AHEAD)
    for (let at = first; at < end; at++) raw?.expect?.(bytes, ends[at - 1] ?? 0, ends[at]!)
    raw?.gather?.()
  }
  // A plain loop, as replay has one: an iterator of pairs would cost the peer a hundredth.
  for (let at = 0; at < ends.length; at++) {
    if (at % AHEAD === 0) lookAhead(at)
    const seq = at + 1
    const until = ends[at]!
    const timeUs = timesUs[at]!
    outcome.reset()
    if (raw?.takes(bytes, from, until) === true) {
      raw.execute(seq, timeUs, bytes, from, until, outcome)
    } else {
      const envelope = decode(envelopeCodec, bytes.subarray(from, until))
      exchange.execute({ seq, timeUs, envelope })
    }
    from = until
  }
}
