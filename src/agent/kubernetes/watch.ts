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
): AsyncGenerator<T | null> {
  const query = { fieldSelector: `metadata.name=${name}` }
  for await (const seen of watch<T>(cluster, collection, query)) {
    if ('items' in seen) yield seen.items[0] ?? null
    else yield seen.type === 'DELETED' ? null : seen.object
  }
}

/** The same for all objects that a selector matches, by name; the map is a new one each time. */
export async function* watchAll<T extends Manifest>(
  cluster: Cluster,
  collection: string,
  query: Readonly<Record<string, string>>,
): AsyncGenerator<ReadonlyMap<string, T>> {
  let known = new Map<string, T>()
  for await (const seen of watch<T>(cluster, collection, query)) {
    if ('items' in seen) {
      known = new Map(seen.items.map((each) => [each.metadata.name, each]))
    } else {
      known = new Map(known)
      // One that matches no more is told as deleted too.
      if (seen.type === 'DELETED') known.delete(seen.object.metadata.name)
      else known.set(seen.object.metadata.name, seen.object)
    }
    yield known
  }
}

/** 1 list, 2 every change since, and from the beginning whenever that breaks off. */
async function* watch<T extends Manifest>(
  cluster: Cluster,
  collection: string,
  query: Readonly<Record<string, string>>,
): AsyncGenerator<ListOf<T> | WatchEvent<T>, never> {
  for (;;) {
    try {
      const list = await cluster.get<ListOf<T>>(collection, query)
      yield list
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
        if (event.type !== 'BOOKMARK') yield event
      }
    } catch (error) {
      if (!mayPass(error)) throw error
      await sleep(AGAIN_MS)
    }
  }
}
