/**
 * An assessor that goes on by itself: a user of the public API with the key of one. At random times it
 * has unsold nodes prove what they compute and hold, has witnesses run inside leases, and challenges
 * all unsold nodes of a provider in one instant.
 */
import { randomInt } from 'node:crypto'
import { createClient, SuanError, type Client } from '../../client/index.ts'
import type { ChallengeTarget } from '../../wire/index.ts'
import { conduct, type Conducted } from '../assess/conduct.ts'
import { newTask, SMALL, type Sizes } from '../assess/task.ts'
import { VerifierThread } from '../assess/verifier-thread.ts'

const LOOK_MS = 10_000
const CHANCE = 1_000_000

/** How much is asked, and how often on average; null is never. Times are drawn: nobody can wait for one. */
export interface AssessorPlan {
  readonly sizes: Sizes
  /** of a node that nobody has bought */
  readonly challengeSeconds: number
  /** of a lease; the exchange takes one an hour at most */
  readonly witnessSeconds: number
  /** of a provider */
  readonly auditSeconds: number | null
  readonly auditSizes: Sizes
}

const HOUR = 3_600
/** A laptop is asked for a second of its time once a day, and half a second of a lease every six hours. */
export const SANDBOX_PLAN: AssessorPlan = {
  sizes: SMALL,
  challengeSeconds: 24 * HOUR,
  witnessSeconds: 6 * HOUR,
  auditSeconds: null,
  auditSizes: SMALL,
}

export interface AssessorService {
  readonly stop: () => Promise<void>
}
type Note = (what: string, facts: Readonly<Record<string, string | number>>) => void

/** `note` is told of verdicts and of what could not be done; it goes on with the next look. */
export function startAssessor(options: {
  readonly url: string
  /** of a key of an assessor with scope evaluate */
  readonly token: string | null
  readonly plan: AssessorPlan
  readonly note: Note
  /** between two looks; ten seconds when absent */
  readonly lookMs?: number
}): AssessorService {
  const client = createClient({ baseUrl: options.url, token: options.token, retries: 0 })
  const { plan, note, lookMs = LOOK_MS } = options
  const rounds = new Assessments(client, plan, note, lookMs)
  const timer = setInterval(() => void rounds.look(), lookMs)
  return {
    stop: async () => {
      clearInterval(timer)
      await rounds.close()
    },
  }
}

class Assessments {
  readonly #client: Client
  readonly #plan: AssessorPlan
  readonly #note: Note
  readonly #verifier = new VerifierThread()
  readonly #lookMs: number
  #isClosed = false

  constructor(client: Client, plan: AssessorPlan, note: Note, lookMs: number) {
    this.#lookMs = lookMs
    this.#client = client
    this.#plan = plan
    this.#note = note
  }

  /** Draws for each node, lease and provider whether its turn is now. */
  async look(): Promise<void> {
    const { challengeSeconds, witnessSeconds, auditSeconds } = this.#plan
    await this.#guard('no targets', async () => {
      const { data } = await this.#client.listChallengeTargets()
      const providers = new Set(data.map(({ account_id }) => account_id))
      for (const account of auditSeconds === null ? [] : providers) {
        if (this.#isDrawn(auditSeconds ?? 0)) void this.#audit(account, data)
      }
      for (const target of data) {
        const isFree = target.unsold && !target.busy
        if (isFree && this.#isDrawn(challengeSeconds)) void this.#challenge(target)
        if (!target.witness || target.int_nt_ops_per_s === 0) continue
        for (const { lease_id } of target.leases) {
          if (this.#isDrawn(witnessSeconds)) void this.#witness(target, lease_id)
        }
      }
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#verifier.close()
  }

  async #challenge(target: ChallengeTarget): Promise<void> {
    await this.#guard('not challenged', async () => {
      const proof = randomInt(2) === 0 ? 'matrix' : 'memory'
      const { node_id } = target
      const body = { node_id, ...newTask(proof, this.#plan.sizes, target) }
      const { challenge } = await this.#client.openChallenge({ body })
      this.#tell(await conduct(this.#assessor, challenge, target))
    })
  }

  async #witness(target: ChallengeTarget, lease_id: string): Promise<void> {
    await this.#guard('not witnessed', async () => {
      const { node_id } = target
      const body = { node_id, lease_id, ...newTask('witness', this.#plan.sizes) }
      const { challenge } = await this.#client.openChallenge({ body })
      this.#tell(await conduct(this.#assessor, challenge, target))
    })
  }

  async #audit(account_id: string, targets: readonly ChallengeTarget[]): Promise<void> {
    await this.#guard('not audited', async () => {
      const proof = randomInt(2) === 0 ? 'matrix' : 'memory'
      const slowest = targets
        .filter((one) => one.account_id === account_id)
        .toSorted((a, b) => a.matmul_int8_nt_mops - b.matmul_int8_nt_mops)[0]
      const body = { account_id, ...newTask(proof, this.#plan.auditSizes, slowest) }
      const { challenges } = await this.#client.openAudit({ body })
      await Promise.all(
        challenges.map((challenge) =>
          this.#guard('not audited', async () => {
            const target = targets.find((one) => one.node_id === challenge.node_id)
            if (target !== undefined) {
              this.#tell(await conduct(this.#assessor, challenge, target))
            }
          }),
        ),
      )
    })
  }

  get #assessor() {
    return { client: this.#client, verifier: this.#verifier }
  }

  #tell({ challenge, fault }: Conducted): void {
    const { id, node_id, proof, end, measured, contract } = challenge
    const facts = { id, node: node_id, proof, end: end ?? '', measured, contract }
    this.#note('challenge is over', { ...facts, fault: fault ?? '' })
  }

  /** A refusal is one node's; what passes is tried again when it is drawn again. */
  async #guard(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof SuanError)) throw error
      if (!this.#isClosed) this.#note(what, { code: error.code, ...error.facts })
    }
  }

  /** Once in `seconds` on average, of looks that are so far apart. */
  #isDrawn(seconds: number): boolean {
    return randomInt(CHANCE) < (CHANCE * this.#lookMs) / 1_000 / seconds
  }
}
