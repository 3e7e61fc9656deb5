import type { EventRecord } from '../../messages/index.ts'
import { Fault } from '../../messages/index.ts'
import type { Subscription } from './subscription.ts'

interface Watched<T> {
  /** at most one update in so many milliseconds */
  readonly everyMs: number
  /** may these records have changed it? */
  readonly touches: (records: readonly EventRecord[]) => boolean
  readonly load: () => Promise<T>
  /** sends the first state, or what differs from the one before; false when nothing does */
  readonly send: (now: T, before: T | null) => boolean
}

/**
 * Keeps a client up to date with something that can be read at any time: after a change it is read
 * again, at most once in `everyMs`, and later when the client is slow. So updates are conflated and
 * never queued. Resolves after the first state was sent.
 */
export async function watch<T>(subscription: Subscription, it: Watched<T>): Promise<() => void> {
  const { services, outlet } = subscription
  const state = { last: null as T | null, dirty: false, busy: false, closed: false, sentAt: 0 }
  let timer: NodeJS.Timeout | null = null

  const schedule = (): void => {
    if (timer !== null || state.busy || state.closed) return
    const wait = Math.max(0, state.sentAt + it.everyMs - Date.now())
    timer = setTimeout(() => {
      timer = null
      void refresh()
    }, wait)
  }
  const refresh = async (): Promise<void> => {
    if (state.closed || !state.dirty) return
    if (outlet.isSlow()) {
      services.metrics.wsConflated.inc()
      state.sentAt = Date.now()
      return schedule()
    }
    state.busy = true
    state.dirty = false
    state.sentAt = Date.now()
    try {
      const now = await it.load()
      if (!state.closed && it.send(now, state.last)) state.last = now
    } catch (error) {
      // A rebuild of the read models passes: the next look will see the same or more.
      if (!(error instanceof Fault)) throw error
      state.dirty = true
    } finally {
      state.busy = false
    }
    if (state.dirty) schedule()
  }
  const unsubscribe = services.door.onDurable((records) => {
    if (!it.touches(records)) return
    state.dirty = true
    schedule()
  })
  const close = (): void => {
    state.closed = true
    unsubscribe()
    if (timer !== null) clearTimeout(timer)
  }
  try {
    state.busy = true
    const first = await it.load()
    it.send(first, null)
    state.last = first
  } catch (error) {
    close()
    throw error
  } finally {
    state.busy = false
  }
  if (state.dirty) schedule()
  return close
}

/** Does any event of the records satisfy `test`? */
export function anyEvent(
  test: (event: EventRecord['outcome']['events'][number]) => boolean,
): (records: readonly EventRecord[]) => boolean {
  return (records) => records.some((record) => record.outcome.events.some(test))
}
