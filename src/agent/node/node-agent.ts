import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { assert } from '../../kernel/index.ts'
import { LIMITS } from '../../messages/index.ts'
import { monotonicMs } from '../clock.ts'
import type { Allocation, Driver } from '../drivers/driver.ts'
import type { Identity } from '../identity.ts'
import { Refused, type Assigned, type Beat, type ExchangeLink } from '../link.ts'
import { ChallengeKeeper } from './challenge-keeper.ts'
import { LeaseKeeper, type KeeperWorld } from './lease-keeper.ts'
import { MeterChain, type MeterReading } from './meters.ts'
import { isPassing } from './outcome.ts'
import { TunnelKeeper, tunnelKinds } from './tunnels.ts'
import { UsageTeller } from './usage-teller.ts'
import { Sampler } from '../samples/sampler.ts'

/** What a daemon is made of. */
export interface NodeAgentOptions {
  readonly link: ExchangeLink
  readonly driver: Driver
  readonly identity: Identity
  /** the daemon's data folder; leases lie in `leases` below it */
  readonly folder: string
  /** programs run on the machine of this process: only then it can measure and prove itself; yes when left out */
  readonly isHere?: boolean
  /** told about everything worth a line in a log */
  readonly note?: (what: string, facts: Readonly<Record<string, string | number>>) => void
}

/** How soon new output is sent and an end is reported. */
const FAST_MS = 20
const PUT_AWAY_MS = 100
const TICK_MS = 1_000
/** Less than a supervisor of daemons waits before it kills. */
const SHUTDOWN_MS = 15_000
const HOLD_MS = 20_000

/** The folder of leases in a daemon's data folder: drivers are made for it. */
export function leasesFolder(folder: string): string {
  return join(folder, 'leases')
}

/**
 * The seller's daemon. 1 learn who we are, 2 vouch again for what is on disk, 3 watch assignments,
 * 4 step every lease towards what is assigned, 5 report meters each minute and at every end.
 */
export class NodeAgent {
  readonly #options: NodeAgentOptions
  readonly #keepers = new Map<number, LeaseKeeper>()
  readonly #tunnels: TunnelKeeper
  readonly #stepping = new Set<number>()
  /** news came during a pass, which may have looked too early to see it */
  readonly #again = new Set<number>()
  /** passes that failed, to be made again at the next tick */
  readonly #failed = new Set<number>()
  #world: KeeperWorld | null = null
  #chain: MeterChain | null = null
  #stopWatching: (() => void) | null = null
  #timers: NodeJS.Timeout[] = []
  #sampler: Sampler | null = null
  #challenges: ChallengeKeeper | null = null
  #usages: UsageTeller | null = null
  #unwanted: ReadonlySet<number> = new Set()
  readonly #heldBackMs = new Map<number, number>()
  #reporting = false
  #reportDueMs = 0

  constructor(options: NodeAgentOptions) {
    this.#options = options
    this.#tunnels = new TunnelKeeper(options.driver, (workload) => this.#running(workload))
  }

  /** Rejects with a Fault while the exchange cannot be reached; then call it again. */
  async start(): Promise<void> {
    const { link, driver, folder, identity, isHere = true } = this.#options
    const leases = leasesFolder(folder)
    mkdirSync(leases, { recursive: true, mode: 0o711 })
    const facts = await link.facts()
    await link.reportAbilities(driver.capabilities.suspend ? ['suspend'] : [])
    const note = this.#options.note ?? (() => {})
    this.#world = { link, driver, facts, leases, note }
    this.#chain = new MeterChain(folder, link, identity, facts)
    const delivering = (lease: number) => this.#keepers.get(lease)?.delivering ?? null
    this.#challenges = new ChallengeKeeper({
      link,
      threads: isHere ? availableParallelism() : 0,
      allocation: delivering,
      note,
    })
    this.#usages = new UsageTeller(link, driver, delivering)
    for (const lease of await driver.reconcile()) this.#keeperOf(lease)
    this.#reportDueMs = monotonicMs() + TICK_MS
    this.#stopWatching = link.watch({
      onAssignments: (assigned) => this.#assign(assigned),
      tunnelKinds: tunnelKinds(driver),
      onTunnel: (workload, tunnel) => void this.#tunnels.asked(workload, tunnel),
      witness: driver.capabilities.witness,
      onChallenges: (challenges) => this.#challenges?.assign(challenges),
      onConnected: (connected) => note(connected ? 'connected' : 'connection lost', {}),
      onBeats: (beats) => this.#answer(beats),
      onWatched: (watched) => this.#usages?.watch(watched),
      onLogKept: ({ workload, stream, offset, full }) => {
        for (const keeper of this.#keepers.values()) {
          if (keeper.logKept(workload, stream, offset, full)) return
        }
      },
    })
    this.#timers = [
      setInterval(() => this.#fast(), FAST_MS),
      setInterval(() => this.#tick(), TICK_MS),
    ]
    this.#sampler = new Sampler(link, isHere)
  }

  /**
   * Stops the daemon. With `closeLeases` every lease is put away first, its final meter reported;
   * without, workloads run on under their supervisors until a new daemon takes over.
   */
  async stop(options: { readonly closeLeases: boolean }): Promise<void> {
    this.#tunnels.close()
    this.#challenges?.close()
    this.#usages?.stop()
    if (options.closeLeases) {
      for (const keeper of this.#keepers.values()) keeper.end('PROVIDER_SHUTDOWN')
      const deadline = monotonicMs() + SHUTDOWN_MS
      while (this.#keepers.size > 0 && monotonicMs() < deadline) {
        this.#stepAll()
        await sleep(PUT_AWAY_MS)
      }
    }
    this.#beatAll()
    for (const timer of this.#timers) clearInterval(timer)
    this.#sampler?.stop()
    this.#stopWatching?.()
  }

  /** Leases that this daemon looks after now. */
  get leases(): number[] {
    return [...this.#keepers.keys()]
  }

  #running(workload: number): Allocation | null {
    for (const keeper of this.#keepers.values()) {
      const allocation = keeper.running(workload)
      if (allocation !== null) return allocation
    }
    return null
  }

  #keeperOf(lease: number): LeaseKeeper {
    assert(this.#world !== null, 'the daemon was started')
    const keeper = this.#keepers.get(lease) ?? new LeaseKeeper(this.#world, lease)
    this.#keepers.set(lease, keeper)
    return keeper
  }

  /** Nothing runs that is not assigned; what is assigned is kept. */
  #assign(assigned: readonly Assigned[]): void {
    const wanted = new Set(assigned.map((each) => each.lease))
    for (const each of assigned) this.#keeperOf(each.lease).assign(each)
    for (const lease of this.#stepping) this.#again.add(lease)
    this.#unwanted = new Set(this.leases.filter((lease) => !wanted.has(lease)))
    this.#stepAll()
  }

  /** A lease that cannot answer now does not hold up the others; the next beat comes soon. */
  #answer(beats: readonly Beat[]): void {
    for (const beat of beats) {
      void this.#keepers
        .get(beat.lease)
        ?.answerBeat(beat)
        .catch((error: unknown) => {
          if (!isPassing(error)) throw error
          this.#options.note?.('beat without an answer', { lease: beat.lease, why: error.message })
        })
    }
  }

  #fast(): void {
    for (const keeper of this.#keepers.values()) {
      keeper.pump()
      if (keeper.unreported && !this.#failed.has(keeper.lease)) this.#step(keeper)
    }
  }

  #tick(): void {
    this.#failed.clear()
    this.#beatAll()
    this.#stepAll()
    if (monotonicMs() >= this.#reportDueMs) void this.#report()
  }

  /** A lease whose files cannot be written now does not hold up the others. */
  #beatAll(): void {
    for (const keeper of this.#keepers.values()) {
      try {
        keeper.beat()
      } catch (error) {
        this.#later(keeper.lease, error)
      }
    }
  }

  /** Throws what is no fault of the surroundings. */
  #later(lease: number, error: unknown): void {
    if (!isPassing(error)) throw error
    this.#failed.add(lease)
    this.#options.note?.('to be tried again', { lease, why: error.message })
  }

  #stepAll(): void {
    for (const keeper of this.#keepers.values()) this.#step(keeper)
  }

  #step(keeper: LeaseKeeper): void {
    const { lease } = keeper
    void this.#guard(lease, async () => {
      if (this.#unwanted.has(lease)) {
        await keeper.abandon()
        this.#keepers.delete(lease)
      } else {
        await keeper.step()
        if (keeper.closed) await this.#report()
      }
    })
  }

  /** One pass a lease at a time; what fails for now is tried again at the next tick. */
  async #guard(lease: number, pass: () => Promise<void>): Promise<void> {
    if (this.#stepping.has(lease)) return
    this.#stepping.add(lease)
    try {
      do {
        this.#again.delete(lease)
        await pass()
      } while (this.#again.has(lease) && this.#keepers.has(lease))
    } catch (error) {
      this.#later(lease, error)
    } finally {
      this.#stepping.delete(lease)
      this.#again.delete(lease)
    }
  }

  /** One lease's reading that is not accepted must not keep back those of the others. */
  #holdBack(error: Error): void {
    const lease = error instanceof Refused ? Number(error.facts['lease'] ?? 0) : 0
    if (lease > 0) this.#heldBackMs.set(lease, monotonicMs() + HOLD_MS)
  }

  /** A lease whose engine does not answer is left to the next report. */
  async #read(keeper: LeaseKeeper): Promise<MeterReading[]> {
    const { lease } = keeper
    if ((this.#heldBackMs.get(lease) ?? 0) > monotonicMs()) return []
    try {
      const reading = await keeper.reading()
      return reading === null ? [] : [{ lease, ...reading }]
    } catch (error) {
      if (!isPassing(error)) throw error
      this.#options.note?.('meter to be read again', { lease, why: error.message })
      return []
    }
  }

  async #report(): Promise<void> {
    if (this.#reporting || this.#chain === null) return
    this.#reporting = true
    try {
      const readings = await Promise.all([...this.#keepers.values()].map((one) => this.#read(one)))
      for (const lease of await this.#chain.report(readings.flat())) {
        this.#keepers.get(lease)?.remove()
        this.#keepers.delete(lease)
      }
      this.#reportDueMs = monotonicMs() + LIMITS.meterReportSeconds * 1_000
    } catch (error) {
      if (!isPassing(error)) throw error
      this.#options.note?.('meter report to be tried again', { why: error.message })
      this.#holdBack(error)
      this.#reportDueMs = monotonicMs() + TICK_MS
    } finally {
      this.#reporting = false
    }
  }
}
