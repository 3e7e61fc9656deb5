import { rmSync } from 'node:fs'
import { encode, formatTime } from '../../kernel/index.ts'
import { fundedStatement, type WorkloadEnd } from '../../messages/index.ts'
import { bootId, monotonicMs } from '../clock.ts'
import { Witness } from '../coverage.ts'
import type { Allocation, Driver } from '../drivers/driver.ts'
import { isFull, wroteUnlessFull } from '../files.ts'
import { verifySignature } from '../identity.ts'
import { leasePaths, readFunding, workloadsIn } from '../lease-folder.ts'
import type { Assigned, Beat, ExchangeLink, NodeFacts } from '../link.ts'
import { orderStop } from '../run/launch.ts'
import { setNotice } from '../run/notice.ts'
import { runInside, setFunding } from '../run/workload.ts'
import { knownTotals, leaseFolder, LeaseMeter, type Totals } from './lease-record.ts'
import { both, ignoreRefusal, isPassing } from './outcome.ts'
import { Pulse } from './pulse.ts'
import { WorkloadKeeper, type StepWanted } from './workload-keeper.ts'

/** What every lease of a node is kept with. */
export interface KeeperWorld {
  readonly link: ExchangeLink
  readonly driver: Driver
  readonly facts: NodeFacts
  /** folder that holds one folder a lease */
  readonly leases: string
  readonly note: (what: string, facts: Readonly<Record<string, string | number>>) => void
}

const CLOSING_GRACE_SECONDS = 3
/** What is to end goes on first, so that it can clean up. */
const ENDING: StepWanted = { mayStart: false, halted: false }
/** A lease without a promise, one that is settled, a minute that is not over by the exchange's clock. */
const REPORT_REFUSED = ['SLA_UNKNOWN', 'VOTE_LATE', 'LEASE_STATE', 'NOT_FOUND', 'FIELD_INVALID']
/** An image that still comes in moves the start deadline this often. */
const PROGRESS_MS = 10_000

/**
 * Makes one lease true on this machine. Each step looks at what the exchange wants and at what is
 * there, and does what is missing: open, prove, fund, run workloads, put away, remove.
 */
export class LeaseKeeper {
  readonly lease: number
  readonly #world: KeeperWorld
  readonly #folder: string
  readonly #workloads = new Map<number, WorkloadKeeper>()
  #assigned: Assigned | null = null
  #allocation: Allocation | null = null
  #meter: LeaseMeter | null = null
  #witness: Witness | null = null
  #readyReported = false
  /** when readiness was first reported: it cannot have begun before */
  #askedMs = Number.NEGATIVE_INFINITY
  #ending: WorkloadEnd | null = null
  readonly #pulse: Pulse
  /** of the funded seconds, those that the engine keeps the allocation for */
  #extendedSeconds = 0
  #removed = false

  constructor(world: KeeperWorld, lease: number) {
    this.#world = world
    this.lease = lease
    this.#pulse = new Pulse(world.driver, lease)
    this.#folder = leaseFolder(world.leases, lease)
    // After a restart the allocation is vouched for again from now on, even before contact.
    if (readFunding(this.#folder)?.bootId === bootId()) {
      this.#witness = new Witness(this.#folder, 'daemon')
    }
  }

  /** Nothing of it is left on this machine and the exchange knows. */
  get removed(): boolean {
    return this.#removed
  }
  get closed(): boolean {
    return this.#meter?.closed ?? false
  }
  /** A workload ended that the exchange has not been told about. */
  get unreported(): boolean {
    return [...this.#workloads.values()].some((workload) => workload.unreported)
  }

  assign(assigned: Assigned): void {
    this.#assigned = assigned
  }
  /** From now on the lease is put away, for this reason where the exchange gave none. */
  end(reason: WorkloadEnd): void {
    this.#ending ??= reason
  }
  beat(): void {
    if (!this.closed) this.#witness?.beat()
  }
  pump(): void {
    for (const workload of this.#workloads.values()) workload.pump()
  }
  logKept(workload: number, stream: 'stdout' | 'stderr', offset: number, full: boolean): boolean {
    this.#workloads.get(workload)?.logKept(stream, offset, full)
    return this.#workloads.has(workload)
  }

  /** The allocation of a workload that runs now, in a lease that is not put away. */
  running(workload: number): Allocation | null {
    const isOpen = this.#ending === null && this.#assigned?.status !== 'closed'
    const runs = this.#workloads.get(workload)?.running ?? false
    return isOpen && runs ? this.#allocation : null
  }

  /** The allocation while it delivers. */
  get delivering(): Allocation | null {
    const isReady = (this.#assigned?.readyAtUs ?? null) !== null
    const isOpen = this.#ending === null && this.#assigned?.status !== 'closed'
    return isReady && isOpen ? this.#allocation : null
  }

  /** One pass. Rejects with a Fault when it should be tried again. */
  async step(): Promise<void> {
    const assigned = this.#assigned
    if (assigned === null) return
    this.#meter ??= new LeaseMeter(this.#folder, knownTotals(assigned))
    if (this.closed) return
    const over = this.#isOver(assigned)
    if (over !== null && this.#allocation === null && !this.#isHere()) {
      this.#meter.close()
      return
    }
    const allocation = await this.#open(assigned)
    if (over !== null) return this.#putAway(allocation, assigned, over)
    if (assigned.readyAtUs === null) return this.#proveOrFail(allocation, assigned)
    await this.#extend(allocation, assigned)
    this.#announce(assigned)
    const { suspended: halted } = assigned
    await this.#runWorkloads(allocation, assigned, { mayStart: this.#fund(assigned), halted })
  }

  /** Gives a prober's nonce back from inside; what fails half of a minute is told by ourselves. */
  async answerBeat(beat: Beat): Promise<void> {
    const { link } = this.#world
    const readyAtUs = this.#assigned?.readyAtUs ?? null
    if (this.#allocation === null || readyAtUs === null || this.closed) return
    const answer = await this.#pulse.answer(this.#allocation, beat)
    if (answer !== null) link.answerBeat(beat.beat, answer)
    const failed = this.#pulse.count(readyAtUs, link.nowMs() * 1_000, answer === beat.nonce, beat)
    if (failed !== null) await ignoreRefusal(REPORT_REFUSED, () => link.reportMinutes(failed))
  }

  /** Totals for a report; null while there is nothing to report. */
  async reading(): Promise<(Totals & { readonly final: boolean }) | null> {
    const { driver } = this.#world
    if (this.#meter === null || this.#assigned === null) return null
    if (this.closed) return { ...this.#meter.last, final: true }
    if (this.#allocation === null || this.#assigned.readyAtUs === null) return null
    this.beat()
    const totals = await this.#meter.measure(driver, this.#allocation, this.#assigned)
    return { ...totals, final: this.closed }
  }

  /** The final reading was taken: nothing of the lease is kept. */
  remove(): void {
    this.#removed = true
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** The exchange does not know the lease: whatever runs is ended and nothing is reported. */
  async abandon(): Promise<void> {
    this.#world.note('lease abandoned', { lease: this.lease })
    // Nobody is told of it any more, and where to write it may be gone at the second try.
    this.#witness = null
    for (const id of workloadsIn(this.#folder)) {
      orderStop(leasePaths(this.#folder).workload(id), { end: 'LEASE_CLOSED', graceSeconds: 0 })
    }
    const resources = { cores: 1, memoryMib: 64, diskMib: 0, cards: 0 }
    const request = { lease: this.lease, resources, folder: this.#folder }
    await this.#world.driver.closeAllocation(await this.#world.driver.openAllocation(request))
    this.remove()
  }

  /** Why the lease must not run any more; null while it may. */
  #isOver(assigned: Assigned): WorkloadEnd | null {
    if (assigned.status === 'closed') return this.#ending ?? 'LEASE_CLOSED'
    if (this.#ending !== null) return this.#ending
    const funding = readFunding(this.#folder)
    if (funding === null || funding.bootId !== bootId()) return null
    const fundedSeconds = Math.max(funding.fundedSeconds, this.#verified(assigned))
    const unfunded = monotonicMs() >= funding.readyMs + fundedSeconds * 1_000
    return unfunded ? 'FUNDING_UNCONFIRMED' : null
  }

  #isHere(): boolean {
    return readFunding(this.#folder) !== null || workloadsIn(this.#folder).length > 0
  }

  async #open(assigned: Assigned): Promise<Allocation> {
    if (this.#allocation !== null) return this.#allocation
    const { lease, resources } = assigned
    const request = { lease, resources, folder: this.#folder }
    this.#allocation = await this.#world.driver.openAllocation(request)
    this.#world.note('allocation opened', { lease })
    return this.#allocation
  }

  /** A machine on whose disk nothing more fits does not deliver. */
  async #proveOrFail(allocation: Allocation, assigned: Assigned): Promise<void> {
    try {
      await this.#prove(allocation, assigned)
    } catch (error) {
      if (!isFull(error) || this.#readyReported) throw error
      await this.#failStart('the disk of the node is full')
    }
  }

  async #failStart(detail: string): Promise<void> {
    const { link, note } = this.#world
    const { lease } = this
    note('start failed', { lease, detail })
    await ignoreRefusal(['LEASE_STATE'], () => link.reportStartFailure(lease, 'provider', detail))
    this.#readyReported = true
  }

  /** Billing starts when the exchange's nonce comes back from inside the allocation. */
  async #prove(allocation: Allocation, assigned: Assigned): Promise<void> {
    if (this.#readyReported) return
    const { link, driver } = this.#world
    const { lease, nonce } = assigned
    const [imageEnd, result] = await both(
      this.#fetchImages(allocation, assigned),
      runInside(driver, allocation, ['echo', nonce]),
    )
    if (imageEnd !== null) {
      // Without an engine no image could have run here: then it is not the buyer's fault.
      const fault = driver.capabilities.images ? 'buyer' : 'provider'
      await ignoreRefusal(['LEASE_STATE'], () => link.reportStartFailure(lease, fault, imageEnd))
      this.#readyReported = true
      return
    }
    const answer = result.stdout.trim()
    if (result.exitCode === 0 && answer === nonce) {
      this.#witness ??= new Witness(this.#folder, 'daemon')
      if (this.#askedMs < 0) this.#askedMs = monotonicMs()
      await ignoreRefusal(['LEASE_STATE'], () => link.reportReady(lease, nonce))
    } else {
      await this.#failStart(`exit ${result.exitCode}: ${result.stderr.trim()}`.slice(0, 200))
    }
    this.#readyReported = true
  }

  /** The end of the first workload whose image cannot be had; null when all are here. */
  async #fetchImages(allocation: Allocation, assigned: Assigned): Promise<WorkloadEnd | null> {
    const { link, note } = this.#world
    let toldMs = monotonicMs()
    const progress = (done: number, total: number) => {
      if (monotonicMs() - toldMs < PROGRESS_MS) return
      toldMs = monotonicMs()
      // The deadline moves at the next one where this one is lost.
      link.reportProgress(this.lease, done, total).catch((error: unknown) => {
        if (!isPassing(error)) throw error
      })
    }
    for (const each of assigned.workloads) {
      const keeper = this.#keeperOf(allocation, each.workload)
      const { workload } = each
      const end = await keeper.fetchImage(each, progress, (digest) =>
        note('image is here', { lease: this.lease, workload, digest }),
      )
      if (end !== null) return end
      keeper.prestart(each)
    }
    return null
  }

  #keeperOf(allocation: Allocation, workload: number): WorkloadKeeper {
    const { driver, link } = this.#world
    const found = this.#workloads.get(workload)
    const keeper = found ?? new WorkloadKeeper(driver, link, allocation, workload)
    this.#workloads.set(workload, keeper)
    return keeper
  }

  /**
   * Takes over what the exchange signed; the supervisors read it from the lease folder. False while
   * there is nothing signed: then nothing may start.
   */
  #fund(assigned: Assigned): boolean {
    const seconds = this.#verified(assigned)
    const funding = readFunding(this.#folder)
    const sameBoot = funding?.bootId === bootId()
    if (sameBoot && funding.fundedSeconds >= seconds) return true
    if (seconds === 0) {
      this.#world.note('funding is not signed by the exchange', { lease: this.lease })
      return false
    }
    // However long the word of readiness took, and however far the clocks are apart.
    const sinceReadyMs = Math.max(0, this.#world.link.nowMs() - (assigned.readyAtUs ?? 0) / 1_000)
    const found = Math.max(this.#askedMs, monotonicMs() - sinceReadyMs)
    const readyMs = sameBoot ? funding.readyMs : found
    setFunding(this.#folder, Math.floor(readyMs), seconds)
    this.#witness ??= new Witness(this.#folder, 'daemon')
    this.#world.note('lease funded', { lease: this.lease, seconds })
    return true
  }

  /** Supervisors tell it to the programs when it is time, whether this daemon is there or not. */
  #announce({ notice }: Assigned): void {
    if (notice === null) return
    const { kind, reason, fromUs, endsAtUs } = notice
    const fromMs = monotonicMs() + fromUs / 1_000 - this.#world.link.nowMs()
    const text = { kind, reason, ends_at: formatTime(endsAtUs) }
    wroteUnlessFull(() => setNotice(this.#folder, text, Math.floor(fromMs)))
  }

  /** An engine with a calendar of its own is told before workloads go on; it is tried again later. */
  async #extend(allocation: Allocation, assigned: Assigned): Promise<void> {
    const { driver, link, note } = this.#world
    const seconds = this.#verified(assigned)
    if (driver.extend === undefined || seconds <= this.#extendedSeconds) return
    const usedSeconds = Math.max(0, link.nowMs() - (assigned.readyAtUs ?? 0) / 1_000) / 1_000
    try {
      await driver.extend(allocation, Math.max(0, Math.ceil(seconds - usedSeconds)))
      this.#extendedSeconds = seconds
    } catch (error) {
      if (!isPassing(error)) throw error
      note('allocation not extended', { lease: this.lease, why: error.message })
    }
  }

  /** Funded seconds that carry the exchange's signature for this very lease; 0 otherwise. */
  #verified(assigned: Assigned): number {
    const { venue, node, exchangePublicKey } = this.#world.facts
    const { funded, fundedSignature } = assigned
    const ours = funded.venue === venue && funded.node === node && funded.lease === this.lease
    const bytes = encode(fundedStatement, funded)
    return ours && verifySignature(exchangePublicKey, bytes, fundedSignature)
      ? funded.fundedSeconds
      : 0
  }

  async #runWorkloads(
    allocation: Allocation,
    assigned: Assigned,
    wanted: StepWanted,
  ): Promise<void> {
    const steps = assigned.workloads.map((each) =>
      this.#keeperOf(allocation, each.workload).step(each, wanted),
    )
    await Promise.all(steps)
  }

  /** Ends the workloads, reports them, then closes; the next reading is the final one. */
  async #putAway(allocation: Allocation, assigned: Assigned, reason: WorkloadEnd): Promise<void> {
    await this.#runWorkloads(allocation, assigned, ENDING)
    for (const workload of this.#workloads.values()) workload.stop(reason, CLOSING_GRACE_SECONDS)
    await this.#runWorkloads(allocation, assigned, ENDING)
    if ([...this.#workloads.values()].some((workload) => !workload.done)) return
    this.beat()
    await this.#meter?.measure(this.#world.driver, allocation, assigned)
    await this.#world.driver.closeAllocation(allocation)
    this.#meter?.close()
    this.#world.note('allocation closed', { lease: this.lease, reason })
  }
}
