/** Promises as an auditor keeps them: minute by minute, in sets, from what was reported and told. */
import type { Event, EventOf } from '../../../src/messages/index.ts'
import { must } from '../violation.ts'
import type { LeaseModel } from './rows.ts'

const AGENT = 1
const PROBER = 2
const WITNESS = 4
const BIT = { agent: AGENT, prober: PROBER, witness: WITNESS } as const
const MINUTE_US = 60_000_000
const CONTACT_US = 30_000_000

interface Told {
  readonly excused: string | null
  readonly charged: boolean
}
interface LeaseBook {
  /** who said that the minute failed */
  readonly said: Map<number, number>
  /** minutes that were told as failed */
  readonly told: Map<number, Told>
  paidMicro: bigint
}

export class Sla {
  readonly #leases: ReadonlyMap<number, LeaseModel>
  readonly #books = new Map<number, LeaseBook>()
  /** when the daemon of a node was silent */
  readonly #silent = new Map<number, { fromUs: number; untilUs: number }[]>()
  /** when the buyer had an allocation suspended */
  readonly #halted = new Map<number, { fromUs: number; untilUs: number }[]>()
  readonly #liens = new Map<number, bigint>()
  /** what the entries of this command gave buyers by rule SLA-009 */
  #posted = 0n

  constructor(leases: ReadonlyMap<number, LeaseModel>) {
    this.#leases = leases
  }

  /** Seconds of the lease that must not be charged. */
  unchargedSeconds(lease: number): number {
    const told = this.#books.get(lease)?.told.values() ?? []
    return [...told].filter(({ charged }) => !charged).length * 60
  }

  /** Seconds of minutes that the prober or a silence doubts and that are not told as failed, at most. */
  doubtedSeconds(lease: number, timeUs: number): number {
    const row = this.#leases.get(lease)
    if (row === undefined) return 0
    const book = this.#books.get(lease)
    let minutes = 0
    for (let minute = 0; minute * 60 < row.clockSeconds; minute++) {
      const said = ((book?.said.get(minute) ?? 0) & PROBER) !== 0
      const isDoubted = said || this.#wasSilent(row, minute, timeUs)
      if (isDoubted && book?.told.has(minute) !== true) minutes++
    }
    return minutes * 60
  }

  read(event: Event, timeUs: number): void {
    switch (event.kind) {
      case 'AllocationSuspended':
        return this.#suspended(event.allocation, timeUs)
      case 'AllocationResumed':
        return this.#resumed(event.allocation, timeUs)
      case 'ContactChanged':
        return this.#contact(event, timeUs)
      case 'MinutesReported':
        return this.#reported(event)
      case 'BreachMinutes':
        return this.#breach(event, timeUs)
      case 'EntryPosted':
        if (event.rule !== 'SLA-009') return
        for (const { amountMicro } of event.postings)
          if (amountMicro < 0n) this.#posted -= amountMicro
        return
      case 'SlaCredited':
        return this.#credited(event)
      case 'WitnessCredited':
        return this.#owes(event.lease, event.owedMicro)
      case 'LienPaid':
        return this.#lienPaid(event)
      default:
    }
  }

  #suspended(allocation: number, fromUs: number): void {
    const stretches = this.#halted.get(allocation) ?? []
    must(stretches.at(-1)?.untilUs !== Infinity, 'suspension', () => `${allocation} twice`)
    this.#halted.set(allocation, [...stretches, { fromUs, untilUs: Infinity }])
  }
  #resumed(allocation: number, timeUs: number): void {
    const last = this.#halted.get(allocation)?.at(-1)
    must(last?.untilUs === Infinity, 'suspension', () => `${allocation} was not suspended`)
    last.untilUs = timeUs
  }
  /** Of a minute that its buyer had suspended nobody owes anything. */
  #wasHalted({ allocation, readyAtUs }: LeaseModel, minute: number): boolean {
    const fromUs = (readyAtUs ?? 0) + minute * MINUTE_US
    return (this.#halted.get(allocation) ?? []).some(
      (stretch) => stretch.fromUs < fromUs + MINUTE_US && stretch.untilUs > fromUs,
    )
  }
  #contact({ node, connected }: EventOf<'ContactChanged'>, timeUs: number): void {
    const stretches = this.#silent.get(node) ?? []
    this.#silent.set(node, stretches)
    const last = stretches.at(-1)
    if (connected && last !== undefined) last.untilUs = timeUs
    if (!connected) stretches.push({ fromUs: timeUs - CONTACT_US, untilUs: Infinity })
  }
  #reported({ lease, source, fromMinute, untilMinute }: EventOf<'MinutesReported'>): void {
    const { said } = this.#bookOf(lease)
    for (let minute = fromMinute; minute < untilMinute; minute++) {
      said.set(minute, (said.get(minute) ?? 0) | BIT[source])
    }
  }
  /** Two sources, each of which said so or was silent; each minute once. */
  #breach(event: EventOf<'BreachMinutes'>, timeUs: number): void {
    const { lease, sources, excused, charged } = event
    const row = this.#leases.get(lease)
    must(row !== undefined && !row.isSettled, 'breach', () => `lease ${lease} is settled`)
    must([3, 5, 6, 7].includes(sources), 'breach', () => `lease ${lease}: sources ${sources}`)
    const { said, told } = this.#bookOf(lease)
    for (let minute = event.fromMinute; minute < event.untilMinute; minute++) {
      const known = (said.get(minute) ?? 0) | (this.#wasSilent(row, minute, timeUs) ? AGENT : 0)
      const isSaid = (sources & ~known) === 0
      must(isSaid, 'breach', () => `lease ${lease} minute ${minute}: ${sources} of ${known}`)
      must(!told.has(minute), 'breach', () => `lease ${lease} minute ${minute} twice`)
      const isOwn = this.#wasHalted(row, minute)
      const isExcused = isOwn ? excused !== null : excused !== 'buyer_suspend'
      must(isExcused, 'suspension', () => `lease ${lease} minute ${minute}: excused ${excused}`)
      told.set(minute, { excused, charged })
    }
  }
  #wasSilent({ node, readyAtUs }: LeaseModel, minute: number, timeUs: number): boolean {
    const fromUs = (readyAtUs ?? 0) + minute * MINUTE_US
    return (this.#silent.get(node) ?? []).some((stretch) => {
      const untilUs = Math.min(stretch.untilUs, timeUs)
      const inside = Math.min(untilUs, fromUs + MINUTE_US) - Math.max(stretch.fromUs, fromUs)
      return inside >= MINUTE_US / 2
    })
  }

  #credited(event: EventOf<'SlaCredited'>): void {
    const { lease, windowMinutes, breachMinutes, availabilityPpm, creditPpm } = event
    const row = this.#leases.get(lease)
    must(row !== undefined, 'credit', () => `lease ${lease} is not known`)
    const book = this.#bookOf(lease)
    // 1. What two sources said is told, and no more breaches are paid than that.
    for (const [minute, said] of book.said) {
      const isTwo = [3, 5, 6, 7].includes(said)
      must(!isTwo || book.told.has(minute), 'breach', () => `lease ${lease}: ${minute} not told`)
    }
    const failed = [...book.told.values()].filter(({ excused }) => excused === null).length
    must(breachMinutes <= failed, 'credit', () => `lease ${lease}: ${breachMinutes} of ${failed}`)
    // 2. The arithmetic.
    const share = BigInt(windowMinutes - breachMinutes) * 1_000_000n
    const ppm = windowMinutes === 0 ? 1_000_000n : share / BigInt(windowMinutes)
    must(BigInt(availabilityPpm) === ppm, 'credit', () => `lease ${lease}: ${ppm} ppm`)
    const { chargeMicro, creditMicro, refundMicro, paidMicro, owedMicro } = event
    const most = (chargeMicro * BigInt(creditPpm)) / 1_000_000n
    must(creditMicro <= most, 'credit', () => `lease ${lease}: ${creditMicro} of ${most}`)
    // 3. The money.
    must(paidMicro + owedMicro === creditMicro + refundMicro, 'credit', () => `lease ${lease}`)
    must(paidMicro === this.#posted, 'credit', () => `lease ${lease}: ${this.#posted} posted`)
    this.#posted = 0n
    book.paidMicro += paidMicro + owedMicro
    must(book.paidMicro <= row.billedMicro, 'credit', () => {
      return `lease ${lease}: ${book.paidMicro} credited of ${row.billedMicro}`
    })
    this.#owes(lease, owedMicro)
  }
  #owes(lease: number, owedMicro: bigint): void {
    if (owedMicro > 0n) this.#liens.set(lease, (this.#liens.get(lease) ?? 0n) + owedMicro)
  }
  #lienPaid({ lease, paidMicro }: EventOf<'LienPaid'>): void {
    const owed = (this.#liens.get(lease) ?? 0n) - paidMicro
    must(paidMicro > 0n && owed >= 0n, 'lien', () => `lease ${lease}: ${paidMicro} too much`)
    if (owed === 0n) this.#liens.delete(lease)
    else this.#liens.set(lease, owed)
  }
  #bookOf(lease: number): LeaseBook {
    let book = this.#books.get(lease)
    if (book !== undefined) return book
    book = { said: new Map(), told: new Map(), paidMicro: 0n }
    this.#books.set(lease, book)
    return book
  }
}
