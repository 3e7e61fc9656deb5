/** Two meters of a lease as an auditor keeps them: when they disagree, and who gets what of it. */
import type { Event, EventOf } from '../../../src/messages/index.ts'
import { must } from '../violation.ts'
import { FEE_ESCROW, LEASE_ESCROW, type Money } from './money.ts'
import type { LeaseModel } from './rows.ts'

const US_PER_SECOND = 1_000_000
const TOLERANCE_SECONDS = 5

type Reading = EventOf<'BuyerMeterRead'>
type Opened = EventOf<'DisputeOpened'>

export class Disputes {
  readonly open = new Map<number, Opened>()
  /** the last one that was decided */
  closedDispute = 0
  readonly #leases: ReadonlyMap<number, LeaseModel>
  readonly #money: Money
  readonly #doubtedSeconds: (lease: number, timeUs: number) => number
  readonly #readings = new Map<number, Reading>()
  /** disputes of leases, decided ones too until the lease is settled */
  readonly #ofLease = new Map<number, Opened>()

  /** `doubtedSeconds`: of minutes that a source other than the buyer doubts, at most. */
  constructor(
    leases: ReadonlyMap<number, LeaseModel>,
    money: Money,
    doubtedSeconds: (lease: number, timeUs: number) => number,
  ) {
    this.#leases = leases
    this.#money = money
    this.#doubtedSeconds = doubtedSeconds
  }

  of(lease: number): Opened | undefined {
    return this.#ofLease.get(lease)
  }
  read(event: Event, timeUs: number): void {
    switch (event.kind) {
      case 'BuyerMeterRead':
        return this.#counted(event, timeUs)
      case 'DisputeOpened':
        return this.#opened(event)
      case 'LeaseSettled':
        return this.#settled(event)
      case 'DisputeResolved':
        return this.#resolved(event, timeUs)
      default:
    }
  }

  #counted(event: Reading, timeUs: number): void {
    const { lease, reading, coveredSeconds, saidSeconds, heardSeconds } = event
    const row = this.#leases.get(lease)
    const isOpen = row !== undefined && row.readyAtUs !== null && !row.isSettled
    must(isOpen && !this.#ofLease.has(lease), 'reading', () => `lease ${lease} is billed`)
    const clock = Math.floor((timeUs - (row.readyAtUs ?? 0)) / US_PER_SECOND)
    const isWithin = saidSeconds <= coveredSeconds && coveredSeconds <= heardSeconds
    must(isWithin && heardSeconds <= clock, 'reading', () => `lease ${lease}: ${heardSeconds} s`)
    const last = this.#readings.get(lease)
    const isNext = reading === (last?.reading ?? 0) + 1
    const isMore = last === undefined || coveredSeconds >= last.coveredSeconds
    must(isNext && isMore, 'reading', () => `lease ${lease}: ${coveredSeconds} s in ${reading}`)
    this.#readings.set(lease, event)
  }

  #opened(event: Opened): void {
    const { lease: id, dispute, sellerSeconds, buyerSeconds, disputedMicro } = event
    const lease = this.#leases.get(id)!
    const difference = sellerSeconds - buyerSeconds
    must(isBeyond(difference, sellerSeconds), 'dispute', () => `${dispute}: only ${difference} s`)
    must(difference <= this.#contested(id, sellerSeconds), 'dispute', () => {
      return `${dispute}: ${difference} s, the buyer's meter has more`
    })
    const rate = lease.priceMicroPerHour * BigInt(lease.units)
    const due = (rate * BigInt(sellerSeconds)) / 3_600n
    must(lease.billedMicro + disputedMicro === due, 'dispute', () => `${dispute}: ${due} claimed`)
    this.#mustHold(id, disputedMicro, event.disputedFeeMicro)
    const before = lease.principalMicro + lease.feeMicro
    lease.principalMicro = lease.billedMicro + disputedMicro
    lease.feeMicro = lease.buyerFeeMicro + event.disputedFeeMicro
    const returned = before - lease.principalMicro - lease.feeMicro
    must(returned === event.returnedMicro, 'dispute', () => `${dispute}: ${returned} to return`)
    must(!this.#ofLease.has(id), 'dispute', () => `lease ${id} twice`)
    this.open.set(dispute, event)
    this.#ofLease.set(id, event)
  }
  /** What is disputed lies in the lease's escrow, and nothing else does. */
  #mustHold(lease: number, principal: bigint, fee: bigint): void {
    const isRight =
      this.#money.credit(LEASE_ESCROW, lease) === principal &&
      this.#money.credit(FEE_ESCROW, lease) === fee
    must(isRight, 'escrow', () => `lease ${lease}: ${principal} and ${fee} are disputed`)
  }

  /** A bill without a dispute is one on which the meters agree. */
  #settled({ lease, acceptedSeconds }: EventOf<'LeaseSettled'>): void {
    if (!this.#ofLease.has(lease) && this.#readings.has(lease)) {
      const contested = this.#contested(lease, acceptedSeconds)
      const isAgreed = !isBeyond(contested, acceptedSeconds) || this.#wasBilled(lease, contested)
      must(isAgreed, 'dispute', () => `lease ${lease} should have one about ${contested} s`)
    }
    this.#readings.delete(lease)
  }
  /** What was billed before the buyer contested it stays billed. */
  #wasBilled(id: number, contested: number): boolean {
    const { billedBeforeMicro, priceMicroPerHour, units } = this.#leases.get(id)!
    const billed = (billedBeforeMicro * 3_600n) / (priceMicroPerHour * BigInt(units) || 1n)
    return billed > 0n && contested > 0
  }
  #contested(id: number, claimed: number): number {
    const { coveredSeconds, heardSeconds } = this.#readings.get(id)!
    const clock = this.#leases.get(id)!.clockSeconds
    return Math.max(0, claimed - coveredSeconds - Math.max(0, clock - heardSeconds))
  }

  #resolved(event: EventOf<'DisputeResolved'>, timeUs: number): void {
    const { dispute, lease, by, acceptedSeconds, paidMicro, returnedMicro } = event
    const opened = this.open.get(dispute)
    must(opened !== undefined, 'dispute', () => `${dispute} is not open`)
    const { sellerSeconds, buyerSeconds, disputedMicro, disputedFeeMicro } = opened
    const isBetween = acceptedSeconds >= buyerSeconds && acceptedSeconds <= sellerSeconds
    must(isBetween, 'dispute', () => `${dispute}: ${acceptedSeconds} s`)
    const all = disputedMicro + disputedFeeMicro
    const isWhole = paidMicro >= 0n && returnedMicro >= 0n && paidMicro + returnedMicro === all
    must(isWhole, 'dispute', () => `${dispute}: ${paidMicro} + ${returnedMicro} of ${all}`)
    // Who only says less gains nothing by it: another source must say so, or two persons.
    const doubted = this.#doubtedSeconds(lease, timeUs)
    const left = sellerSeconds - acceptedSeconds - doubted
    const isFounded = by === 'operator' || !isBeyond(left, sellerSeconds)
    must(isFounded, 'dispute', () => `${dispute}: ${left} s on the buyer's word alone`)
    must(by !== 'deadline' || timeUs >= opened.deadlineUs, 'dispute', () => `${dispute} early`)
    this.open.delete(dispute)
    this.#ofLease.delete(lease)
    this.closedDispute = dispute
  }
}

function isBeyond(seconds: number, claimed: number): boolean {
  return seconds > TOLERANCE_SECONDS && seconds * 50 > claimed
}
