/** The delivery desk: allocations, leases, workloads, meter chains and resting earnings. */
import { assert } from '../../kernel/index.ts'
import type { BudgetDesk } from '../ledger/budgets.ts'
import type { LedgerDesk } from '../ledger/ledger.ts'
import type { CapacityDesk } from '../capacity/capacity.ts'
import type { CatalogDesk } from '../catalog/catalog.ts'
import type { MembersDesk } from '../members/members.ts'
import { IdsByOwner } from '../ids-by-owner.ts'
import { IdDirectory } from '../id-directory.ts'
import { RecordStore, tableOf } from '../record-store.ts'
import { Table, type AnyTable, type Counters, type Stateful } from '../table.ts'
import type { Timers } from '../timers.ts'
import type { Venue } from '../venue.ts'
import { Nonces } from './nonces.ts'
import { replacementRow, type ReplacementRow } from './replacement-rows.ts'
import { abilityRow, suspensionRow, type AbilityRow, type SuspensionRow } from './suspensions.ts'
import { ALLOCATION_WORDS, AllocationRow, type AllocationRarities } from './allocation-record.ts'
import { LEASE_WORDS, LeaseRow } from './lease-record.ts'
import { loadAllocation, loadLease } from './load.ts'
import {
  allocationRow,
  earningRow,
  leaseRow,
  meterRow,
  workloadRow,
  type AllocationFields,
  type EarningRow,
  type LeaseFields,
  type MeterRow,
  type WorkloadRow,
} from './rows.ts'

/** Closed allocations that the core remembers for questions; older ones live in the read models. */
const CLOSED_KEPT = 100_000

/** What the delivery desk sees of the others. */
export interface DeliveryWorld {
  readonly venue: Venue
  readonly counters: Counters
  readonly timers: Timers
  readonly members: MembersDesk
  readonly ledger: LedgerDesk
  readonly budgets: BudgetDesk
  readonly catalog: CatalogDesk
  readonly capacity: CapacityDesk
  readonly delivery: DeliveryDesk
  /** micro-units that the rest of an order still holds */
  readonly heldByOrder: (order: number) => bigint
  /** seconds of a lease that were not delivered and are not charged (rule SLA-008) */
  readonly unchargedSeconds: (lease: number) => number
  /** of those that the seller claims, seconds that the buyer's meter does not have (rule DSP-004) */
  readonly contestedSeconds: (
    lease: LeaseRow,
    claimedSeconds: number,
    clockSeconds: number,
  ) => number
  /** the dispute about the final bill of a lease */
  readonly disputeOf: (lease: number) => number | null
}

export class DeliveryDesk implements Stateful {
  readonly #rare = new Map<number, AllocationRarities>()
  readonly #details = new Map<number, string>()
  readonly allocations = new RecordStore(
    'allocations',
    ALLOCATION_WORDS,
    (cells, record) => new AllocationRow(cells, record, this.#rare),
  )
  readonly leases = new RecordStore(
    'leases',
    LEASE_WORDS,
    (cells, record) => new LeaseRow(cells, record, this.#details),
  )
  readonly workloads = new Table<WorkloadRow>('workloads', workloadRow, (r) => r.workload)
  readonly meters = new Table<MeterRow>('meters', meterRow, (r) => r.node)
  readonly earnings = new Table<EarningRow>('earnings', earningRow, (r) => r.id)
  readonly replacements = new Table<ReplacementRow>(
    'replacements',
    replacementRow,
    (r) => r.allocation,
  )
  readonly abilities = new Table<AbilityRow>('abilities', abilityRow, (r) => r.node)
  /** of allocations whose leases are not all settled */
  readonly suspensions = new Table<SuspensionRow>('suspensions', suspensionRow, (r) => r.allocation)
  readonly tables = [
    tableOf<AllocationFields>(
      'allocations',
      allocationRow,
      (row) => row.allocation,
      () => this.allocations.rows(),
      (row) => loadAllocation(this.allocations.add(row.allocation), row),
    ),
    tableOf<LeaseFields>(
      'leases',
      leaseRow,
      (row) => row.lease,
      () => this.leases.rows(),
      (row) => loadLease(this.leases.add(row.lease), row),
    ),
    ...([
      this.workloads,
      this.meters,
      this.earnings,
      this.replacements,
      this.abilities,
      this.suspensions,
    ] as unknown as AnyTable[]),
  ]

  readonly nonces = new Nonces()
  /** leases whose capacity is not free yet, by node and by either account */
  readonly #byNode = new IdsByOwner((lease) => this.#isOpen(lease))
  readonly #byBuyer = new IdsByOwner((lease) => this.#isOpen(lease))
  readonly #bySeller = new IdsByOwner((lease) => this.#isOpen(lease))
  readonly #allocationsByAccount = new IdsByOwner((id) => this.allocations.has(id))
  readonly #earningsByAccount = new IdsByOwner((id) => this.earnings.has(id))
  /** link to the newest allocation of each order, from which older ones are reached */
  #byOrder = new IdDirectory()
  #closed: number[] = []
  /** those before it are forgotten */
  #closedFrom = 0
  #lastRank = 0

  leasesOn(node: number): LeaseRow[] {
    return this.#rows(this.#byNode.of(node))
  }
  /** Leases of a buyer that still hold money or capacity. */
  leasesOfBuyer(account: number): LeaseRow[] {
    return this.#rows(this.#byBuyer.of(account))
  }
  leasesOfSeller(account: number): LeaseRow[] {
    return this.#rows(this.#bySeller.of(account))
  }
  allocationsOf(account: number): AllocationRow[] {
    return this.#allocationsByAccount.of(account).map((id) => this.allocations.must(id))
  }
  allocationsOfOrder(order: number): number[] {
    return this.#ofOrder(order).map(({ allocation }) => allocation)
  }
  /** All leases that the order has had, as far back as the core remembers. */
  leasesOfOrder(order: number): LeaseRow[] {
    return this.allocationsOfOrder(order).flatMap((id) => this.leasesOf(this.allocations.must(id)))
  }
  leasesOf(allocation: AllocationRow): LeaseRow[] {
    const { onlyLease } = allocation
    if (onlyLease !== 0) return [this.leases.must(onlyLease)]
    return allocation.leases.map((lease) => this.leases.must(lease))
  }
  meterOf(node: number): MeterRow {
    const none = { node, period: 0, head: '0'.repeat(64), recent: [] }
    return this.meters.get(node) ?? this.meters.insert(none)
  }

  /** What an account earned and cannot use yet, newest first. */
  earningsOf(account: number): EarningRow[] {
    const ids = this.#earningsByAccount.of(account)
    return ids.map((id) => this.earnings.must(id)).toReversed()
  }
  addEarning(row: EarningRow): void {
    this.earnings.insert(row)
    this.#earningsByAccount.add(row.account, row.id)
  }
  dropEarning({ id, account }: EarningRow): void {
    this.earnings.delete(id)
    this.#earningsByAccount.end(account)
  }

  /** Enters a new allocation of `allocations`, whose fields are set. */
  enterAllocation(row: AllocationRow): void {
    this.#allocationsByAccount.add(row.account, row.allocation)
    row.older = this.#byOrder.get(row.order)
    this.#byOrder.set(row.order, this.allocations.linkTo(row.allocation))
  }
  /** Enters a new lease of `leases`, whose fields are set. */
  enterLease(row: LeaseRow): void {
    this.#byNode.add(row.node, row.lease)
    this.#byBuyer.add(row.buyAccount, row.lease)
    this.#bySeller.add(row.sellAccount, row.lease)
  }
  /** The lease holds neither money nor capacity any more: it leaves the indexes of open ones. */
  retire(lease: LeaseRow): void {
    assert(lease.settledAtUs !== null && lease.freedAtUs !== null, 'a retired lease is settled')
    this.#byNode.end(lease.node)
    this.#byBuyer.end(lease.buyAccount)
    this.#bySeller.end(lease.sellAccount)
    const allocation = this.allocations.must(lease.allocation)
    if (this.leasesOf(allocation).every(isDone)) {
      this.suspensions.delete(allocation.allocation)
      allocation.retiredRank = ++this.#lastRank
      this.#closed.push(allocation.allocation)
      this.#forgetOldest()
    }
  }

  rebuild(): void {
    for (const index of [this.#byNode, this.#byBuyer, this.#bySeller]) index.clear()
    this.#allocationsByAccount.clear()
    this.#earningsByAccount.clear()
    for (const row of this.earnings.values()) this.#earningsByAccount.add(row.account, row.id)
    this.#byOrder = new IdDirectory()
    this.#closed = []
    this.#closedFrom = 0
    for (const row of this.leases.rows()) {
      if (!isDone(row)) this.enterLease(row)
    }
    const retired: AllocationRow[] = []
    for (const row of this.allocations.rows()) {
      this.enterAllocation(row)
      if (row.retiredRank > 0) retired.push(row)
    }
    retired.sort((a, b) => a.retiredRank - b.retiredRank)
    this.#closed = retired.map((row) => row.allocation)
    this.#lastRank = retired.at(-1)?.retiredRank ?? 0
  }

  #forgetOldest(): void {
    while (this.#closed.length - this.#closedFrom > CLOSED_KEPT) {
      const row = this.allocations.must(this.#closed[this.#closedFrom++] ?? 0)
      for (const workload of row.workloads) this.workloads.delete(workload)
      for (const lease of row.leases) {
        this.leases.must(lease).detail = ''
        this.leases.delete(lease)
      }
      this.#dropFromOrder(row)
      this.#allocationsByAccount.end(row.account)
      row.dropRarities()
      this.allocations.delete(row.allocation)
    }
    if (this.#closedFrom <= CLOSED_KEPT) return
    this.#closed = this.#closed.slice(this.#closedFrom)
    this.#closedFrom = 0
  }
  /** Oldest first. */
  #ofOrder(order: number): AllocationRow[] {
    const rows: AllocationRow[] = []
    for (let link = this.#byOrder.get(order); link !== 0;) {
      const row = this.allocations.at(link)
      rows.push(row)
      link = row.older
    }
    return rows.toReversed()
  }
  #dropFromOrder({ order, allocation, older }: AllocationRow): void {
    const link = this.allocations.linkTo(allocation)
    const younger = this.#ofOrder(order).find((row) => row.older === link)
    if (younger !== undefined) younger.older = older
    else if (older !== 0) this.#byOrder.set(order, older)
    else this.#byOrder.forget(order)
  }
  #isOpen(lease: number): boolean {
    const row = this.leases.get(lease)
    return row !== undefined && !isDone(row)
  }
  #rows(ids: readonly number[]): LeaseRow[] {
    return ids.map((id) => this.leases.must(id))
  }
}

/** It holds neither money nor capacity any more. */
function isDone({ settledAtUs, freedAtUs }: LeaseRow): boolean {
  return settledAtUs !== null && freedAtUs !== null
}
