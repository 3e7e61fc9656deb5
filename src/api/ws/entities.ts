import { Fault, type Event, type EventRecord } from '../../messages/index.ts'
import type { Channel, ChannelData } from '../../wire/index.ts'
import { follow } from './follow.ts'
import type { Subscription } from './subscription.ts'

/** Beyond so many commands behind, a fresh snapshot is cheaper than a replay. */
const REPLAY_SEQS = 100_000
const GATHER_MS = 20
const FOREIGN_KEPT = 100_000
/** things that a client which reads slowly may have to hear of */
const TOUCHED_MAX = 100_000

/** One kind of thing of an account, by number. */
interface Entities<T> {
  readonly account: number
  /** whose it is, where the event says so */
  readonly ownerOf: (event: Event) => number | null
  /** the number that an event is about; null when it is not about this kind */
  readonly numberOf: (event: Event) => number | null
  /** the thing as it is now, in its API form; null when it is not of the account */
  readonly load: (number: number) => Promise<T | null>
  /** all things that are open now */
  readonly open: () => Promise<T[]>
}

/**
 * A private channel of whole objects: the open ones first, then each again whenever an event touches
 * it. With resume_from, what was touched since is sent instead of a snapshot: in its present state,
 * so nothing is missed though steps in between are merged.
 */
export async function entities<T>(
  subscription: Subscription,
  it: Entities<T>,
): Promise<() => void> {
  const { services, op, outlet } = subscription
  const nowSeq = services.door.durableSeq()
  const asked = op.resume_from ?? null
  const isReplay = asked !== null && asked <= nowSeq && nowSeq - asked <= REPLAY_SEQS
  // Numbers of others: learnt from the events that open them, else by one look-up each.
  const foreign = new Set<number>()
  const touched = new Set<number>()
  const state = { seq: isReplay ? asked : nowSeq, closed: false, live: false }
  let timer: NodeJS.Timeout | null = null
  let sending: Promise<void> = Promise.resolve()

  const flush = async (): Promise<void> => {
    const numbers = [...touched]
    touched.clear()
    const { seq } = state
    const found: T[] = []
    for (const number of numbers) {
      const one = await it.load(number)
      if (one === null) remember(foreign, number)
      else found.push(one)
    }
    if (found.length === 0 || state.closed) return
    subscription.update(seq, found as ChannelData[Channel])
  }
  const flushSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = null
      if (outlet.isSlow()) {
        // Steps in between are merged, so what waits is bounded by what there is.
        services.metrics.wsConflated.inc()
        if (touched.size > TOUCHED_MAX) outlet.giveUp()
        else flushSoon()
        return
      }
      sending = sending.then(flush).catch((error: unknown) => {
        // The engine is stopping: the client will resume from what it saw.
        if (!(error instanceof Fault)) throw error
      })
    }, GATHER_MS)
  }
  const onRecord = (record: EventRecord): void => {
    state.seq = record.seq
    for (const event of record.outcome.events) {
      const number = it.numberOf(event)
      if (number === null || foreign.has(number)) continue
      const owner = it.ownerOf(event)
      if (owner === null || owner === it.account) touched.add(number)
      else remember(foreign, number)
    }
    if (touched.size > 0 && state.live) flushSoon()
  }

  if (!isReplay) subscription.snapshot(nowSeq, (await it.open()) as ChannelData[Channel])
  const stop = await follow(services.door, state.seq, onRecord)
  if (touched.size > 0) await flush()
  state.live = true
  return () => {
    state.closed = true
    if (timer !== null) clearTimeout(timer)
    stop()
  }
}

/** Forgets all when there are too many: then each costs a look-up once more. */
function remember(foreign: Set<number>, number: number): void {
  if (foreign.size >= FOREIGN_KEPT) foreign.clear()
  foreign.add(number)
}
