/** The daemon of one machine: opens, meters and puts away what is assigned, and sometimes lies. */
import { encode, sha256Hex } from '../../../src/kernel/index.ts'
import {
  meterStatement,
  type AssignmentView,
  type Command,
  type CommandOf,
  type LeaseView,
} from '../../../src/messages/index.ts'
import type { Machine, World } from './party.ts'

const US_PER_SECOND = 1_000_000
const LOOK_SECONDS = 45
const REPORT_US = 60 * US_PER_SECOND
const VENUE = 'sim'
const NO_HASH = '0'.repeat(64)

interface Answered {
  readonly result: readonly AssignmentView[]
  readonly durableSeq: number
}
type Reading = CommandOf<'ReportMeters'>['readings'][number]
type Lie = 'ahead' | 'decreased' | 'chain' | 'twice' | 'foreign' | 'early-final' | 'flood'
const LIES: readonly Lie[] = [
  'ahead',
  'decreased',
  'chain',
  'twice',
  'foreign',
  'early-final',
  'flood',
]

export class Agent {
  /** phase 2: it does what it should, at once */
  isHonest = false
  readonly #world: World
  readonly #machine: Machine
  #period = 0
  #head = NO_HASH
  /** reports whose fate is not known, and their hashes */
  #sent: { readonly period: number; readonly head: string }[] = []
  /** leases whose end of start it has reported */
  readonly #reported = new Set<number>()
  #isBusy = false
  #reportDueUs = 0

  constructor(world: World, machine: Machine) {
    this.#world = world
    this.#machine = machine
    this.#lookLater()
  }

  #lookLater(): void {
    const { timeline, draw } = this.#world
    const seconds = this.isHonest ? 5 : draw.between(1, LOOK_SECONDS)
    timeline.after(seconds * US_PER_SECOND, () => {
      this.#lookLater()
      if (!this.#isBusy) this.#look()
    })
  }
  /** Asks the exchange for the whole list, as after every change of it. */
  #look(): void {
    const { network, host } = this.#world
    const { node, seller } = this.#machine
    network.send(seller.account, () => {
      const asked = host.ask('assignments', { node })
      if (asked !== null) void this.#learn(asked)
    })
  }

  async #learn(asked: Promise<Answered>): Promise<void> {
    const { network, auditor } = this.#world
    const answer = await asked.catch(() => null)
    if (answer === null) return
    const { result, durableSeq } = answer
    // What an answer shows is durable: it may not be lost any more.
    auditor.history.seenSeq = Math.max(auditor.history.seenSeq, durableSeq)
    network.send(this.#machine.seller.account, () => void this.#step(result))
  }

  async #step(assigned: readonly AssignmentView[]): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      for (const each of assigned) await this.#open(each)
      for (const { workloads } of assigned) {
        for (const { workload, status } of workloads) await this.#run(workload, status)
      }
      const isDue = this.#world.timeline.nowUs >= this.#reportDueUs
      const isOver = assigned.some(({ lease }) => lease.status === 'closed')
      if (assigned.length > 0 && (isDue || isOver)) await this.#report(assigned)
    } finally {
      this.#isBusy = false
    }
  }

  async #open({ lease, nonce }: AssignmentView): Promise<void> {
    const { draw } = this.#world
    if (lease.status !== 'matched' && lease.status !== 'starting') return
    if (this.#reported.has(lease.lease)) return
    const id = lease.lease
    const what = this.isHonest ? 'ready' : draw.weighted(STARTS)
    if (what === 'wait') return
    if (what === 'progress') {
      await this.#call({ kind: 'ReportStartProgress', lease: id, bytesDone: 1, bytesTotal: 2 })
      return
    }
    if (what === 'wrong-nonce') {
      this.#world.counts.add('fault', 'agent-lies-about-readiness')
      await this.#call({ kind: 'ReportReady', lease: id, nonce: 'ee'.repeat(16) })
      return
    }
    this.#reported.add(id)
    if (what === 'failed') {
      const fault = draw.pick(['provider', 'buyer'] as const)
      await this.#call({ kind: 'ReportStartFailure', lease: id, fault, detail: 'simulated' })
    } else await this.#call({ kind: 'ReportReady', lease: id, nonce })
  }

  /** A program goes its way: provisioning, running, done or failed. */
  async #run(workload: number, status: string): Promise<void> {
    const { draw } = this.#world
    if (!this.isHonest && draw.chance(850)) return
    const next = draw.pick(NEXT_STATUS[status] ?? (['running'] as const))
    const isOver = next === 'done' || next === 'failed'
    const end = isOver ? draw.pick(['EXITED', 'NODE_RESTARTED', 'STOPPED_BY_BUYER'] as const) : null
    const exitCode = isOver ? draw.below(3) : null
    const digests = { logDigest: null, outputDigest: null }
    await this.#call({ kind: 'ReportWorkload', workload, status: next, exitCode, end, ...digests })
  }

  async #report(assigned: readonly AssignmentView[]): Promise<void> {
    const { draw, levels, timeline, counts } = this.#world
    const readings = assigned.flatMap(({ lease }) => this.#readingOf(lease))
    if (readings.length === 0) return
    const lie = !this.isHonest && draw.chance(levels.liePerMille) ? draw.pick(LIES) : null
    if (lie !== null) counts.add('fault', `agent-lies-${lie}`)
    const told = lie === null ? readings : lied(lie, readings)
    const previous = lie === 'chain' ? '11'.repeat(32) : this.#head
    const body = { node: this.#machine.node, period: this.#period + 1, previous, readings: told }
    const head = sha256Hex(encode(meterStatement, { venue: VENUE, ...body }))
    if (lie !== 'chain') this.#sent.push({ period: body.period, head })
    const reply = await this.#call({ kind: 'ReportMeters', ...body, signature: '00'.repeat(64) })
    this.#reportDueUs = timeline.nowUs + REPORT_US
    const code = reply?.outcome.refusal?.code
    if (reply === null || code === 'METER_CHAIN_BROKEN') return this.#learnChain()
    if (code !== undefined) return
    this.#period = body.period
    this.#head = head
    this.#sent = []
  }

  /** What its clock says: the seconds since ready, as far as they are funded. */
  #readingOf(lease: LeaseView): Reading[] {
    const isOver = lease.closedAtUs !== null
    const nowUs = this.#world.timeline.nowUs + this.#world.host.skewUs
    const untilUs = lease.closedAtUs ?? nowUs
    const ran =
      lease.readyAtUs === null ? 0 : Math.floor((untilUs - lease.readyAtUs) / US_PER_SECOND)
    const covered = Math.max(lease.coveredSeconds, Math.min(ran, lease.fundedSeconds))
    if (lease.readyAtUs === null && !isOver) return []
    const cpuUs = Math.max(lease.cpuUs, covered * 500_000)
    const final = isOver
    return [{ lease: lease.lease, coveredSeconds: covered, cpuUs, memoryPeakMib: 64, final }]
  }

  /**
   * A report was never answered, so nobody knows whether it counts: the exchange says how far the
   * chain is, and one of the reports of that period is its head.
   */
  async #learnChain(): Promise<void> {
    const asked = this.#world.host.ask('node', { node: this.#machine.node })
    const view = (await asked?.catch(() => null))?.result
    const period = view?.meterPeriod ?? this.#period
    this.#sent = this.#sent.filter((each) => each.period >= period)
    const found = this.#sent.findIndex((each) => each.period === period)
    const [candidate] = found < 0 ? [] : this.#sent.splice(found, 1)
    if (candidate === undefined) return
    this.#sent.push(candidate)
    this.#period = period
    this.#head = candidate.head
  }
  #call(command: Command) {
    const { seller, key } = this.#machine
    return this.#world.call({ ...seller, key }, command)
  }
}

const STARTS: readonly (readonly [
  number,
  'ready' | 'wait' | 'progress' | 'wrong-nonce' | 'failed',
])[] = [
  [70, 'ready'],
  [12, 'wait'],
  [6, 'progress'],
  [4, 'wrong-nonce'],
  [8, 'failed'],
]
type Status = 'provisioning' | 'running' | 'done' | 'failed'
const NEXT_STATUS: Readonly<Record<string, readonly Status[]>> = {
  queued: ['provisioning', 'running', 'failed'],
  provisioning: ['running', 'running', 'running', 'provisioning'],
  running: ['running', 'done', 'failed'],
  terminating: ['done'],
}

function lied(lie: Lie, readings: readonly Reading[]): Reading[] {
  const [first, ...rest] = readings as [Reading, ...Reading[]]
  if (lie === 'ahead') return [{ ...first, coveredSeconds: first.coveredSeconds + 5_000 }, ...rest]
  if (lie === 'decreased') return [{ ...first, cpuUs: 0, coveredSeconds: 0 }, ...rest]
  if (lie === 'twice') return [first, first, ...rest]
  if (lie === 'foreign') return [...readings, { ...first, lease: Math.max(1, first.lease - 1) }]
  if (lie === 'early-final') return [{ ...first, final: true }, ...rest]
  if (lie === 'flood') return [{ ...first, coveredSeconds: first.coveredSeconds + 9 }, ...rest]
  return [...readings]
}
