/** The SQL read models: how fast they take events, how far they lag, and what trading notices of it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exchangeFlow } from '../exchange-flow.ts'
import { orderFlow } from '../order-flow.ts'
import { writeBurst } from '../read-models/burst.ts'
import { drain } from '../read-models/drain.ts'
import { PAIRS, live, stepsOf } from '../read-models/live.ts'
import type { GoalOptions } from '../goals.ts'
import { median, quantile, row, type Row } from '../row.ts'

const BURST = 500_000
const WHOLE = 10_000_000
const PER_SECOND = 1_000
const PREFILL = 1_000
const SEED = 42
const OFF = `the same, read models off, ${PAIRS} stretches of each in turns`

export async function readModels({ burst = BURST }: GoalOptions): Promise<Row[]> {
  const root = mkdtempSync(join(tmpdir(), 'suan-bench-'))
  try {
    return [...(await drained(burst, root)), ...(await lived(root))]
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function drained(eventsMin: number, root: string): Promise<Row[]> {
  const burst = await writeBurst(join(root, 'events'), eventsMin)
  const { records, events } = burst
  const took = await drain(burst, join(root, 'burst'))
  const { seconds, cpuSeconds, rows } = took
  const of = `${events} events of ${records} commands`
  const told = (what: string, figure: number, unit: string) =>
    row('read-models', what, figure, unit)
  return [
    told(`sustained, ${of}: events`, events / seconds, '1/s'),
    told('sustained: commands', records / seconds, '1/s'),
    told('sustained: rows', rows / seconds, '1/s'),
    told('events a second of CPU, all threads', events / cpuSeconds, '1/s'),
    told('trading thread at work for it, share of the time', took.loopShare, ''),
    told(`drain of ${of}`, seconds, 's'),
    ...(events >= WHOLE
      ? []
      : [told(`drain of ${WHOLE} events, scaled from that`, (seconds * WHOLE) / events, 's')]),
    told('resident memory while draining, highest', took.rssMaxMib, 'MiB'),
    told('resident memory, growth in the second half', took.rssGrowthMib, 'MiB'),
    told('heap of the trading thread, growth in the second half', took.heapGrowthMib, 'MiB'),
  ]
}

async function lived(root: string): Promise<Row[]> {
  const flow = exchangeFlow(orderFlow(PREFILL, stepsOf(PER_SECOND), SEED))
  const { offMs, followingMs, busyMs, lagSeconds, lagCommands } = await live(
    flow,
    PER_SECOND,
    join(root, 'live'),
  )
  const at = `${PER_SECOND}/s offered`
  /** of all stretches the one in the middle */
  const middle = (stretches: readonly (readonly number[])[], q: number) =>
    median(stretches.map((tookMs) => quantile(tookMs, q)))
  const beside = (name: string, figure: number, q: number) =>
    row('read-models', `acknowledgement ${name}, ${at}`, figure, 'ms', [OFF, middle(offMs, q)], {
      better: 'low',
    })
  return [
    beside('p50, read models following', middle(followingMs, 0.5), 0.5),
    beside('p99, read models following', middle(followingMs, 0.99), 0.99),
    beside('p50, read models busy with a backlog', quantile(busyMs, 0.5), 0.5),
    beside('p99, read models busy with a backlog', quantile(busyMs, 0.99), 0.99),
    row('read-models', `lag p50, ${at}`, quantile(lagSeconds, 0.5), 's'),
    row('read-models', `lag p99, ${at}`, quantile(lagSeconds, 0.99), 's'),
    row('read-models', `lag p99, ${at}: commands`, quantile(lagCommands, 0.99), 'commands'),
  ]
}
