// kill -9 of the exchange while frames of orders are under way: what was answered stays as it was
// answered, and a frame without an answer, sent again, has one outcome for ever.
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hasCode, type Stream } from '../../src/client/index.ts'
import { Prng } from '../../src/kernel/index.ts'
import {
  numberOf,
  type BatchItem,
  type IdentifiedItem,
  type ItemOutcome,
} from '../../src/wire/index.ts'
import { ensureBuilt } from '../tools/built.ts'
import { System } from './system.ts'

const ROUNDS = 3
const ITEMS = 64
const UNDER_WAY = 8
const SEED = Number(process.env['SUAN_CRASH_SEED'] ?? randomInt(2 ** 31))
const SYMBOL = 'CPU-S.C.LOCAL'

let root: string
let system: System
beforeEach(async () => {
  console.log(`batches and kill -9: SUAN_CRASH_SEED=${SEED}`)
  ensureBuilt()
  root = await mkdtemp(join(tmpdir(), 'suan-batches-'))
  system = await System.at(root, { provider: false })
  system.startServer()
  await system.serverReady()
})
afterEach(async () => {
  await system.destroy()
  await rm(root, { recursive: true, force: true })
})

interface Frame {
  readonly items: readonly IdentifiedItem[]
  /** null while there is no answer */
  outcomes: readonly ItemOutcome[] | null
}

async function connected(): Promise<Stream> {
  return new Promise((resolve) => {
    const stream: Stream = system.client('buyer').openStream({
      onState: (state) => {
        if (state === 'open') resolve(stream)
      },
    })
  })
}

/** Sends frames, so many at once, until the connection is lost. */
async function sendUntilLost(stream: Stream, frames: Frame[], next: () => BatchItem[]) {
  const lane = async (): Promise<void> => {
    for (;;) {
      const frame: Frame = { items: stream.identify(next()), outcomes: null }
      frames.push(frame)
      try {
        frame.outcomes = await stream.batch(frame.items)
      } catch (error) {
        if (hasCode(error, 'STATUS_UNKNOWN', 'UNREACHABLE')) return
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: UNDER_WAY }, lane))
}

/** What an item came to, whether told for the first time or again. */
function settled(outcomes: readonly ItemOutcome[]) {
  return outcomes.map((outcome) => ({ ...outcome, replayed: null }))
}

test('ENG-007 frames under way at kill -9 are done once or not at all, and told the same for ever', async () => {
  const rng = new Prng(SEED)
  const frames: Frame[] = []
  const { id } = await system.client('buyer').getInstrument({ params: { symbol: SYMBOL } })
  const instrument = numberOf('instrument', id) ?? 0
  const placing: BatchItem = { action: 'place', instrument, side: 'buy', units: 1, price_ticks: 50 }
  const next = (): BatchItem[] => {
    const open = frames.flatMap(({ outcomes }) => outcomes ?? []).slice(-ITEMS)
    const cancels = rng.below(2) === 0 && open.length === ITEMS
    if (!cancels) return Array.from({ length: ITEMS }, () => placing)
    return open.map(({ order }) => ({ action: 'cancel', order }))
  }
  for (let round = 0; round < ROUNDS; round++) {
    const stream = await connected()
    const sending = sendUntilLost(stream, frames, next)
    await sleep(300 + rng.below(700))
    await system.killServer()
    await sending
    stream.close()
    system.startServer()
    await system.serverReady()
  }
  const answered = frames.filter(({ outcomes }) => outcomes !== null)
  expect(answered.length).toBeGreaterThan(0)
  expect(answered.length).toBeLessThan(frames.length)
  const stream = await connected()
  for (const frame of frames) {
    const again = await stream.batch(frame.items)
    if (frame.outcomes !== null) {
      expect(settled(again)).toEqual(settled(frame.outcomes))
      // What the journal holds is not done a second time.
      expect(again.every(({ seq, replayed }) => seq === 0 || replayed)).toBe(true)
    }
    const third = await stream.batch(frame.items)
    expect(settled(third)).toEqual(settled(again))
    expect(third.every(({ seq, replayed }) => seq === 0 || replayed)).toBe(true)
  }
  stream.close()
  await system.stop()
  expect((await system.tryCli(['fsck'])).status).toBe(0)
}, 600_000)
