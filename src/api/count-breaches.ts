import type { EngineDoor, EventKind } from '../messages/index.ts'
import type { Metrics } from './metrics.ts'

const KINDS: ReadonlySet<EventKind> = new Set(['BreachMinutes'])

/** Counts failed minutes as they become durable; the answer ends it. */
export function countBreaches(door: EngineDoor, metrics: Metrics): () => void {
  return door.onDurable((records) => {
    for (const { outcome } of records) {
      for (const event of outcome.events) {
        if (event.kind !== 'BreachMinutes') continue
        metrics.breach(event.untilMinute - event.fromMinute, event.excused)
      }
    }
  }, KINDS)
}
