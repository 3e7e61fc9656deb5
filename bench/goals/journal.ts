/** How many commands a second are acknowledged, each durable in the file journal before its answer. */
import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from '../../src/kernel/index.ts'
import {
  openEngineFiles,
  signerFromSeed,
  startEngine,
  type Engine,
} from '../../src/engine/index.ts'
import { Exchange } from '../../src/exchange/index.ts'
import type { CommandLog, Envelope } from '../../src/messages/index.ts'
import { envelopesOf, exchangeFlow, type ExchangeFlow } from '../exchange-flow.ts'
import { orderFlow } from '../order-flow.ts'
import { median, quantile, row, type Row } from '../row.ts'

const PREFILL = 1_000
const COMMANDS = 10_000
const IN_FLIGHT = 1_000
const ROUNDS = 3
const SEED = 42
const PEER = 'write + fdatasync of the same bytes'

interface Round {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export async function journal(): Promise<Row[]> {
  const flow = exchangeFlow(orderFlow(PREFILL, COMMANDS, SEED))
  const mine: Round[] = []
  const bare: Round[] = []
  // Interleaved, so that both meet the same disk; the first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    const folder = mkdtempSync(join(tmpdir(), 'suan-bench-'))
    try {
      const { result, writes } = await engineRound(flow, folder)
      const peer = await bareRound(writes, join(folder, 'bare'))
      if (round === 0) continue
      mine.push(result)
      bare.push(peer)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  const of = (all: readonly Round[], key: keyof Round) => median(all.map((each) => each[key]))
  const told = (what: string, unit: string, key: keyof Round) =>
    row('journal', what, of(mine, key), unit, [PEER, of(bare, key)])
  return [
    told(`acknowledged commands per second, ${IN_FLIGHT} in flight`, '1/s', 'perSecond'),
    told('acknowledgement p50 (peer: one sync)', 'ms', 'p50Ms'),
    told('acknowledgement p99 (peer: one sync)', 'ms', 'p99Ms'),
  ]
}

/** What one append wrote. */
interface Write {
  readonly records: number
  readonly bytes: number
}

async function engineRound(
  flow: ExchangeFlow,
  folder: string,
): Promise<{ result: Round; writes: Write[] }> {
  const writes: Write[] = []
  const files = await openEngineFiles({ directory: folder })
  const signer = signerFromSeed(new Uint8Array(32).fill(7))
  const engine = await startEngine({
    ...files,
    log: counted(files.log, writes),
    machine: () => new Exchange(),
    signer,
    genesis: { ...flow.genesis, exchangePublicKey: signer.publicKey },
    exit: (why) => {
      throw why
    },
  })
  await submitAll(engine, envelopesOf(flow.before, Date.now() * 1_000))
  writes.length = 0
  const envelopes = envelopesOf(flow.steps, Date.now() * 1_000)
  const from = performance.now()
  const tookMs = await submitAll(engine, envelopes)
  const seconds = (performance.now() - from) / 1_000
  await engine.stop()
  return { result: roundOf(COMMANDS, seconds, tookMs), writes }
}

/** Submits in order with so many unanswered; how long each answer took, in milliseconds. */
async function submitAll(engine: Engine, envelopes: readonly Envelope[]): Promise<number[]> {
  const tookMs: number[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let at = next++; at < envelopes.length; at = next++) {
      const envelope = envelopes[at]
      assert(envelope !== undefined, 'within the list')
      const from = performance.now()
      const { outcome } = await engine.submit(envelope)
      tookMs.push(performance.now() - from)
      assert(outcome.refusal === null, outcome.refusal?.code ?? '')
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
  return tookMs
}

/** The log, which also notes the size of each append. */
function counted(log: CommandLog, writes: Write[]): CommandLog {
  return {
    get lastSeq() {
      return log.lastSeq
    },
    get headHash() {
      return log.headHash
    },
    append: (firstSeq, records) => {
      writes.push({ records: records.count, bytes: records.bytes.length })
      return log.append(firstSeq, records)
    },
    read: (fromSeq) => log.read(fromSeq),
    close: () => log.close(),
  }
}

/** The same writes into a file of their size, each followed by fdatasync, and nothing else. */
async function bareRound(writes: readonly Write[], path: string): Promise<Round> {
  const size = writes.reduce((sum, each) => sum + each.bytes, 0)
  const file = await open(path, 'w')
  try {
    await file.write(Buffer.alloc(size, 1))
    await file.sync()
    const tookMs: number[] = []
    let at = 0
    const from = performance.now()
    for (const { bytes } of writes) {
      const began = performance.now()
      await file.write(Buffer.alloc(bytes, 2), 0, bytes, at)
      await file.datasync()
      tookMs.push(performance.now() - began)
      at += bytes
    }
    const seconds = (performance.now() - from) / 1_000
    const records = writes.reduce((sum, each) => sum + each.records, 0)
    return roundOf(records, seconds, tookMs)
  } finally {
    await file.close()
  }
}

function roundOf(commands: number, seconds: number, tookMs: readonly number[]): Round {
  return {
    perSecond: commands / seconds,
    p50Ms: quantile(tookMs, 0.5),
    p99Ms: quantile(tookMs, 0.99),
  }
}
