/** Offers encoded commands to an engine at a rate, and notes how long each acknowledgement took. */
import { assert } from '../src/kernel/index.ts'
import type { Engine } from '../src/engine/index.ts'
import type { RecordBatch } from '../src/messages/index.ts'

const US_PER_SECOND = 1_000_000
/** a batch holds at most so many commands: what one reader of sockets hands over at a time */
const BATCH = 1_000

/** Commands in their order. */
export interface Offering {
  readonly count: number
  /** `from` to `until`, or as many of them as lie together */
  readonly part: (from: number, until: number) => RecordBatch
}

/** `count` commands of `ring`, whose records are of one size: again from its beginning when it ends. */
export function ringOf(ring: RecordBatch, count: number): Offering {
  const size = ring.bytes.length / ring.count
  assert(Number.isInteger(size), 'records of one size')
  return {
    count,
    part: (from, until) => {
      const at = from % ring.count
      const end = Math.min(ring.count, at + until - from)
      return { count: end - at, bytes: ring.bytes.subarray(at * size, end * size) }
    },
  }
}

export interface Pace {
  /** commands that come first, and how many of them a second */
  readonly leadIn: number
  readonly leadInPerSecond: number
  /** of the others */
  readonly perSecond: number
  /** called when those are due */
  readonly onTimed: () => void
}

export interface Offered {
  /** acknowledgements a second, from the first timed offer to the last answer */
  readonly perSecond: number
  /** milliseconds from the time at which each command after the lead-in was due to be offered */
  readonly tookMs: Float32Array
}

/**
 * Offers commands at a pace. A command is due at its time whether or not those before it were
 * answered, and its time counts from there, so a stall counts for every command that it held up. At
 * low rates the thread sleeps between commands, and since timers are not that exact a command's time
 * counts from when it was offered.
 */
export function offer(
  engine: Pick<Engine, 'submitBatch'>,
  { count, part }: Offering,
  { leadIn, leadInPerSecond, perSecond, onTimed }: Pace,
): Promise<Offered> {
  const tookMs = new Float32Array(count - leadIn)
  const sleeps = perSecond <= 1_000
  return new Promise((resolve, reject) => {
    const startUs = performance.now() * 1_000
    const timedUs = startUs + (leadIn * US_PER_SECOND) / leadInPerSecond
    const dueUs = (n: number): number => timedUs + ((n - leadIn) * US_PER_SECOND) / perSecond
    let offered = 0
    let answered = 0
    /** Offers the first of them; returns how many. */
    const give = (from: number, until: number): number => {
      const batch = part(from, until)
      const end = from + batch.count
      const offeredUs = performance.now() * 1_000
      engine.submitBatch(batch, (result) => {
        if (result instanceof Error) return reject(result)
        const nowUs = performance.now() * 1_000
        for (let n = Math.max(from, leadIn); n < end; n++) {
          tookMs[n - leadIn] = (nowUs - (sleeps ? offeredUs : dueUs(n))) / 1_000
        }
        answered += batch.count
        if (answered < count) return
        const seconds = (nowUs - timedUs) / US_PER_SECOND
        resolve({ perSecond: (count - leadIn) / seconds, tookMs })
      })
      return batch.count
    }
    const turn = (): void => {
      const nowUs = performance.now() * 1_000
      const isLeadIn = offered < leadIn
      const [end, due] = isLeadIn
        ? [leadIn, ((nowUs - startUs) * leadInPerSecond) / US_PER_SECOND]
        : [count, leadIn + 1 + ((nowUs - timedUs) * perSecond) / US_PER_SECOND]
      const until = Math.min(end, Math.floor(due))
      while (offered < until) {
        try {
          offered += give(offered, Math.min(until, offered + BATCH))
        } catch (error) {
          if ((error as { code?: string }).code !== 'RATE_LIMITED') return reject(error)
          // The queue is full: what is due stays due.
          return void setTimeout(turn, 1)
        }
      }
      if (isLeadIn && offered >= leadIn) onTimed()
      if (offered >= count) return
      if (sleeps && !isLeadIn) setTimeout(turn, 1)
      else setImmediate(turn)
    }
    turn()
  })
}
