import type { EngineDoor, EventRecord } from '../../messages/index.ts'

const LOOK_AGAIN_MS = 20
/** Live records kept while older ones are read. When there are more they are read from the log too. */
const KEPT_MAX = 10_000

/**
 * Gives every event record after `fromSeq`, once and in order: first those in the event log, then
 * the live ones. Resolves with the function that ends it, when it is live. The log may be written a
 * moment after records are published, so what was published before is waited for in the log.
 */
export async function follow(
  door: Pick<EngineDoor, 'onDurable' | 'durableSeq' | 'events'>,
  fromSeq: number,
  onRecord: (record: EventRecord) => void,
): Promise<() => void> {
  let kept: EventRecord[] = []
  const state = { lastSeq: fromSeq, isLive: false, stopped: false, missed: false }
  const take = (record: EventRecord): void => {
    if (record.seq <= state.lastSeq || state.stopped) return
    state.lastSeq = record.seq
    onRecord(record)
  }
  const keep = (records: readonly EventRecord[]): void => {
    if (state.missed) return
    if (kept.length + records.length > KEPT_MAX) {
      kept = []
      state.missed = true
    } else kept = kept.concat(records)
  }
  const unsubscribe = door.onDurable((records) => {
    if (!state.isLive) return keep(records)
    for (const record of records) take(record)
  })
  const stop = (): void => {
    state.stopped = true
    unsubscribe()
  }
  try {
    do {
      kept = []
      state.missed = false
      await readTo(door.durableSeq())
    } while (state.missed && !state.stopped)
    for (const record of kept) take(record)
    kept = []
    state.isLive = true
    return stop
  } catch (error) {
    stop()
    throw error
  }

  async function readTo(publishedSeq: number): Promise<void> {
    for (;;) {
      for await (const record of door.events.read(state.lastSeq + 1)) {
        if (state.stopped) return
        take(record)
      }
      if (state.lastSeq >= publishedSeq || state.stopped) return
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    }
  }
}
