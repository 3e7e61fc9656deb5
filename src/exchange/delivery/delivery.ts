/** The delivery desk: allocations, leases, workloads, meter chains and resting earnings. */
import { assert } from '../../kernel/index.ts'
import type { BudgetDesk } from '../ledger/budgets.ts'
import type { LedgerDesk } from '../ledger/ledger.ts'
import type { CapacityDesk } from '../capacity/capacity.ts'
import type { CatalogDesk } from '../catalog/catalog.ts'
import type { MembersDesk } from '../members/members.ts'
import { IdsByOwner } from '../ids-by-owner.ts'
import { Paged } from '../paged.ts'
import { Table, type AnyTable, type Counters, type Stateful } from '../table.ts'
import type { Timers } from '../timers.ts'
import type { Venue } from '../venue.ts'
import { Nonces } from './nonces.ts'
import {
  allocationRow,
  earningRow,
  leaseRow,
  meterRow,
  workloadRow,
  type AllocationRow,
  type EarningRow,
  type LeaseRow,
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
}

export class DeliveryDesk implements Stateful {
  readonly allocations = new Table<AllocationRow>('allocations', allocationRow, (r) => r.allocation)
  readonly leases = new Table<LeaseRow>('leases', leaseRow, (r) => r.lease)
  readonly workloads = new Table<WorkloadRow>('workloads', workloadRow, (r) => r.workload)
  readonly meters = new Table<MeterRow>('meters', meterRow, (r) => r.node)
  readonly earnings = new Table<EarningRow>('earnings', earningRow, (r) => r.id)
  readonly tables = [
    this.allocations,
    this.leases,
    this.workloads,
    this.meters,
    this.earnings,
  ] as unknown as AnyTable[]

  readonly nonces = new Nonces()
  /** leases whose capacity is not free yet, by node and by either account */
  readonly #byNode = new IdsByOwner((lease) => this.#isOpen(lease))
  readonly #byBuyer = new IdsByOwner((lease) => this.#isOpen(lease))
  readonly #bySeller = new IdsByOwner((lease) => this.#isOpen(lease))
  readonly #allocationsByAccount = new IdsByOwner((id) => this.allocations.has(id))
  /** most orders have one allocation, none has many */
  readonly #byOrder = new Paged<number[]>('allocations by order')
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
    return [...(this.#byOrder.get(order) ?? [])]
  }
  /** All leases that the order has had, as far back as the core remembers. */
  leasesOfOrder(order: number): LeaseRow[] {
    return this.allocationsOfOrder(order).flatMap((id) => this.leasesOf(this.allocations.must(id)))
  }
  leasesOf(allocation: AllocationRow): LeaseRow[] {
    return allocation.leases.map((lease) => this.leases.must(lease))
  }
  meterOf(node: number): MeterRow {
    return this.meters.get(node) ?? this.meters.insert({ node, period: 0, head: '0'.repeat(64) })
  }

  addAllocation(row: AllocationRow): void {
    this.allocations.insert(row)
    this.#indexAllocation(row)
  }
  addLease(row: LeaseRow): void {
    this.leases.insert(row)
    this.#index(row)
  }
  /** The lease holds neither money nor capacity any more: it leaves the indexes of open ones. */
  retire(lease: LeaseRow): void {
    assert(lease.settledAtUs !== null && lease.freedAtUs !== null, 'a retired lease is settled')
    this.#byNode.end(lease.node)
    this.#byBuyer.end(lease.buyAccount)
    this.#bySeller.end(lease.sellAccount)
    const allocation = this.allocations.must(lease.allocation)
    if (this.leasesOf(allocation).every((each) => each.freedAtUs !== null)) {
      allocation.retiredRank = ++this.#lastRank
      this.#closed.push(allocation.allocation)
      this.#forgetOldest()
    }
  }

  rebuild(): void {
    for (const index of [this.#byNode, this.#byBuyer, this.#bySeller]) index.clear()
    this.#allocationsByAccount.clear()
    this.#byOrder.clear()
    this.#closed = []
    this.#closedFrom = 0
    for (const row of this.leases.values()) {
      if (row.settledAtUs === null || row.freedAtUs === null) this.#index(row)
    }
    const retired: AllocationRow[] = []
    for (const row of this.allocations.values()) {
      this.#indexAllocation(row)
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
      for (const lease of row.leases) this.leases.delete(lease)
      this.allocations.delete(row.allocation)
      this.#allocationsByAccount.end(row.account)
      this.#dropFromOrder(row)
    }
    if (this.#closedFrom <= CLOSED_KEPT) return
    this.#closed = this.#closed.slice(this.#closedFrom)
    this.#closedFrom = 0
  }
  #indexAllocation(row: AllocationRow): void {
    this.#allocationsByAccount.add(row.account, row.allocation)
    const ofOrder = this.#byOrder.get(row.order)
    if (ofOrder === undefined) this.#byOrder.set(row.order, [row.allocation])
    else ofOrder.push(row.allocation)
  }
  #dropFromOrder({ order, allocation }: AllocationRow): void {
    const left = this.allocationsOfOrder(order).filter((id) => id !== allocation)
    if (left.length === 0) this.#byOrder.delete(order)
    else this.#byOrder.set(order, left)
  }
  #index(row: LeaseRow): void {
    this.#byNode.add(row.node, row.lease)
    this.#byBuyer.add(row.buyAccount, row.lease)
    this.#bySeller.add(row.sellAccount, row.lease)
  }
  #isOpen(lease: number): boolean {
    const row = this.leases.get(lease)
    return row !== undefined && (row.settledAtUs === null || row.freedAtUs === null)
  }
  #rows(ids: readonly number[]): LeaseRow[] {
    return ids.map((id) => this.leases.must(id))
  }
}
