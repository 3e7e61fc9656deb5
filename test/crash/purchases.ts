import { Buffer } from 'node:buffer'
import type { Client } from '../../src/client/index.ts'
import type { Workload } from '../../src/wire/index.ts'
import { reading } from './sender.ts'

const EDGE_SECONDS = 3

/** A program that a client bought time for. */
export interface Purchase {
  /** an argument of the program: its processes are found by it */
  readonly tag: string
  readonly seconds: number
  readonly exitCode: number
  orderId: string | null
  allocationId: string | null
  workloadId: string | null
  /** the buyer ended the order or the allocation, perhaps before the program was done */
  givenUp: boolean
  /** everything about it was compared already */
  checked: boolean
}

/**
 * Counts seconds on stdout with the time of day, and says nothing else. It refuses to begin where
 * it has begun before, so that a second start of the same workload ends with another code.
 */
const SCRIPT = `set -C; echo here > started || exit 99; i=0
while [ $i -lt "$1" ]; do echo "tick $i $(date +%s)"; i=$((i+1)); sleep 1; done
echo "done $i" >&2; echo "done $i"; exit "$2"`

export function commandOf({ tag, seconds, exitCode }: Purchase): string[] {
  return ['sh', '-c', SCRIPT, tag, String(seconds), String(exitCode)]
}

/** Everything that was bought in a run. */
export class Purchases {
  readonly all: Purchase[] = []
  readonly #run: string

  /** `run` names this run among others on the machine. */
  constructor(run: string) {
    this.#run = run
  }

  add(seconds: number, exitCode: number): Purchase {
    const purchase: Purchase = {
      tag: `${this.#run}-${this.all.length}`,
      seconds,
      exitCode,
      orderId: null,
      allocationId: null,
      workloadId: null,
      givenUp: false,
      checked: false,
    }
    this.all.push(purchase)
    return purchase
  }

  /** Finds out which workload the order of a purchase became; null while it waits in the book. */
  async locate(client: Client, purchase: Purchase): Promise<string | null> {
    if (purchase.workloadId !== null || purchase.orderId === null) return purchase.workloadId
    const params = { order_id: purchase.orderId }
    const order = await reading(() => client.getOrder({ params }))
    const [allocation] = order.allocation_ids
    if (allocation === undefined) return null
    purchase.allocationId = allocation
    const at = { allocation_id: allocation }
    const found = await reading(() => client.getAllocation({ params: at }))
    purchase.workloadId = found.workload_ids[0] ?? null
    return purchase.workloadId
  }
}

/** What is wrong with an ended workload: its end, its exit code, its log. Empty when all is well. */
export function faultsOf(purchase: Purchase, workload: Workload, log: string): string[] {
  const { tag, seconds, exitCode, givenUp } = purchase
  const ticks = log.split('\n').filter((line) => line.startsWith('tick '))
  const numbers = ticks.map((line) => Number(line.split(' ')[1]))
  const faults: string[] = []
  const inOrder = numbers.every((number, index) => number === index)
  if (!inOrder) faults.push(`${tag}: lines of the log are missing or twice: ${numbers.join(' ')}`)
  if (workload.end !== 'EXITED') {
    if (!givenUp) faults.push(`${tag}: ${workload.id} ended with ${workload.end}`)
    return faults
  }
  if (workload.exit_code !== exitCode) {
    faults.push(`${tag}: exit code ${workload.exit_code} instead of ${exitCode}`)
  }
  const end = `done ${seconds}\n`
  if (numbers.length !== seconds || !log.endsWith(end)) {
    faults.push(`${tag}: the log of ${seconds} s ends: ${JSON.stringify(log.slice(-200))}`)
  }
  return faults
}

/**
 * Seconds of a finished program that its lease must have been billed for at the least: all of them,
 * less the edges of the count and the stretches in which the machine itself stood still.
 */
export function leastSeconds(log: string): number {
  const times = timesIn(log)
  const still = times.map((time, index) => Math.max(0, time - (times[index - 1] ?? time) - 2))
  return (times.at(-1) ?? 0) - (times[0] ?? 0) - EDGE_SECONDS - still.reduce((a, b) => a + b, 0)
}

/** Unix seconds at which a log was written. */
export function timesIn(log: string): number[] {
  const ticks = log.split('\n').filter((line) => line.startsWith('tick '))
  return ticks.map((line) => Number(line.split(' ')[2]))
}

/** The text of one stream of a log, through the public API. */
export async function logOf(client: Client, workloadId: string): Promise<string> {
  const params = { workload_id: workloadId }
  return reading(async () => {
    const stream = await client.getWorkloadLog({ params, query: { stream: 'stdout' } })
    const parts: Uint8Array[] = []
    for await (const part of stream) parts.push(part)
    return Buffer.concat(parts).toString()
  })
}
