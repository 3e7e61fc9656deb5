/** What a client at the door found, and the processor time that both sides took for it. */
import { readFileSync, readdirSync } from 'node:fs'
import { assert } from '../../src/kernel/index.ts'
import { median, quantile, row, type Row, type Target } from '../row.ts'

export interface Load {
  /** durable orders and cancels a second */
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** microseconds of processor time for each order: of the server's threads, and of the client */
  readonly serverUs: number
  readonly mainUs: number
  readonly clientUs: number
}

/** Runs `work`, which answers with how long each answer took, and what it cost. */
export async function measured(
  pid: number,
  orders: number,
  work: () => Promise<number[]>,
): Promise<Load> {
  const before = { threads: threadsUs(pid), own: process.cpuUsage(), ms: performance.now() }
  const tookMs = await work()
  const seconds = (performance.now() - before.ms) / 1_000
  const own = process.cpuUsage(before.own)
  const after = threadsUs(pid)
  const spent = (thread: string): number =>
    (after.get(thread) ?? 0) - (before.threads.get(thread) ?? 0)
  const server = [...after.keys()].reduce((sum, thread) => sum + spent(thread), 0)
  return {
    perSecond: orders / seconds,
    p50Ms: quantile(tookMs, 0.5),
    p99Ms: quantile(tookMs, 0.99),
    serverUs: server / orders,
    mainUs: spent(String(pid)) / orders,
    clientUs: (own.user + own.system) / orders,
  }
}

/** One row a figure, the median of all rounds. */
export function loadRows(
  goal: string,
  what: string,
  rounds: readonly Load[],
  targets: Target,
  peer: readonly [string, readonly Load[]] | null = null,
): Row[] {
  const of = (all: readonly Load[], key: keyof Load): number => median(all.map((one) => one[key]))
  const told = (label: string, unit: string, key: keyof Load, target: Target = {}): Row => {
    const beside = peer === null ? null : ([peer[0], of(peer[1], key)] as const)
    return row(goal, label, of(rounds, key), unit, beside, target)
  }
  const low = { better: 'low' } as const
  return [
    told(`durable orders and cancels, ${what}`, '1/s', 'perSecond', targets),
    told('answer p50', 'ms', 'p50Ms', low),
    told('answer p99', 'ms', 'p99Ms', low),
    told('CPU an order, main thread of the server', 'us', 'mainUs', low),
    told('CPU an order, all threads of the server', 'us', 'serverUs', low),
    told('CPU an order, client', 'us', 'clientUs', low),
  ]
}

/** Processor time of each thread of a process so far; empty where the system does not tell. */
function threadsUs(pid: number): Map<string, number> {
  const spent = new Map<string, number>()
  for (const thread of threadsOf(pid)) {
    try {
      const [ns = '0'] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
      spent.set(thread, Number(ns) / 1_000)
    } catch {
      // It has ended meanwhile.
    }
  }
  return spent
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

/** `count` of each `size`; they must fit. */
export function share(count: number, parts: number): number {
  assert(count % parts === 0, `${count} does not divide by ${parts}`)
  return count / parts
}
