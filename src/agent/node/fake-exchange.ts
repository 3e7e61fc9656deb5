import { readFileSync } from 'node:fs'
import { encode, sha256Hex } from '../../kernel/index.ts'
import {
  Fault,
  fundedStatement,
  meterStatement,
  workloadSpec,
  type FaultParty,
  type LeaseStatus,
  type NodeAbility,
  type WorkloadSpec,
} from '../../messages/index.ts'
import type { AllocationSample } from '../drivers/driver.ts'
import { verifySignature, type Identity } from '../identity.ts'
import {
  Refused,
  type Assigned,
  type Beat,
  type FailedMinutes,
  type AssignedWorkload,
  type ExchangeLink,
  type LinkEvents,
  type LogChunk,
  type MeterReport,
  type WorkloadReport,
} from '../link.ts'

type Changeable<T> = { -readonly [K in keyof T]: T[K] }
export interface FakeLease extends Changeable<Omit<Assigned, 'funded' | 'fundedSignature'>> {
  fundedSeconds: number
  seq: number
  workloads: FakeWorkload[]
}
export interface FakeWorkload extends Changeable<AssignedWorkload> {
  readonly spec: WorkloadSpec
  reports: WorkloadReport[]
  log: { stdout: string; stderr: string }
  storedLog: Uint8Array | null
  storedOutput: Uint8Array | null
}

const VENUE = 'fake'
const NODE = 7

/** An exchange in memory behind the link port: it keeps the rules that a daemon meets. */
export class FakeExchange {
  readonly leases = new Map<number, FakeLease>()
  readonly reports: MeterReport[] = []
  readonly minutes: FailedMinutes[] = []
  readonly commitments: { challenge: number; root: string; work: number }[] = []
  readonly proofs = new Map<number, Uint8Array>()
  /** nonces that came back, by beat */
  readonly answers = new Map<string, string>()
  readonly failures: { lease: number; fault: FaultParty; detail: string }[] = []
  readonly inputs = new Map<string, Uint8Array>()
  readonly samples: Float32Array[] = []
  abilities: readonly NodeAbility[] = []
  /** what watched leases have used, as it came */
  readonly usages: { readonly lease: number; readonly usage: AllocationSample }[] = []
  /** calls fail as if the exchange were away */
  away = false
  /** the next so many meter reports are taken, but their answer is lost */
  lostAnswers = 0
  readonly #exchangeKey: Identity
  readonly #nodeKey: string
  #events: LinkEvents | null = null
  #head = '0'.repeat(64)
  #ids = new Map<string, true>()

  constructor(exchangeKey: Identity, nodeKey: string) {
    this.#exchangeKey = exchangeKey
    this.#nodeKey = nodeKey
  }

  lease(lease: number, fundedSeconds = 3_600): FakeLease {
    const row: FakeLease = {
      lease,
      status: 'matched',
      resources: { cores: 1, memoryMib: 128, diskMib: 256, cards: 0 },
      suspended: false,
      notice: null,
      nonce: sha256Hex(new Uint8Array([lease])).slice(0, 32),
      readyAtUs: null,
      closedAtUs: null,
      coveredSeconds: 0,
      cpuUs: 0,
      memoryPeakMib: 0,
      fundedSeconds,
      seq: 1,
      workloads: [],
    }
    this.leases.set(lease, row)
    return row
  }

  workload(lease: FakeLease, workload: number, spec: Partial<WorkloadSpec>): FakeWorkload {
    const whole: WorkloadSpec = {
      command: ['true'],
      environment: [],
      image: null,
      workingDirectory: null,
      inputs: [],
      outputPath: null,
      ...spec,
    }
    const row: FakeWorkload = {
      workload,
      status: 'queued',
      specDigest: sha256Hex(encode(workloadSpec, whole)),
      stopRequested: null,
      spec: whole,
      reports: [],
      log: { stdout: '', stderr: '' },
      storedLog: null,
      storedOutput: null,
    }
    lease.workloads.push(row)
    return row
  }

  close(lease: FakeLease): void {
    lease.status = 'closed'
    lease.closedAtUs = Date.now() * 1_000
    this.publish()
  }

  /** Sends the list of assignments, as the stream would. */
  publish(): void {
    if (!this.away) this.#events?.onAssignments([...this.leases.values()].map((l) => this.#view(l)))
  }

  /** Asks for nonces from inside, as a prober would. */
  beat(beats: readonly Beat[]): void {
    this.#events?.onBeats(beats)
  }

  /** Somebody looks at these leases, and at no others. */
  watch(leases: readonly number[]): void {
    this.#events?.onWatched(leases)
  }

  /** The daemon's end of the link. */
  link(): ExchangeLink {
    return {
      nowMs: () => Date.now(),
      facts: async () => {
        this.#reach()
        const { publicKey } = this.#exchangeKey
        const meterPeriod = this.reports.length
        return { venue: VENUE, exchangePublicKey: publicKey, node: NODE, meterPeriod }
      },
      attest: async () => this.#reach(),
      reportAbilities: async (abilities) => {
        this.#reach()
        this.abilities = abilities
      },
      claimDevices: async () => this.#reach(),
      commitChallenge: async (challenge, root, work) => {
        this.#reach()
        this.commitments.push({ challenge, root, work })
      },
      answerChallenge: async (challenge, bytes) => {
        this.#reach()
        this.proofs.set(challenge, bytes)
      },
      reportEvaluation: async () => this.#reach(),
      setStatus: async () => this.#reach(),
      setOffer: async () => this.#reach(),
      watch: (events) => {
        this.#events = events
        events.onConnected(true)
        this.publish()
        return () => {
          this.#events = null
        }
      },
      reportReady: async (lease, nonce) => this.#ready(lease, nonce),
      reportProgress: async () => this.#reach(),
      reportStartFailure: async (lease, fault, detail) => {
        this.#reach()
        this.failures.push({ lease, fault, detail })
        this.close(this.#lease(lease))
      },
      reportWorkload: async (report) => this.#workloadReport(report),
      reportMinutes: async (failed) => {
        this.#reach()
        this.minutes.push(failed)
      },
      answerBeat: (beat, nonce) => {
        if (!this.away) this.answers.set(beat, nonce)
        return !this.away
      },
      sendUsage: (lease, usage) => {
        if (!this.away) this.usages.push({ lease, usage })
        return !this.away
      },
      reportMeters: async (report, id) => this.#meters(report, id),
      fetchSpec: async (workload) => {
        this.#reach()
        return encode(workloadSpec, this.#workload(workload).spec)
      },
      fetchInput: (_workload, digest) => this.#input(digest),
      storeLog: async (workload, path) => {
        this.#reach()
        const bytes = new Uint8Array(readFileSync(path))
        this.#workload(workload).storedLog = bytes
        return sha256Hex(bytes)
      },
      storeOutput: async (workload, path) => {
        this.#reach()
        const bytes = new Uint8Array(readFileSync(path))
        this.#workload(workload).storedOutput = bytes
        return sha256Hex(bytes)
      },
      pushLog: (chunk) => this.#pushLog(chunk),
      pushSamples: (_atUs, values) => {
        if (!this.away) this.samples.push(values)
        return !this.away
      },
      beat: () => {},
      path: () => ({ rttUs: Number.NaN, jitterUs: Number.NaN, lossPpm: Number.NaN }),
    }
  }

  #view(lease: FakeLease): Assigned {
    const { fundedSeconds, seq, ...rest } = lease
    const funded = { venue: VENUE, node: NODE, lease: lease.lease, fundedSeconds, seq }
    const fundedSignature = this.#exchangeKey.sign(encode(fundedStatement, funded))
    return { ...rest, funded, fundedSignature, workloads: lease.workloads.map((w) => ({ ...w })) }
  }

  #reach(): void {
    if (this.away) throw new Fault('UNREACHABLE')
  }

  #lease(lease: number): FakeLease {
    const row = this.leases.get(lease)
    if (row === undefined) throw new Refused('NOT_FOUND')
    return row
  }

  #workload(workload: number): FakeWorkload {
    const all = [...this.leases.values()].flatMap((lease) => lease.workloads)
    const row = all.find((each) => each.workload === workload)
    if (row === undefined) throw new Refused('NOT_FOUND')
    return row
  }

  #ready(lease: number, nonce: string): void {
    this.#reach()
    const row = this.#lease(lease)
    const starting: readonly LeaseStatus[] = ['matched', 'starting']
    if (!starting.includes(row.status)) throw new Refused('LEASE_STATE')
    if (row.nonce !== nonce) throw new Refused('NONCE_WRONG')
    row.status = 'delivering'
    row.readyAtUs = Date.now() * 1_000
    this.publish()
  }

  #workloadReport(report: WorkloadReport): void {
    this.#reach()
    const row = this.#workload(report.workload)
    const order = ['queued', 'provisioning', 'running', 'terminating', 'ended']
    const place = (status: string) => (order.includes(status) ? order.indexOf(status) : 4)
    if (place(report.status) <= place(row.status)) throw new Refused('TRANSITION_INVALID')
    row.status = report.status
    row.reports.push(report)
    this.publish()
  }

  #meters(report: MeterReport, id: string): void {
    this.#reach()
    if (this.#ids.has(id)) return
    const expected = this.reports.length + 1
    const bytes = encode(meterStatement, { ...report, venue: VENUE })
    if (report.period !== expected || report.previous !== this.#head) {
      throw new Refused('METER_CHAIN_BROKEN', { expected: String(expected) })
    }
    if (!verifySignature(this.#nodeKey, bytes, report.signature)) throw new Refused('FORBIDDEN')
    for (const reading of report.readings) {
      const row = this.leases.get(reading.lease)
      if (row === undefined) continue
      if (reading.coveredSeconds < row.coveredSeconds || reading.cpuUs < row.cpuUs) {
        throw new Refused('METER_DECREASED', { lease: String(row.lease) })
      }
      row.coveredSeconds = reading.coveredSeconds
      row.cpuUs = reading.cpuUs
      row.memoryPeakMib = reading.memoryPeakMib
      if (reading.final) this.leases.delete(row.lease)
    }
    this.#head = sha256Hex(bytes)
    this.reports.push(report)
    this.#ids.set(id, true)
    this.publish()
    if (this.lostAnswers > 0) {
      this.lostAnswers--
      throw new Fault('STATUS_UNKNOWN')
    }
  }

  async *#input(digest: string): AsyncGenerator<Uint8Array> {
    this.#reach()
    const bytes = this.inputs.get(digest)
    if (bytes === undefined) throw new Refused('NOT_FOUND')
    yield bytes.subarray(0, 3)
    yield bytes.subarray(3)
  }

  #pushLog({ workload, stream, offset, bytes }: LogChunk): boolean {
    if (this.away) return false
    const { log } = this.#workload(workload)
    if (offset !== log[stream].length) {
      const kept = { workload, stream, offset: log[stream].length, full: false }
      queueMicrotask(() => this.#events?.onLogKept(kept))
      return true
    }
    log[stream] += Buffer.from(bytes).toString('latin1')
    return true
  }
}
