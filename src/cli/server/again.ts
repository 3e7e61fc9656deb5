import { setTimeout as sleep } from 'node:timers/promises'
import { SuanError } from '../../client/index.ts'
import { Fault } from '../../messages/index.ts'

/** A line of a daemon's log. */
export type Note = (what: string, facts?: Readonly<Record<string, string | number>>) => void

const AGAIN_MS = 2_000

/** Tries until the exchange answers; a refusal is final. */
export async function again<T>(note: Note, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const passes =
        (error instanceof Fault && error.retryable) ||
        (error instanceof SuanError && (error.retryable || error.status === 0))
      if (!passes) throw error
      note('waiting for the exchange', { why: String(error) })
      await sleep(AGAIN_MS)
    }
  }
}
