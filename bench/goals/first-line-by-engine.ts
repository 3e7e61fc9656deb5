/** From `startWorkload` in an open allocation to its first line, beside the engine alone. */
import { decodeFrames, type WorkloadHandle } from '../../src/agent/index.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { DriverBench } from '../../test/conformance/bench.ts'
import { ENGINES, type ConformanceEngine } from '../../test/conformance/engines.ts'
import { bareOf } from '../bare-engines.ts'
import { median, row, type Row } from '../row.ts'

const ROUNDS = 5
const LOOK_MS = 2
/** What a supervisor, its files and its log may cost beside the engine itself. */
const [FACTOR, EXTRA_MS] = [1.5, 200]

/** A row for each engine that this machine has. */
export async function firstLineByEngine(): Promise<Row[]> {
  const rows: Row[] = []
  for (const engine of ENGINES) rows.push(...(await rowOf(engine)))
  return rows
}

async function rowOf({ name, find }: ConformanceEngine): Promise<Row[]> {
  const found = await find()
  if (!found.present) return []
  const bare = bareOf(name, found.socket ?? null)
  if (bare === null) return []
  await found.begin?.()
  const bench = new DriverBench(found.make, found)
  await bench.begin()
  const image = found.socket === undefined ? found.image : await bench.sampleImage()
  const command = image === null ? ['sh', '-c', 'echo line'] : ['/sh', '-c', 'echo line']
  const ours: number[] = []
  const alone: number[] = []
  // Interleaved; the first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    const aloneMs = await bare(bench.folder, round)
    const from = performance.now()
    const handle = await bench.start({ command, image })
    await firstLine(handle)
    const oursMs = performance.now() - from
    while (handle.exit() === null) await sleep(LOOK_MS)
    if (round === 0) continue
    ours.push(oursMs)
    alone.push(aloneMs)
  }
  await bench.end()
  await found.end?.()
  const peer = ['engine alone', median(alone)] as const
  const must = Math.round(FACTOR * median(alone) + EXTRA_MS)
  const what = `first line by ${name}`
  return [row('first-log-line', what, median(ours), 'ms', peer, { must, better: 'low' })]
}

async function firstLine(handle: WorkloadHandle): Promise<void> {
  while (decodeFrames(handle.log(0, 65_536)).frames.length === 0) await sleep(LOOK_MS)
}
