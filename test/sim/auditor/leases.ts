/** Leases as an auditor keeps them: seconds are billed once, and only what was funded and metered. */
import type { Event, EventOf } from '../../../src/messages/index.ts'
import { must } from '../violation.ts'
import { FEE_ESCROW, LEASE_ESCROW, type Money } from './money.ts'
import type { AllocationModel, LeaseModel } from './rows.ts'

const US_PER_SECOND = 1_000_000
const BACKFILL_US = 660 * US_PER_SECOND
const METER_AHEAD_US = 10 * US_PER_SECOND
/** closed leases are looked at this much longer, and then forgotten */
const KEPT = 4_096

/** What other chapters know of a lease. */
interface Others {
  readonly unchargedSeconds: (lease: number) => number
  readonly disputeOf: (lease: number) => EventOf<'DisputeOpened'> | undefined
}

export class Leases {
  readonly allocations = new Map<number, AllocationModel>()
  readonly leases = new Map<number, LeaseModel>()
  /** open allocations by buyer's account */
  readonly openOf = new Map<number, Set<number>>()
  readonly liveWorkloads = new Map<number, { workload: number; account: number; status: string }>()
  /** the last one of each account */
  readonly endedWorkloads = new Map<number, number>()
  readonly #money: Money
  readonly #others: Others
  readonly #settled: number[] = []

  constructor(money: Money, others: Others) {
    this.#money = money
    this.#others = others
  }

  read(event: Event, timeUs: number): void {
    switch (event.kind) {
      case 'AllocationOpened':
        return this.#allocated(event)
      case 'LeaseOpened':
        return this.#opened(event, timeUs)
      case 'LeaseReady': {
        const lease = this.#lease(event.lease)
        must(lease.readyAtUs === null, 'ready', () => `lease ${lease.lease} twice`)
        lease.readyAtUs = event.readyAtUs
        lease.believedUs = event.readyAtUs - METER_AHEAD_US
        return
      }
      case 'LeaseRenewed':
        return this.#renewed(event)
      case 'LeaseReclaiming':
        Object.assign(this.#lease(event.lease), { lastUs: event.endsAtUs, isReclaiming: true })
        return
      case 'MeterRead':
        return this.#metered(event, timeUs)
      case 'LeaseBilled':
        return this.#billed(event, timeUs)
      case 'LeaseClosed':
        return this.#closed(event, timeUs)
      case 'LeaseSettled':
        return this.#finished(event)
      case 'AllocationClosed':
        return this.#deallocated(event.allocation)
      case 'DurationSet':
        this.allocations.get(event.allocation)!.durationSeconds = event.durationSeconds
        return
      case 'WorkloadQueued': {
        const { workload, account, allocation } = event
        this.liveWorkloads.set(workload, { workload, account, status: 'queued' })
        this.allocations.get(allocation)?.workloads.push(workload)
        return
      }
      case 'WorkloadChanged': {
        const known = this.liveWorkloads.get(event.workload)
        must(known !== undefined, 'workload', () => `${event.workload} changed after its end`)
        known.status = event.status
        if (['done', 'failed', 'terminated'].includes(event.status)) {
          this.liveWorkloads.delete(event.workload)
          this.endedWorkloads.set(known.account, event.workload)
        }
        return
      }
      default:
    }
  }

  /** The exchange was away: a notice does not run meanwhile, a commitment does. */
  resumed({ fromUs, toUs }: EventOf<'GapResumed'>): void {
    for (const lease of this.leases.values()) {
      if (!lease.isReclaiming || lease.closedAtUs !== null || lease.lastUs === null) continue
      lease.lastUs = Math.min(lease.lastUs + toUs - fromUs, lease.untilUs ?? Infinity)
    }
  }

  /** What every entry about a lease did to its escrow. */
  posted({ rule, subject, postings }: EventOf<'EntryPosted'>): void {
    for (const { code, owner, amountMicro } of postings) {
      if (code !== LEASE_ESCROW && code !== FEE_ESCROW) continue
      must(owner === subject, 'escrow', () => `${rule} of ${subject} moves that of ${owner}`)
      if (amountMicro >= 0n) continue
      const put = this.#escrows.get(owner) ?? { principalMicro: 0n, feeMicro: 0n }
      if (code === LEASE_ESCROW) put.principalMicro -= amountMicro
      else put.feeMicro -= amountMicro
      this.#escrows.set(owner, put)
    }
  }
  readonly #escrows = new Map<number, { principalMicro: bigint; feeMicro: bigint }>()

  #allocated(event: EventOf<'AllocationOpened'>): void {
    const { allocation, order, account, key } = event
    const lists = { leases: [], workloads: [] }
    const row = { allocation, order, account, key, durationSeconds: null, isOpen: true, ...lists }
    this.allocations.set(allocation, row)
    let open = this.openOf.get(account)
    if (open === undefined) this.openOf.set(account, (open = new Set()))
    open.add(allocation)
  }
  #opened(event: EventOf<'LeaseOpened'>, timeUs: number): void {
    const allocation = this.allocations.get(event.allocation)
    must(allocation !== undefined, 'lease', () => `${event.lease} has no allocation`)
    const times = { openedAtUs: timeUs, readyAtUs: null, closedAtUs: null, lastUs: event.untilUs }
    const bills = { billedMicro: 0n, billedBeforeMicro: 0n, buyerFeeMicro: 0n, sellerFeeMicro: 0n }
    const meter = { coveredSeconds: 0, discountSeconds: 0, believedUs: timeUs, clockSeconds: 0 }
    const escrow = this.#escrows.get(event.lease) ?? { principalMicro: 0n, feeMicro: 0n }
    const state = {
      key: allocation.key,
      funded: event.fundedSeconds,
      end: null,
      isSettled: false,
      isReclaiming: false,
    }
    const lease: LeaseModel = { ...event, ...times, ...bills, ...meter, ...state, ...escrow }
    this.leases.set(event.lease, lease)
    allocation.leases.push(event.lease)
    this.#mustBeFunded(lease)
  }
  #renewed({ lease: id, fundedSeconds, escrowMicro }: EventOf<'LeaseRenewed'>): void {
    const lease = this.#lease(id)
    must(fundedSeconds > lease.funded, 'funded', () => `lease ${id} is not funded for longer`)
    must(lease.closedAtUs === null, 'funded', () => `lease ${id} was renewed after its end`)
    lease.funded = fundedSeconds
    const before = lease.principalMicro + lease.feeMicro
    const { principalMicro, feeMicro } = this.#escrows.get(id)!
    must(principalMicro + feeMicro - before === escrowMicro, 'escrow', () => `lease ${id} renewed`)
    Object.assign(lease, { principalMicro, feeMicro })
    this.#mustBeFunded(lease)
    const endUs = (lease.readyAtUs ?? 0) + fundedSeconds * US_PER_SECOND
    const isPast = lease.lastUs !== null && endUs > lease.lastUs
    must(!isPast, 'commitment', () => `lease ${id} is renewed to ${endUs} past ${lease.lastUs}`)
  }
  /** The escrow pays for every second that may be delivered. */
  #mustBeFunded(lease: LeaseModel): void {
    const need = this.#price(lease, lease.funded)
    must(lease.principalMicro >= need, 'funded', () => {
      return `lease ${lease.lease}: ${lease.principalMicro} for ${lease.funded} s, ${need} needed`
    })
  }

  #metered(event: EventOf<'MeterRead'>, timeUs: number): void {
    const lease = this.leases.get(event.lease)
    if (lease === undefined || lease.isSettled) return
    const more = event.coveredSeconds - lease.coveredSeconds
    must(more >= 0, 'meter', () => `lease ${lease.lease} fell by ${-more}`)
    const fromUs = Math.max(lease.believedUs, timeUs - BACKFILL_US)
    const believed = Math.min(more, Math.floor((timeUs - fromUs) / US_PER_SECOND))
    lease.believedUs = fromUs + believed * US_PER_SECOND
    lease.discountSeconds += more - believed
    lease.coveredSeconds = event.coveredSeconds
  }
  #billed(event: EventOf<'LeaseBilled'>, timeUs: number): void {
    const lease = this.#lease(event.lease)
    const { acceptedSeconds, billedMicro, buyerFeeMicro, sellerFeeMicro } = event
    must(!lease.isSettled, 'billed', () => `lease ${lease.lease} after its settlement`)
    const most = this.#mostSeconds(lease, timeUs)
    must(acceptedSeconds <= most, 'billed', () => {
      return `lease ${lease.lease}: ${acceptedSeconds} s accepted, ${most} delivered`
    })
    this.#mustBeRight(lease, event)
    must(billedMicro >= lease.billedMicro, 'billed', () => `lease ${lease.lease} went back`)
    if (lease.closedAtUs === null) lease.billedBeforeMicro = billedMicro
    Object.assign(lease, { billedMicro, buyerFeeMicro, sellerFeeMicro })
  }
  /** The bill of so many seconds, by the auditor's own arithmetic. */
  #mustBeRight(lease: LeaseModel, bill: Omit<EventOf<'LeaseBilled'>, 'kind'>): void {
    const due = this.#price(lease, bill.acceptedSeconds)
    const wanted = due < lease.principalMicro ? due : lease.principalMicro
    const isRight = bill.billedMicro === (wanted > lease.billedMicro ? wanted : lease.billedMicro)
    must(isRight, 'billed', () => `lease ${lease.lease}: ${bill.billedMicro}, due ${wanted}`)
    const fee = (billed: bigint, ppm: number) => (billed * BigInt(ppm) + 999_999n) / 1_000_000n
    const buyerFee = fee(bill.billedMicro, lease.buyerFeePpm)
    const capped = buyerFee < lease.feeMicro ? buyerFee : lease.feeMicro
    must(bill.buyerFeeMicro === capped, 'fee', () => `lease ${lease.lease}: buyer's ${capped}`)
    const sellerFee = fee(bill.billedMicro, lease.sellerFeePpm)
    must(
      bill.sellerFeeMicro === sellerFee,
      'fee',
      () => `lease ${lease.lease}: seller's ${sellerFee}`,
    )
  }
  #mostSeconds(lease: LeaseModel, timeUs: number): number {
    if (lease.readyAtUs === null) {
      const isPaid = lease.end === 'BUYER_CLOSED' || lease.end === 'BUYER_IMAGE'
      return isPaid ? Math.min(60, lease.funded) : 0
    }
    const ran = Math.floor((timeUs - lease.readyAtUs) / US_PER_SECOND)
    const clock = lease.closedAtUs === null ? ran : lease.clockSeconds
    const covered = lease.coveredSeconds - lease.discountSeconds
    return Math.min(this.#chargeable(lease, Math.min(clock, lease.funded)), covered)
  }

  /** Seconds of the clock without those that failed, as far as they are not billed yet. */
  #chargeable(lease: LeaseModel, clock: number): number {
    const rate = lease.priceMicroPerHour * BigInt(lease.units)
    const billed = Number((lease.billedMicro * 3_600n + rate - 1n) / rate)
    const open = Math.max(0, clock - billed)
    return clock - Math.min(this.#others.unchargedSeconds(lease.lease), open)
  }

  #closed(event: EventOf<'LeaseClosed'>, timeUs: number): void {
    const lease = this.#lease(event.lease)
    must(lease.closedAtUs === null, 'close', () => `lease ${lease.lease} twice`)
    // A timer of a Tick closes at its own, earlier time: the clock that it tells is that time's.
    const { clockSeconds, end } = event
    const readyUs = lease.readyAtUs
    const most = readyUs === null ? 0 : Math.floor((timeUs - readyUs) / US_PER_SECOND)
    const isRight = clockSeconds <= Math.max(0, most) && clockSeconds <= lease.funded
    must(
      isRight,
      'clock',
      () => `lease ${lease.lease}: ${clockSeconds} s of ${most}, ${lease.funded}`,
    )
    Object.assign(lease, { end, clockSeconds, closedAtUs: timeUs })
  }
  #finished(event: EventOf<'LeaseSettled'>): void {
    const lease = this.#lease(event.lease)
    must(!lease.isSettled, 'settled', () => `lease ${lease.lease} twice`)
    must(lease.closedAtUs !== null, 'settled', () => `lease ${lease.lease} is open`)
    this.#mustBeRight(lease, event)
    const ready = lease.readyAtUs !== null
    const covered = lease.coveredSeconds - lease.discountSeconds
    const clock = this.#chargeable(lease, lease.clockSeconds)
    const seconds = ready ? Math.min(clock, covered) : this.#mostSeconds(lease, 0)
    const dispute = this.#others.disputeOf(lease.lease)
    const isRight =
      dispute === undefined
        ? event.acceptedSeconds === seconds
        : event.acceptedSeconds <= Math.min(seconds, dispute.sellerSeconds)
    must(isRight, 'settled', () => {
      return `lease ${lease.lease}: ${event.acceptedSeconds} s accepted, ${seconds} delivered`
    })
    const rest = lease.principalMicro + lease.feeMicro - event.billedMicro - event.buyerFeeMicro
    must(event.returnedMicro === rest, 'settled', () => `lease ${lease.lease}: ${rest} to return`)
    for (const code of [LEASE_ESCROW, FEE_ESCROW]) {
      const left = this.#money.credit(code, lease.lease)
      must(left === 0n, 'escrow', () => `lease ${lease.lease} still has ${left}`)
    }
    lease.isSettled = true
    this.#forget(lease.lease)
  }
  #deallocated(id: number): void {
    const row = this.allocations.get(id)
    if (row === undefined) return
    must(row.isOpen, 'close', () => `allocation ${id} twice`)
    row.isOpen = false
    this.openOf.get(row.account)?.delete(id)
  }

  #forget(lease: number): void {
    this.#settled.push(lease)
    if (this.#settled.length < KEPT) return
    for (const id of this.#settled.splice(0, KEPT / 2)) {
      const row = this.leases.get(id)
      this.leases.delete(id)
      this.#escrows.delete(id)
      if (row !== undefined) this.allocations.delete(row.allocation)
    }
  }
  #price(lease: LeaseModel, seconds: number): bigint {
    return (lease.priceMicroPerHour * BigInt(lease.units) * BigInt(seconds)) / 3_600n
  }
  #lease(id: number): LeaseModel {
    const found = this.leases.get(id)
    must(found !== undefined, 'lease', () => `lease ${id} is not known`)
    return found
  }
}
