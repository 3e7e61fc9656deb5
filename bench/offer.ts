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

export interface Offered {
  /** acknowledgements a second, from the first offer to the last answer */
  readonly perSecond: number
  /** milliseconds from the time at which each command was due to be offered */
  readonly tookMs: Float32Array
}

/**
 * Offers commands at `perSecond`. A command is due at its time whether or not those before it were
 * answered, and its time counts from there, so a stall counts for every command that it held up. At
 * low rates the thread sleeps between commands, and since timers are not that exact a command's time
 * counts from when it was offered.
 */
export function offer(
  engine: Pick<Engine, 'submitBatch'>,
  { count, part }: Offering,
  perSecond: number,
): Promise<Offered> {
  const tookMs = new Float32Array(count)
  const sleeps = perSecond <= 1_000
  return new Promise((resolve, reject) => {
    const startUs = performance.now() * 1_000
    const dueUs = (n: number): number => startUs + (n * US_PER_SECOND) / perSecond
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
        for (let n = from; n < end; n++) {
          tookMs[n] = (nowUs - (sleeps ? offeredUs : dueUs(n))) / 1_000
        }
        answered += batch.count
        if (answered < count) return
        const seconds = (nowUs - startUs) / US_PER_SECOND
        resolve({ perSecond: count / seconds, tookMs })
      })
      return batch.count
    }
    const turn = (): void => {
      const passedUs = performance.now() * 1_000 - startUs
      const due = Math.min(count, 1 + Math.floor((passedUs * perSecond) / US_PER_SECOND))
      while (offered < due) {
        try {
          offered += give(offered, Math.min(due, offered + BATCH))
        } catch (error) {
          if ((error as { code?: string }).code !== 'RATE_LIMITED') return reject(error)
          // The queue is full: what is due stays due.
          return void setTimeout(turn, 1)
        }
      }
      if (offered >= count) return
      if (sleeps) setTimeout(turn, 1)
      else setImmediate(turn)
    }
    turn()
  })
}
