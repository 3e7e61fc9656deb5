/**
 * The exchange's own prober: a user of the public API with the key of an assessor. Every ten seconds
 * it has a nonce given back from inside every lease that promises something; a minute in which half
 * of them did not come back is reported as failed.
 */
import { createHash, randomBytes } from 'node:crypto'
import { createClient, SuanError, type Client } from '../../client/index.ts'
import { parseTime } from '../../kernel/index.ts'
import type { MinuteFailure } from '../../messages/index.ts'
import type { Probe } from '../../wire/index.ts'

const ROUND_MS = 10_000
/** leases in one request */
const AT_ONCE = 1_000
/** An answer that takes longer is no life. */
const SLOW_MS = 4_500
/** Half of the beats of a minute. */
const FAILED_BEATS = 3
const MINUTE_MS = 60_000
/** Refusals after which a report of that minute is of no use. */
const POINTLESS = new Set(['VOTE_LATE', 'SLA_UNKNOWN', 'NOT_FOUND', 'LEASE_STATE'])

interface Minute {
  readonly minute: number
  readonly seen: string[]
  readonly failures: MinuteFailure[]
}
interface Report {
  readonly lease_id: string
  readonly minute: number
  readonly failure: MinuteFailure
  readonly evidence: string
}

export interface Prober {
  readonly stop: () => Promise<void>
}

/** `note` is told of what could not be done; it goes on with the next round. */
export function startProber(options: {
  readonly url: string
  /** of a key of an assessor with scope evaluate */
  readonly token: string | null
  readonly note: (what: string, facts: Readonly<Record<string, string | number>>) => void
}): Prober {
  const client = createClient({ baseUrl: options.url, token: options.token, retries: 0 })
  const rounds = new Rounds(client, options.note)
  let current: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    current = rounds.next(Date.now())
  }, ROUND_MS)
  return {
    stop: async () => {
      clearInterval(timer)
      await current
    },
  }
}

class Rounds {
  readonly #client: Client
  readonly #note: Parameters<typeof startProber>[0]['note']
  readonly #minutes = new Map<string, Minute>()
  #unsent: Report[] = []
  #busy = false

  constructor(client: Client, note: Parameters<typeof startProber>[0]['note']) {
    this.#client = client
    this.#note = note
  }

  /** One beat for every lease; one round at a time. */
  async next(nowMs: number): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    try {
      // 1. Who is to be asked. A lease that has ended is forgotten.
      const { data: probes } = await this.#client.listProbes()
      const ids = new Set(probes.map((probe) => probe.lease_id))
      for (const id of this.#minutes.keys()) if (!ids.has(id)) this.#minutes.delete(id)
      // 2. Ask, and count in the minute in which it was asked.
      for (let at = 0; at < probes.length; at += AT_ONCE) {
        await this.#beat(probes.slice(at, at + AT_ONCE), nowMs)
      }
      // 3. Report the minutes that are over.
      await this.#send()
    } catch (error) {
      if (!(error instanceof SuanError)) throw error
      this.#note('probing failed', { code: error.code })
    } finally {
      this.#busy = false
    }
  }

  async #beat(probes: readonly Probe[], nowMs: number): Promise<void> {
    const nonces = probes.map((probe) => ({
      lease_id: probe.lease_id,
      nonce: randomBytes(16).toString('hex'),
    }))
    const { data } = await this.#client.beat({ body: { beats: nonces } })
    for (const [at, probe] of probes.entries()) {
      const answer = data[at]
      const nonce = nonces[at]?.nonce ?? ''
      const failure = failureOf(nonce, answer?.answer ?? null, answer?.ms ?? 0)
      this.#count(probe, nowMs, `${nonce} ${answer?.answer ?? '-'} ${nowMs}`, failure)
    }
  }

  #count(probe: Probe, nowMs: number, seen: string, failure: MinuteFailure | null): void {
    const readyMs = (parseTime(probe.ready_at) ?? 0) / 1_000
    const minute = Math.max(0, Math.floor((nowMs - readyMs) / MINUTE_MS))
    const before = this.#minutes.get(probe.lease_id)
    if (before !== undefined && before.minute !== minute) this.#over(probe.lease_id, before)
    const now = before?.minute === minute ? before : { minute, seen: [], failures: [] }
    this.#minutes.set(probe.lease_id, now)
    now.seen.push(seen)
    if (failure !== null) now.failures.push(failure)
  }

  #over(lease_id: string, { minute, seen, failures }: Minute): void {
    const failure = failures.at(-1)
    if (failure === undefined || failures.length < FAILED_BEATS) return
    const evidence = createHash('sha256').update(seen.join('\n')).digest('hex')
    this.#unsent.push({ lease_id, minute, failure, evidence })
  }

  /** What cannot be sent now is sent with the next round. */
  async #send(): Promise<void> {
    const unsent = this.#unsent
    this.#unsent = []
    for (const [at, report] of unsent.entries()) {
      const { lease_id, minute, failure, evidence } = report
      const minutes = { from_minute: minute, until_minute: minute + 1 }
      try {
        const body = { source: 'prober', ...minutes, failure, evidence } as const
        await this.#client.reportMinutes({ params: { lease_id }, body })
      } catch (error) {
        if (!(error instanceof SuanError)) throw error
        if (POINTLESS.has(error.code)) continue
        this.#unsent.push(...unsent.slice(at))
        throw error
      }
    }
  }
}

function failureOf(nonce: string, answer: string | null, ms: number): MinuteFailure | null {
  if (answer === null) return 'unreachable'
  if (answer !== nonce) return 'wrong_nonce'
  return ms > SLOW_MS ? 'slow' : null
}
