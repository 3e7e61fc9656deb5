/** What a lease has cost by now, from its own figures: nothing is asked of the server. */
import { due, feeDue } from '../../kernel/index.ts'
import { moneyOf, type Allocation, type Lease } from '../../wire/index.ts'

export interface Cost {
  readonly seconds: number
  readonly principalMicro: bigint
  readonly feeMicro: bigint
  /** principal and fee */
  readonly totalMicro: bigint
  /** the lease has reached the end of what is funded */
  readonly isCapped: boolean
  readonly isFinal: boolean
}

const micro = (text: string): bigint => moneyOf(text) ?? 0n

/**
 * The cost of a lease at `nowMs`: due(price, units, seconds since ready) and the fee on it, where
 * the seconds end at what is funded (BLUEPRINT section 4, accrual). A closed lease costs its bill.
 */
export function costOfLease(lease: Lease, nowMs: number): Cost {
  if (lease.status === 'closed') {
    const principalMicro = micro(lease.billed)
    const feeMicro = micro(lease.buyer_fee)
    return {
      seconds: lease.accepted_seconds,
      principalMicro,
      feeMicro,
      totalMicro: principalMicro + feeMicro,
      isCapped: false,
      isFinal: lease.settlement !== 'disputed',
    }
  }
  const ran = lease.ready_at === null ? 0 : Math.floor((nowMs - Date.parse(lease.ready_at)) / 1_000)
  const seconds = Math.max(0, Math.min(ran, lease.funded_seconds))
  const rate = { priceMicroPerHour: micro(lease.price), units: lease.units }
  const principalMicro = due({ ...rate, seconds })
  const feeMicro = feeDue({ billedMicro: principalMicro, feePpm: lease.buyer_fee_ppm })
  return {
    seconds,
    principalMicro,
    feeMicro,
    totalMicro: principalMicro + feeMicro,
    isCapped: lease.ready_at !== null && ran >= lease.funded_seconds,
    isFinal: false,
  }
}

/** The cost of all leases of an allocation; seconds are those of the longest. */
export function costOf(allocation: Pick<Allocation, 'leases'>, nowMs: number): Cost {
  const costs = allocation.leases.map((lease) => costOfLease(lease, nowMs))
  const sum = (pick: (cost: Cost) => bigint): bigint =>
    costs.reduce((total, cost) => total + pick(cost), 0n)
  return {
    seconds: Math.max(0, ...costs.map((cost) => cost.seconds)),
    principalMicro: sum((cost) => cost.principalMicro),
    feeMicro: sum((cost) => cost.feeMicro),
    totalMicro: sum((cost) => cost.totalMicro),
    isCapped: costs.some((cost) => cost.isCapped),
    isFinal: costs.length > 0 && costs.every((cost) => cost.isFinal),
  }
}

/** What an hour of all leases costs, without fee, in micro-units. */
export function hourlyMicro(allocation: Pick<Allocation, 'leases'>): bigint {
  return allocation.leases.reduce(
    (total, lease) =>
      total + due({ priceMicroPerHour: micro(lease.price), units: lease.units, seconds: 3_600 }),
    0n,
  )
}
