/** What the auditor knows of each thing, from events alone. */
import type { EventOf, Resources } from '../../../src/messages/index.ts'

export interface OrderModel {
  readonly order: number
  readonly account: number
  readonly key: number
  readonly instrument: number
  readonly side: 'buy' | 'sell'
  readonly node: number | null
  readonly offer: boolean
  readonly colocate: boolean
  readonly postOnly: boolean
  readonly neverRests: boolean
  readonly horizonSeconds: number
  readonly capMicro: bigint | null
  readonly selfTrade: string
  priceTicks: number
  remaining: number
  filled: number
  /** by its own formula */
  heldMicro: bigint
  isOpen: boolean
}

export interface LeaseModel extends EventOf<'LeaseOpened'> {
  readonly key: number
  readonly openedAtUs: number
  funded: number
  readyAtUs: number | null
  closedAtUs: number | null
  end: string | null
  clockSeconds: number
  isSettled: boolean
  isReclaiming: boolean
  /** principal and fee ever put in escrow, and returned */
  principalMicro: bigint
  feeMicro: bigint
  billedMicro: bigint
  /** while it ran */
  billedBeforeMicro: bigint
  buyerFeeMicro: bigint
  sellerFeeMicro: bigint
  coveredSeconds: number
  discountSeconds: number
  believedUs: number
  /** end that a reclaim or a commitment set; null is never */
  lastUs: number | null
}

export interface AllocationModel {
  readonly allocation: number
  readonly order: number
  readonly account: number
  readonly key: number
  durationSeconds: number | null
  readonly leases: number[]
  readonly workloads: number[]
  isOpen: boolean
}

export interface NodeModel {
  readonly node: number
  readonly account: number
  attested: Resources
  reserve: Resources
  status: string
  connected: boolean
  /** open and not settled leases */
  readonly leases: Set<number>
  /** the last attestation left less than what was promised */
  isShort: boolean
}

export interface CommitmentModel extends EventOf<'CapacityCommitted'> {
  isOver: boolean
}

export type InstrumentModel = EventOf<'InstrumentListed'> & { status: string; tick: bigint }
