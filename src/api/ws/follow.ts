import type { EngineDoor, EventRecord } from '../../messages/index.ts'

const LOOK_AGAIN_MS = 20

/**
 * Gives every event record after `fromSeq`, once and in order: first those in the event log, then
 * the live ones. Resolves with the function that ends it, when it is live. The log may be written a
 * moment after records are published, so what was published before is waited for in the log.
 */
export async function follow(
  door: EngineDoor,
  fromSeq: number,
  onRecord: (record: EventRecord) => void,
): Promise<() => void> {
  const waiting: EventRecord[] = []
  const state = { lastSeq: fromSeq, isLive: false, stopped: false }
  const take = (record: EventRecord): void => {
    if (record.seq <= state.lastSeq || state.stopped) return
    state.lastSeq = record.seq
    onRecord(record)
  }
  const unsubscribe = door.onDurable((records) => {
    if (!state.isLive) return void waiting.push(...records)
    for (const record of records) take(record)
  })
  const publishedSeq = door.durableSeq()
  const stop = (): void => {
    state.stopped = true
    unsubscribe()
  }
  try {
    for (;;) {
      for await (const record of door.events.read(state.lastSeq + 1)) take(record)
      if (state.lastSeq >= publishedSeq || state.stopped) break
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    }
    for (const record of waiting) take(record)
    state.isLive = true
    return stop
  } catch (error) {
    stop()
    throw error
  }
}
