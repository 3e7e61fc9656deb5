/** Follows the journal of a running exchange, and becomes its engine when its leader is gone. */
import { Fault, type CommandLog } from '../messages/index.ts'
import type { FollowerLog, Liveness } from '../journal/index.ts'
import { systemClock, type Clock } from './clock.ts'
import { recover, replayBatch, type RecoverParts, type Warm } from './recover.ts'
import { Replay } from './replay.ts'
import { checkKey } from './start-engine.ts'
import type { Signer } from './signer.ts'

/** without news of an append the journal and its leader are looked at this often */
const LOOK_MS = 250

export interface StandbyOptions extends Omit<RecoverParts, 'log' | 'warm'> {
  readonly log: FollowerLog
  readonly liveness: Pick<Liveness, 'touch'>
  readonly signer: Pick<Signer, 'publicKey'>
  /** Becomes the one writer of the journal. Throws Fault JOURNAL_LED when another was first. */
  readonly promote: () => Promise<CommandLog>
  /** Hears what went wrong and is tried again, the first time of each stretch. */
  readonly onTrouble: (fault: Fault) => void
  readonly clock?: Clock
}

/** What `startEngine` needs to go on where the standby was. */
export interface Promoted {
  readonly log: CommandLog
  readonly warm: Warm
}

export interface Standby {
  /** seq of the last record applied */
  readonly seq: () => number
  /**
   * Resolves when this standby has become the writer, with null once it was stopped. Rejects with
   * what ends it: WRONG_KEY, JOURNAL_SHORT, JOURNAL_CORRUPT, JOURNAL_FORKED, REPLAY_MISMATCH, JOURNAL_UNSAFE,
   * JOURNAL_UNKNOWN.
   */
  readonly promoted: Promise<Promoted | null>
  readonly stop: () => void
}

/** Begins to follow. Only what is certain to survive a failover of the database is applied. */
export function startStandby(options: StandbyOptions): Standby {
  const follower = new Follower(options)
  return { seq: () => follower.seq, promoted: follower.run(), stop: () => follower.stop() }
}

class Follower {
  readonly #options: StandbyOptions
  readonly #clock: Clock
  #warm: Warm | null = null
  #isStopped = false
  #isTroubled = false

  constructor(options: StandbyOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  get seq(): number {
    return this.#warm?.seq ?? 0
  }

  stop(): void {
    this.#isStopped = true
  }

  async run(): Promise<Promoted | null> {
    const { log, signer } = this.#options
    await checkKey(log, signer, { exchangePublicKey: signer.publicKey })
    const recovered = await recover(this.#options)
    this.#warm = { ...recovered, seq: log.lastSeq, headHash: log.headHash }
    while (!this.#isStopped) {
      const promoted = await this.#step(this.#warm).catch((error: unknown) => this.#bear(error))
      if (promoted !== null) return promoted
      await log.changed(LOOK_MS)
    }
    return null
  }

  async #step(warm: Warm): Promise<Promoted | null> {
    const { log, liveness, promote } = this.#options
    const { hasLeader } = await log.refresh()
    // The next leader counts the gap from here, however quiet the exchange was.
    if (hasLeader) liveness.touch(this.#clock.nowUs())
    const next = await this.#apply(warm)
    const promoted = hasLeader ? null : { log: await promote(), warm: next }
    this.#isTroubled = false
    return promoted
  }

  async #apply(warm: Warm): Promise<Warm> {
    const { log, events } = this.#options
    const replay = new Replay(warm.machine)
    let latest = warm
    for await (const { firstSeq, records, headHash } of log.read(warm.seq + 1)) {
      replayBatch(this.#options, replay, firstSeq, records, latest.seq)
      const seq = firstSeq + records.count - 1
      latest = { ...latest, seq, headHash, lastTimeUs: replay.timeUs }
      this.#warm = latest
    }
    if (latest !== warm) await events.flush()
    return latest
  }

  /** The database may be away for a while, or another standby was quicker. */
  #bear(error: unknown): null {
    if (!(error instanceof Fault) || !error.retryable) throw error
    if (error.code === 'JOURNAL_LED') return null
    if (!this.#isTroubled) this.#options.onTrouble(error)
    this.#isTroubled = true
    return null
  }
}
