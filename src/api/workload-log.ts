/** A workload's log: the stored object once it has ended, what its daemon sent until then. */
import type { WorkloadView } from '../messages/index.ts'
import { unpackLog, type LogStream } from '../wire/index.ts'
import { tailOf } from './log-tail.ts'
import { openObject } from './objects.ts'
import type { Services } from './services.ts'

const STREAMS: readonly LogStream[] = ['stdout', 'stderr']

/** Bytes of one stream or both; with `tail` only the last lines (of each stream while it runs). */
export async function readLog(
  services: Services,
  view: WorkloadView,
  which: LogStream | 'both',
  tail: number | null,
): Promise<AsyncIterable<Uint8Array>> {
  const streams = which === 'both' ? STREAMS : [which]
  if (view.logDigest === null) return services.logs.read(view.workload, streams, tail)
  const { chunks } = await openObject(services, view.account, view.logDigest)
  const kept = piecesOf(chunks, streams)
  return tail === null ? kept : once(await tailOf(kept, tail))
}

async function* piecesOf(
  chunks: AsyncIterable<Uint8Array>,
  streams: readonly LogStream[],
): AsyncGenerator<Uint8Array> {
  for await (const piece of unpackLog(chunks)) {
    if (streams.includes(piece.stream)) yield piece.bytes
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
