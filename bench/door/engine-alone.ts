/** What an order costs without a door: the engine on files, given the same orders in the same groups. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  openEngineFiles,
  signerFromSeed,
  startEngine,
  type Engine,
} from '../../src/engine/index.ts'
import { Exchange } from '../../src/exchange/index.ts'
import { encode } from '../../src/kernel/index.ts'
import {
  envelope,
  packRecords,
  type BatchReplies,
  type RecordBatch,
} from '../../src/messages/index.ts'
import { envelopesOf, exchangeFlow, type Step } from '../exchange-flow.ts'
import type { Action } from '../order-flow.ts'
import { measured } from './load.ts'

const TRADERS = 16
/** far below every offer, within the band */
const PRICE = 50_000

/** Microseconds of the main thread for each of `orders`, in groups of `group`. */
export async function engineAloneUs(orders: number, group: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'suan-bench-'))
  try {
    const { engine, templates } = await start(folder)
    await round(engine, templates, orders, group)
    const us = await round(engine, templates, orders, group)
    await engine.stop()
    return us
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function start(folder: string): Promise<{ engine: Engine; templates: readonly Step[] }> {
  const bids = Array.from({ length: TRADERS }, (_, id): Action => {
    return { kind: 'enter', id, side: 'buy', price: PRICE, units: 1, rests: true }
  })
  const words = new Int32Array(0)
  const flow = exchangeFlow({ words, prefill: [], actions: bids, trades: 0, volume: 0 })
  const signer = signerFromSeed(new Uint8Array(32).fill(7))
  const engine = await startEngine({
    ...(await openEngineFiles({ directory: folder })),
    machine: () => new Exchange(),
    signer,
    genesis: { ...flow.genesis, exchangePublicKey: signer.publicKey },
    exit: (why) => {
      throw why
    },
  })
  for (const each of envelopesOf(flow.before, Date.now() * 1_000)) await engine.submit(each)
  return { engine, templates: flow.steps }
}

/** Half of them place, the others cancel those; only what the engine does is timed. */
async function round(
  engine: Engine,
  templates: readonly Step[],
  orders: number,
  group: number,
): Promise<number> {
  const owner = (n: number): Step => templates[Math.floor(n / group) % templates.length]!
  const places = Array.from({ length: orders / 2 }, (_, n) => owner(n))
  const numbers: number[] = []
  const placed = await timed(engine, places, group, (replies) => {
    for (let n = 0; n < replies.count; n++) {
      for (const event of replies.replyOf(n).outcome.events) {
        if (event.kind === 'OrderPlaced') numbers.push(event.order)
      }
    }
  })
  const cancels = numbers.map((order, n): Step => {
    return { ...owner(n), command: { kind: 'CancelOrder', order } }
  })
  const cancelled = await timed(engine, cancels, group, () => {})
  return (placed + cancelled) / 2
}

async function timed(
  engine: Engine,
  steps: readonly Step[],
  group: number,
  told: (replies: BatchReplies) => void,
): Promise<number> {
  const groups: RecordBatch[] = []
  for (let from = 0; from < steps.length; from += group) {
    const some = envelopesOf(steps.slice(from, from + group), Date.now() * 1_000)
    groups.push(packRecords(some.map((one) => encode(envelope, one))))
  }
  const answers: BatchReplies[] = []
  const { mainUs } = await measured(process.pid, steps.length, async () => {
    await Promise.all(
      groups.map(
        (one) =>
          new Promise<void>((resolve, reject) => {
            engine.submitBatch(one, (result) => {
              if (result instanceof Error) return reject(result)
              answers.push(result)
              resolve()
            })
          }),
      ),
    )
    return []
  })
  for (const replies of answers) told(replies)
  return mainUs
}
