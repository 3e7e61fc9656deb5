/** What an allocation has cost so far, or in the end. */
import { due, feeDue } from '../../kernel/index.ts'
import type { Client } from '../../client/index.ts'
import type { Allocation, Lease } from '../../wire/index.ts'
import { microOf, moneyFromMicro } from '../input/money.ts'

export interface Cost {
  readonly seconds: number
  readonly cost: string
  /** false while it may still grow */
  readonly isFinal: boolean
}

const WAIT_MS = 10_000
const STEP_MS = 100

/** Waits a little for the bill of an allocation that is closing, so that the figure told is final. */
export async function finalAllocation(client: Client, id: string): Promise<Allocation> {
  const params = { allocation_id: id }
  for (let waited = 0; ; waited += STEP_MS) {
    const allocation = await client.getAllocation({ params })
    if (isBilled(allocation) || waited >= WAIT_MS) return allocation
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
  }
}

/** No bill comes soon any more: it is made, or disputed. */
function isBilled(allocation: Allocation): boolean {
  return allocation.leases.every((lease) => lease.settlement !== 'open')
}

function isSettled(allocation: Allocation): boolean {
  return allocation.leases.every((lease) => lease.settled_at !== null)
}

/** The bill of a settled allocation; before that what its seconds up to now come to. */
export function costOf(allocation: Allocation, nowMs: number): Cost {
  const seconds = Math.max(0, ...allocation.leases.map((lease) => secondsOf(lease, nowMs)))
  if (isSettled(allocation)) return { seconds, cost: allocation.cost, isFinal: true }
  const micro = allocation.leases.reduce(
    (sum, lease) => sum + dueFor(lease, secondsOf(lease, nowMs)),
    0n,
  )
  return { seconds, cost: moneyFromMicro(micro), isFinal: false }
}

/** Seconds since it was ready, of a lease that runs; what was accepted of one that is closed. */
function secondsOf(lease: Lease, nowMs: number): number {
  if (lease.ready_at === null || lease.closed_at !== null) return lease.accepted_seconds
  const clock = Math.floor((nowMs - Date.parse(lease.ready_at)) / 1_000)
  return Math.max(lease.accepted_seconds, Math.min(clock, lease.funded_seconds))
}

/** What an hour of it costs. */
export function hourlyCost({ leases }: Allocation): string {
  return moneyFromMicro(leases.reduce((sum, lease) => sum + dueFor(lease, 3_600), 0n))
}

function dueFor(lease: Lease, seconds: number): bigint {
  const { units, buyer_fee_ppm: feePpm } = lease
  const billedMicro = due({ priceMicroPerHour: microOf(lease.price), units, seconds })
  return billedMicro + feeDue({ billedMicro, feePpm })
}
