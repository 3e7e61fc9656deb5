/**
 * The buyer's own eye on what it rents: a tiny program beside its own prints a line every ten seconds,
 * each the hash of the one before. A minute in which fewer than half of them came is reported as
 * failed, and how many seconds they prove is reported as the buyer's own meter, by the buyer's key.
 */
import { randomBytes } from 'node:crypto'
import { SuanError, type Client } from '../../client/index.ts'
import type { Lease } from '../../wire/index.ts'
import { LogWriter } from './log-writer.ts'
import { Chain, witnessCommand } from './witness-chain.ts'
import type { WitnessFile } from './witness-state.ts'

const MINUTE_MS = 60_000
const LOOK_MS = 5_000
/** The count is told every so many looks, and at the end. */
const LOOKS_A_READING = 6
/** More lines than fit an object: months of them. */
const EVIDENCE_BYTES = 32 * 1024 * 1024

export interface WitnessRun {
  /** Watches from now on, or goes over to another allocation. */
  readonly begin: (allocationId: string) => void
  /** Watches no more; with `stopsProgram` its program is stopped too. */
  readonly end: (stopsProgram: boolean) => Promise<void>
}
export interface WitnessHost {
  readonly client: Client
  /** told once of what it cannot do: the run goes on without a witness */
  readonly note: (why: string) => void
  readonly fileOf: (leaseId: string) => WitnessFile
}

export function witnessOf(host: WitnessHost): WitnessRun {
  let watched: { readonly allocationId: string; readonly watch: Promise<Watch | null> } | null =
    null
  const end = async (stopsProgram: boolean): Promise<void> => {
    const ending = watched
    // At once: another one may begin while this one ends.
    watched = null
    const watch = await ending?.watch
    await watch?.end(stopsProgram)
  }
  return {
    begin: (allocationId) => {
      if (watched?.allocationId === allocationId) return
      void end(false)
      const watch = startWatch(host, allocationId).catch((error: unknown) => {
        if (!(error instanceof SuanError)) throw error
        host.note(error.message)
        return null
      })
      watched = { allocationId, watch }
    },
    end,
  }
}

interface Watch {
  readonly end: (stopsProgram: boolean) => Promise<void>
}

async function startWatch(host: WitnessHost, allocationId: string): Promise<Watch | null> {
  const { client } = host
  // 1. The lease and its clock, by the time of the exchange.
  const params = { allocation_id: allocationId }
  const [allocation, time] = await Promise.all([client.getAllocation({ params }), client.getTime()])
  const [lease] = allocation.leases
  if (lease?.ready_at === undefined || lease.ready_at === null) return null
  const readyMs = Date.parse(lease.ready_at) + Date.now() - Date.parse(time.now)
  // 2. Its program: the one that an earlier run started, or a new one.
  const file = host.fileOf(lease.id)
  const known = await stillRunning(client, file)
  const seed = known?.seed ?? randomBytes(32).toString('hex')
  const workloadId = known?.workloadId ?? (await startProgram(client, allocationId, seed))
  file.write({ workloadId, seed, baseSeconds: known?.baseSeconds ?? null })
  // 3. What comes of it, and what is told of that.
  const { meter } = await client.getBuyerMeter({ params: { lease_id: lease.id } })
  const missingSeconds = meter === null ? 0 : meter.heard_seconds - meter.said_seconds
  const before = { baseSeconds: known?.baseSeconds ?? null, missingSeconds }
  const chain = new Chain(seed, minuteOf(readyMs), before)
  return new LeaseWatch({ client, lease, readyMs, workloadId, seed, chain, file })
}

async function startProgram(client: Client, allocation_id: string, seed: string): Promise<string> {
  const body = { spec: { command: witnessCommand(seed) }, close_allocation: false }
  return (await client.startWorkload({ params: { allocation_id }, body })).workload.id
}

async function stillRunning(client: Client, file: WitnessFile) {
  const state = file.read()
  if (state === null) return null
  const params = { workload_id: state.workloadId }
  const workload = await client.getWorkload({ params }).catch(ignored)
  return workload?.status === 'running' ? state : null
}

const minuteOf = (readyMs: number): number => Math.floor((Date.now() - readyMs) / MINUTE_MS)

/** What the exchange does not take is said again with the next look, or is of no use any more. */
function ignored(error: unknown): undefined {
  if (!(error instanceof SuanError)) throw error
}

interface Watched {
  readonly client: Client
  readonly lease: Lease
  readonly readyMs: number
  readonly workloadId: string
  readonly seed: string
  readonly chain: Chain
  readonly file: WitnessFile
}

class LeaseWatch implements Watch {
  readonly #of: Watched
  readonly #stream: ReturnType<Client['openStream']>
  readonly #timer: NodeJS.Timeout
  #isOpen = true
  #isBaseKept: boolean
  #looks = 0

  constructor(of: Watched) {
    this.#of = of
    this.#isBaseKept = of.chain.baseSeconds !== null
    this.#stream = of.client.openStream({
      onState: (state) => {
        this.#isOpen = state === 'open'
        if (!this.#isOpen) of.chain.deaf(minuteOf(of.readyMs))
      },
    })
    const decoder = new TextDecoder()
    const writer = new LogWriter((name, bytes) => {
      if (name === 'stdout') this.#take(decoder.decode(bytes, { stream: true }))
    })
    const channel = { workload_id: of.workloadId }
    this.#stream.subscribe('logs', channel, ({ data }) => writer.write(data))
    this.#timer = setInterval(() => void this.#look().catch(ignored), LOOK_MS)
  }

  async end(stopsProgram: boolean): Promise<void> {
    clearInterval(this.#timer)
    const { client, chain, file, workloadId } = this.#of
    const { kept } = chain
    await this.#count().catch(ignored)
    this.#stream.close()
    // The lines themselves, for those who look into a dispute.
    const bytes = new TextEncoder().encode(kept)
    if (bytes.length > 0 && bytes.length <= EVIDENCE_BYTES) {
      await client.putObject({ body: bytes }).catch(ignored)
    }
    if (!stopsProgram) return
    file.forget()
    const params = { workload_id: workloadId }
    // It may have ended with its allocation.
    await client.stopWorkload({ params, query: {} }).catch(ignored)
  }

  #take(text: string): void {
    const { chain, file, workloadId, seed, readyMs } = this.#of
    chain.take(text, { minute: minuteOf(readyMs), clockSeconds: this.#clockSeconds() })
    if (this.#isBaseKept || chain.baseSeconds === null) return
    file.write({ workloadId, seed, baseSeconds: chain.baseSeconds })
    this.#isBaseKept = true
  }

  /** Minutes that are over are reported as they end, and now and then how many seconds there were. */
  async #look(): Promise<void> {
    const { client, lease, chain, readyMs } = this.#of
    this.#looks += 1
    if (this.#looks % LOOKS_A_READING === 0) await this.#count().catch(ignored)
    if (!this.#isOpen) chain.deaf(minuteOf(readyMs))
    for (const minute of chain.over(minuteOf(readyMs))) {
      const minutes = { from_minute: minute, until_minute: minute + 1 }
      const said = { source: 'witness', ...minutes, failure: 'unreachable' } as const
      const { evidence } = chain
      await client.reportMinutes({ params: { lease_id: lease.id }, body: { ...said, evidence } })
    }
  }

  /** Who cannot hear says nothing: what is not said is not contested. */
  async #count(): Promise<void> {
    const { client, lease, chain } = this.#of
    const seconds = chain.counted(this.#clockSeconds())
    if (!this.#isOpen || seconds === null) return
    const body = { covered_seconds: seconds, evidence: chain.evidence }
    await client.reportBuyerMeter({ params: { lease_id: lease.id }, body })
  }

  #clockSeconds(): number {
    return Math.max(0, Math.floor((Date.now() - this.#of.readyMs) / 1_000))
  }
}
