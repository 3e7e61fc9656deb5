import type { EngineDoor, Event, EventKind } from '../messages/index.ts'
import type { BreachKind, Metrics } from './metrics.ts'

const KINDS: ReadonlySet<EventKind> = new Set(['LeaseClosed'])

/** Counts what falls short of a delivery as it becomes durable. Returns what ends it. */
export function countBreaches(door: EngineDoor, metrics: Metrics): () => void {
  return door.onDurable((records) => {
    for (const { outcome } of records) {
      for (const event of outcome.events) {
        const kind = breachOf(event)
        if (kind !== null) metrics.breach(kind)
      }
    }
  }, KINDS)
}

/** The kind of breach that an event is; null when it is none. */
function breachOf(event: Event): BreachKind | null {
  return event.kind === 'LeaseClosed' && event.fault === 'provider' ? 'lease' : null
}
