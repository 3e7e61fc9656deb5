/**
 * The buyer's own eye on what it rents: a tiny program beside its own prints a line every ten seconds,
 * each the hash of the one before. A minute in which fewer than half of them came is reported as failed,
 * signed by the buyer's key. The seller could make the lines itself: they show life, not honesty.
 */
import { createHash, randomBytes } from 'node:crypto'
import { SuanError, type Client } from '../../client/index.ts'
import { LogWriter } from './log-writer.ts'

const BEAT_SECONDS = 10
/** Half of the lines of a minute. */
const ENOUGH = 3
const MINUTE_MS = 60_000
const LOOK_MS = 5_000

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Prints the chain of hashes that begins with the seed. */
export function witnessCommand(seed: string): string[] {
  const next = `h=$(printf %s "$h" | sha256sum | cut -c1-64)`
  const script = `h=${seed}; while :; do ${next}; echo "$h"; sleep ${BEAT_SECONDS}; done`
  return ['sh', '-c', script]
}

/** Which minutes had too few lines of the chain. Pure: times and lines are given. */
export class Chain {
  #head: string
  #rest = ''
  /** good lines by the minute in which they came */
  readonly #lines = new Map<number, number>()
  /** the first minute that is not judged */
  #next: number
  /** minutes in which we could not have heard: our own fault, not the seller's */
  readonly #deaf = new Set<number>()

  /** The minute in which the program is started is not watched whole. */
  constructor(seed: string, startMinute: number) {
    this.#head = seed
    this.#next = startMinute + 1
  }

  /** Text of the log that came in this minute since ready. */
  take(text: string, minute: number): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line !== sha256(this.#head)) continue
      this.#head = line
      this.#lines.set(minute, (this.#lines.get(minute) ?? 0) + 1)
    }
  }
  /** The connection was away in this minute. */
  deaf(minute: number): void {
    this.#deaf.add(minute)
  }
  /** The failed minutes among those that are over, each once. */
  over(minute: number): number[] {
    const failed: number[] = []
    for (; this.#next < minute; this.#next++) {
      const count = this.#lines.get(this.#next) ?? 0
      if (count < ENOUGH && !this.#deaf.has(this.#next)) failed.push(this.#next)
      this.#lines.delete(this.#next)
      this.#deaf.delete(this.#next)
    }
    return failed
  }
  get evidence(): string {
    return sha256(this.#head)
  }
}

export interface WitnessRun {
  /** Watches from now on, or goes over to another allocation. */
  readonly begin: (allocationId: string) => void
  /** Watches no more; with `workload` its program is stopped too. */
  readonly end: (stopsProgram: boolean) => Promise<void>
}

/** `note` is told once of what it cannot do: the run goes on without a witness. */
export function witnessOf(client: Client, note: (why: string) => void): WitnessRun {
  let watched: { readonly allocationId: string; readonly watch: Promise<Watch | null> } | null =
    null
  const end = async (stopsProgram: boolean): Promise<void> => {
    const watch = await watched?.watch
    watched = null
    await watch?.end(stopsProgram)
  }
  return {
    begin: (allocationId) => {
      if (watched?.allocationId === allocationId) return
      void end(false)
      const watch = startWatch(client, allocationId).catch((error: unknown) => {
        if (!(error instanceof SuanError)) throw error
        note(error.message)
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

async function startWatch(client: Client, allocationId: string): Promise<Watch | null> {
  // 1. The lease and its clock, by the time of the exchange.
  const params = { allocation_id: allocationId }
  const [allocation, time] = await Promise.all([client.getAllocation({ params }), client.getTime()])
  const [lease] = allocation.leases
  if (lease?.ready_at === undefined || lease.ready_at === null) return null
  const readyMs = Date.parse(lease.ready_at) + Date.now() - Date.parse(time.now)
  const minuteNow = (): number => Math.floor((Date.now() - readyMs) / MINUTE_MS)
  // 2. Its program, and what comes of it.
  const seed = randomBytes(32).toString('hex')
  const chain = new Chain(seed, minuteNow())
  const spec = { command: witnessCommand(seed) }
  const body = { spec, close_allocation: false }
  const { workload } = await client.startWorkload({ params, body })
  let isOpen = true
  const stream = client.openStream({
    onState: (state) => {
      isOpen = state === 'open'
      if (!isOpen) chain.deaf(minuteNow())
    },
  })
  const decoder = new TextDecoder()
  const writer = new LogWriter((name, bytes) => {
    if (name === 'stdout') chain.take(decoder.decode(bytes, { stream: true }), minuteNow())
  })
  stream.subscribe('logs', { workload_id: workload.id }, ({ data }) => writer.write(data))
  // 3. Minutes that are over are reported as they end.
  const report = async (): Promise<void> => {
    if (!isOpen) chain.deaf(minuteNow())
    for (const minute of chain.over(minuteNow())) {
      const minutes = { from_minute: minute, until_minute: minute + 1 }
      const said = { source: 'witness', ...minutes, failure: 'unreachable' } as const
      const { evidence } = chain
      await client.reportMinutes({ params: { lease_id: lease.id }, body: { ...said, evidence } })
    }
  }
  const timer = setInterval(() => {
    // A minute that the exchange does not take is lost: the next one is reported again.
    report().catch((error: unknown) => {
      if (!(error instanceof SuanError)) throw error
    })
  }, LOOK_MS)
  return {
    end: async (stopsProgram) => {
      clearInterval(timer)
      stream.close()
      if (!stopsProgram) return
      const stop = client.stopWorkload({ params: { workload_id: workload.id }, query: {} })
      // It may have ended with its allocation.
      await stop.catch((error: unknown) => {
        if (!(error instanceof SuanError)) throw error
      })
    },
  }
}
