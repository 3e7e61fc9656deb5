/** The disputes desk: buyers' meters of leases, and bills on which two meters do not agree. */
import { assert } from '../../kernel/index.ts'
import { Table, type AnyTable, type Counters, type Stateful } from '../table.ts'
import { contestedSeconds, type Claim } from './contest.ts'
import {
  buyerMeterRow,
  disputeRow,
  POINTS_MAX,
  type BuyerMeterRow,
  type DisputeRow,
} from './rows.ts'

/** Decided disputes that the core remembers for questions. */
const DECIDED_KEPT = 100_000

/** What counts of a buyer's meter, in seconds. */
export const countedSeconds = ({ saidSeconds, grantedSeconds }: BuyerMeterRow): number =>
  saidSeconds + grantedSeconds

export class DisputesDesk implements Stateful {
  readonly meters = new Table<BuyerMeterRow>('buyer_meters', buyerMeterRow, (r) => r.lease)
  readonly disputes = new Table<DisputeRow>('disputes', disputeRow, (r) => r.dispute)
  readonly tables = [this.meters, this.disputes] as unknown as AnyTable[]
  readonly #counters: Counters
  #byLease = new Map<number, DisputeRow>()

  constructor(counters: Counters) {
    this.#counters = counters
  }

  ofLease(lease: number): DisputeRow | undefined {
    return this.#byLease.get(lease)
  }

  /** Seconds of what the seller claims that are not to be billed now. */
  contestedSeconds(lease: number, claim: Claim): number {
    const { claimedSeconds } = claim
    const dispute = this.#byLease.get(lease)
    if (dispute !== undefined) {
      const most = dispute.decision?.acceptedSeconds ?? dispute.buyerSeconds
      return Math.max(0, claimedSeconds - most)
    }
    const row = this.meters.size === 0 ? undefined : this.meters.get(lease)
    if (row === undefined) return 0
    const { heardSeconds } = row
    return contestedSeconds(claim, { coveredSeconds: countedSeconds(row), heardSeconds })
  }

  /** One more point of both counts, for people to look at. */
  trace(row: BuyerMeterRow, sellerSeconds: number): void {
    const point = { clock: row.heardSeconds, seller: sellerSeconds, buyer: countedSeconds(row) }
    if (row.trace.length === POINTS_MAX) row.trace = row.trace.filter((_, at) => at % 2 === 1)
    row.trace.push(point)
  }

  /** The meter of the lease becomes part of its dispute. */
  open(row: Omit<DisputeRow, 'dispute' | 'buyer' | 'decision'>): DisputeRow {
    this.#forgetOldest()
    const buyer = this.meters.must(row.lease)
    this.meters.delete(row.lease)
    const dispute = this.#counters.next('dispute')
    const opened = this.disputes.insert({ ...row, dispute, buyer, decision: null })
    this.#byLease.set(row.lease, opened)
    return opened
  }
  decide(row: DisputeRow, decision: NonNullable<DisputeRow['decision']>): void {
    assert(row.decision === null, 'a dispute is decided once')
    row.decision = decision
  }

  rebuild(): void {
    this.#byLease = new Map()
    for (const row of this.disputes.rows()) this.#byLease.set(row.lease, row)
  }

  #forgetOldest(): void {
    if (this.disputes.size < DECIDED_KEPT) return
    for (const { dispute, lease, decision } of this.disputes.values()) {
      if (decision === null) continue
      this.disputes.delete(dispute)
      this.#byLease.delete(lease)
      return
    }
  }
}
