import { setTimeout as sleep } from 'node:timers/promises'
import { mayPass, type Cluster } from './cluster.ts'
import type { ListOf, Manifest, WatchEvent } from './objects.ts'

/** A watch ends by itself after this long and is begun again: a dead connection is found by then. */
const WATCH_SECONDS = 45
const SILENCE_MS = 60_000
const AGAIN_MS = 500

/**
 * One object as it changes, for ever: its state now, then after every change; null once it is gone
 * (or not there yet). It is given again each time that the watch is begun anew, so nothing that
 * happened meanwhile is missed. Errors that may pass are waited out; others are thrown.
 */
export async function* watchOne<T extends Manifest>(
  cluster: Cluster,
  collection: string,
  name: string,
): AsyncGenerator<T | null, never> {
  const query = { fieldSelector: `metadata.name=${name}` }
  for (;;) {
    try {
      const list = await cluster.get<ListOf<T>>(collection, query)
      yield list.items[0] ?? null
      const resourceVersion = list.metadata.resourceVersion ?? ''
      const lines = await cluster.lines(collection, {
        query: {
          ...query,
          watch: 'true',
          resourceVersion,
          timeoutSeconds: String(WATCH_SECONDS),
        },
        timeoutMs: SILENCE_MS,
      })
      for await (const line of lines) {
        const event = JSON.parse(line) as WatchEvent<T>
        // The server forgot our place: begin again from what is there.
        if (event.type === 'ERROR') break
        if (event.type !== 'BOOKMARK') yield event.type === 'DELETED' ? null : event.object
      }
    } catch (error) {
      if (!mayPass(error)) throw error
      await sleep(AGAIN_MS)
    }
  }
}
