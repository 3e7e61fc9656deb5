/** The challenges desk: which devices nodes claim, what they are asked to prove, and what came of it. */
import { assert } from '../../kernel/index.ts'
import { LIMITS, type ChallengeKind } from '../../messages/index.ts'
import { Table, type AnyTable, type Counters, type Stateful } from '../table.ts'
import { lowerMedian } from '../median.ts'
import {
  challengeRow,
  proofRow,
  witnessRow,
  type ChallengeRow,
  type ProofRow,
  type WitnessRow,
} from './rows.ts'

type Opened = Pick<
  ChallengeRow,
  'account' | 'node' | 'lease' | 'audit' | 'proof' | 'seed' | 'size' | 'commitMs' | 'answerMs'
>

export class ChallengesDesk implements Stateful {
  readonly challenges = new Table<ChallengeRow>('challenges', challengeRow, (r) => r.challenge)
  readonly #proofs = new Table<ProofRow>('proofs', proofRow, (r) => r.node)
  readonly #witnesses = new Table<WitnessRow>('witnesses', witnessRow, (r) => r.lease)
  readonly tables = [this.challenges, this.#proofs, this.#witnesses] as unknown as AnyTable[]
  readonly #counters: Counters
  /** a device's id and the node that claims it */
  #claimedBy = new Map<string, number>()
  /** oldest first, open ones and those that are remembered */
  #byNode = new Map<number, ChallengeRow[]>()
  #open = new Set<ChallengeRow>()

  constructor(counters: Counters) {
    this.#counters = counters
  }

  /** The node that claims the device. */
  claimant(idHash: string): number | undefined {
    return this.#claimedBy.get(idHash)
  }
  claim(node: number, devices: ProofRow['devices']): void {
    const row = this.proofOf(node)
    for (const { idHash } of row.devices) this.#claimedBy.delete(idHash)
    row.devices = devices
    for (const { idHash } of devices) this.#claimedBy.set(idHash, node)
  }

  proof(node: number): ProofRow | undefined {
    return this.#proofs.get(node)
  }
  /** The same to be changed: a row is made when there is none. */
  proofOf(node: number): ProofRow {
    const empty = { node, devices: [], passedAtUs: null, failing: [], failedAtUs: null }
    return this.#proofs.get(node) ?? this.#proofs.insert({ ...empty, witnesses: [] })
  }
  /** Did it fail what it has not passed since? Then it is sold only where grade U is (rule PRF-007). */
  isBarred(node: number): boolean {
    return (this.#proofs.get(node)?.failing.length ?? 0) > 0
  }
  /** What a node delivers inside leases of what its report says, ppm; null before the first witness. */
  deliverablePpm(node: number): number | null {
    return lowerMedian(this.#proofs.get(node)?.witnesses ?? [])
  }
  passed(node: number, kind: ChallengeKind, timeUs: number): void {
    const row = this.proofOf(node)
    row.passedAtUs = timeUs
    // A witness needs a lease, which a barred node may not get: each other kind makes good for it.
    if (kind === 'witness') return
    row.failing = row.failing.filter((each) => each !== kind && each !== 'witness')
  }
  failed(node: number, kind: ChallengeKind, timeUs: number): void {
    const row = this.proofOf(node)
    row.failedAtUs = timeUs
    if (!row.failing.includes(kind)) row.failing = [...row.failing, kind]
  }
  /** One more witness of the node; true when its median changed. */
  addRatio(node: number, ratioPpm: number): boolean {
    const before = this.deliverablePpm(node)
    const row = this.proofOf(node)
    row.witnesses = [...row.witnesses, ratioPpm].slice(-LIMITS.witnessesKept)
    return this.deliverablePpm(node) !== before
  }

  witness(lease: number): WitnessRow | undefined {
    return this.#witnesses.get(lease)
  }
  /** The row of a lease that is witnessed; the first one judges from `fromUs` on. */
  witnessOf(lease: number, fromUs: number): WitnessRow {
    const empty = { lease, lastUs: 0, judgedUs: fromUs, creditedMicro: 0 }
    return this.#witnesses.get(lease) ?? this.#witnesses.insert(empty)
  }
  forgetWitness(lease: number): void {
    this.#witnesses.delete(lease)
  }

  open(what: Opened, timeUs: number, dueUs: number): ChallengeRow {
    const row = this.challenges.insert({
      challenge: this.#counters.next('challenge'),
      ...what,
      step: 'commit',
      dueUs,
      timer: 0,
      root: null,
      work: 0,
      draw: null,
      answerDigest: null,
      openedAtUs: timeUs,
      committedAtUs: null,
      drawnAtUs: null,
      answeredAtUs: null,
      closedAtUs: null,
      end: null,
      measured: 0,
      contract: 0,
      ratioPpm: null,
    })
    this.#enter(row)
    return row
  }
  nextAudit(): number {
    return this.#counters.next('audit')
  }
  /** Oldest first. */
  of(node: number): readonly ChallengeRow[] {
    return this.#byNode.get(node) ?? []
  }
  openOf(node: number): ChallengeRow[] {
    return this.of(node).filter(({ step }) => step !== 'closed')
  }
  openBy(account: number): ChallengeRow[] {
    return [...this.#open].filter((row) => row.account === account)
  }
  /** It is over; the oldest of the node that are over are forgotten. */
  close(row: ChallengeRow): void {
    assert(row.step === 'closed', 'a closed challenge is closed')
    this.#open.delete(row)
    const closed = this.of(row.node).filter(({ step }) => step === 'closed')
    for (const old of closed.slice(0, -LIMITS.challengesKept)) {
      this.challenges.delete(old.challenge)
      this.#byNode.set(
        row.node,
        this.of(row.node).filter((each) => each !== old),
      )
    }
  }

  rebuild(): void {
    this.#claimedBy = new Map()
    for (const { node, devices } of this.#proofs.rows()) {
      for (const { idHash } of devices) this.#claimedBy.set(idHash, node)
    }
    this.#byNode = new Map()
    this.#open = new Set()
    for (const row of this.challenges.rows()) this.#enter(row)
  }

  #enter(row: ChallengeRow): void {
    this.#byNode.set(row.node, [...this.of(row.node), row])
    if (row.step !== 'closed') this.#open.add(row)
  }
}
