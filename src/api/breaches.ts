import type { EngineDoor, EventKind } from '../messages/index.ts'
import type { Metrics } from './metrics.ts'

const KINDS: ReadonlySet<EventKind> = new Set(['LeaseClosed', 'BreachMinutes'])

/** Counts what falls short of a delivery as it becomes durable. Returns what ends it. */
export function countBreaches(door: EngineDoor, metrics: Metrics): () => void {
  return door.onDurable((records) => {
    for (const { outcome } of records) {
      for (const event of outcome.events) {
        if (event.kind === 'LeaseClosed' && event.fault === 'provider') metrics.breach('lease')
        if (event.kind !== 'BreachMinutes') continue
        const kind = event.excused === null ? 'minute' : 'excused_minute'
        metrics.breach(kind, event.untilMinute - event.fromMinute)
      }
    }
  }, KINDS)
}
