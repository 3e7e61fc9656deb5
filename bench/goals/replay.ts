/**
 * Goal G5: how fast a journal is replayed (read, checksum of each frame, hash chain, execution,
 * checksum of each outcome), beside the execution of the same commands alone.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode, encode, Writer } from '../../src/kernel/index.ts'
import { makeSnapshot, type Entry, type StateMachine } from '../../src/engine/index.ts'
import { Exchange } from '../../src/exchange/index.ts'
import { openFileLog } from '../../src/journal/index.ts'
import { envelope as envelopeCodec } from '../../src/messages/index.ts'
import { START_US } from '../../test/scenarios/venue.ts'
import { generate, type Workload } from '../cxb1/generate.ts'
import { JournalFile } from '../journal-file.ts'
import { median, row, spendAsync, type Row, type Spent } from '../row.ts'
import { spotFlow } from '../spot/flow.ts'
import { openMarket } from '../spot/market.ts'

const ROUNDS = 3
const COMMANDS = 200_000
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
    const { file, entries } = record(shape)
    await file.write(folder)
    const replayed: Spent[] = []
    const applied: Spent[] = []
    // In turns, so that both meet the same machine; the first round only warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const mine = await spendAsync(() => replayAll(folder))
      const alone = await spendAsync(async () => applyAll(entries))
      if (round === 0) continue
      replayed.push(mine)
      applied.push(alone)
    }
    const rate = (all: readonly Spent[], key: keyof Spent): number =>
      median(all.map((each) => entries.length / each[key]))
    const [mine, alone] = [rate(replayed, 'cpuSeconds'), rate(applied, 'cpuSeconds')]
    const what = `${shape.name} replayed`
    return [
      row('replay', `${what}, records per second of CPU`, mine, '1/s', [PEER, alone]),
      row(
        'replay',
        `${what}, records per second of wall clock`,
        rate(replayed, 'wallSeconds'),
        '1/s',
        [PEER, rate(applied, 'wallSeconds')],
      ),
      row('replay', `${what}, share of execution alone (CPU)`, mine / alone, '', null, {
        must: 0.9,
      }),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Applied {
  readonly seq: number
  readonly timeUs: number
  /** the encoded envelope */
  readonly bytes: Uint8Array
}

/** The flow of `spot-core` as a journal, from its genesis on. */
function record(shape: Workload): { readonly file: JournalFile; readonly entries: Applied[] } {
  const file = new JournalFile()
  const entries: Applied[] = []
  const note = (entry: Entry, outcome: Parameters<JournalFile['add']>[1]): void => {
    file.add(entry, outcome)
    const { seq, timeUs, envelope } = entry
    entries.push({ seq, timeUs, bytes: encode(envelopeCodec, envelope) })
  }
  const market = openMarket(shape.symbols, note)
  const { words } = generate(shape)
  let { lastSeq: seq } = market.exchange
  for (const bytes of spotFlow(words, market)) {
    seq++
    const entry = { seq, timeUs: START_US + seq, envelope: decode(envelopeCodec, bytes) }
    note(entry, market.exchange.execute(entry))
  }
  return { file, entries }
}

/** Makes a snapshot from the first record on, but for the snapshot itself. */
async function replayAll(directory: string): Promise<void> {
  const log = await openFileLog({ directory, readOnly: true })
  const machine = (): StateMachine => {
    const exchange: StateMachine = new Exchange()
    exchange.snapshot = () => new Uint8Array(0)
    return exchange
  }
  const snapshots = { list: async () => [], save: async () => {} }
  await makeSnapshot({ log, snapshots, machine })
  await log.close()
}

function applyAll(entries: readonly Applied[]): void {
  const exchange: StateMachine = new Exchange()
  const { raw } = exchange
  const outcome = new Writer()
  for (const { seq, timeUs, bytes } of entries) {
    outcome.reset()
    if (raw?.takes(bytes, 0, bytes.length) === true) {
      raw.execute(seq, timeUs, bytes, 0, bytes.length, outcome)
    } else exchange.execute({ seq, timeUs, envelope: decode(envelopeCodec, bytes) })
  }
}
