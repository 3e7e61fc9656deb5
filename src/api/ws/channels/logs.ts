/** A workload's log, live: what is kept first, then every byte as it comes, then the end. */
import { base64urlEncode } from '../../../kernel/index.ts'
import { Fault, type WorkloadView } from '../../../messages/index.ts'
import { unpackLog, type LogStream } from '../../../wire/index.ts'
import { mustNumber, owns } from '../../inputs.ts'
import type { Chunk } from '../../log-store.ts'
import { openObject } from '../../objects.ts'
import { Refused, malformed, refused } from '../../problem.ts'
import type { OpenChannel, Subscription } from '../subscription.ts'
import { readerOf } from './private.ts'

const DRAIN_MS = 20

export const logs: OpenChannel = async (subscription) => {
  const { services, op } = subscription
  const view = await ownWorkload(subscription)
  const sent: Record<LogStream, number> = { stdout: 0, stderr: 0 }
  const state = { closed: false }
  const push = async (chunk: Chunk): Promise<void> => {
    if (state.closed) return
    sent[chunk.stream] = chunk.offset + chunk.bytes.length
    const { stream, offset } = chunk
    const data = base64urlEncode(chunk.bytes)
    subscription.update(services.door.durableSeq(), { stream, offset, data })
    while (subscription.outlet.isSlow() && !state.closed) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_MS))
    }
  }
  const finish = async (digest: string): Promise<void> => {
    try {
      await pushStored(subscription, view, { digest, sent, push })
    } catch (error) {
      // The stored log is gone or damaged: what came live is all there is, and it ends here.
      if (!(error instanceof Refused || error instanceof Fault || error instanceof RangeError)) {
        throw error
      }
      services.log.warn({ workload: view.workload, err: error }, 'a stored log cannot be read')
    }
    const end = { stream: 'stdout', offset: sent.stdout, data: '', end: true } as const
    if (!state.closed) subscription.update(services.door.durableSeq(), end)
  }
  if (view.logDigest !== null) {
    await finish(view.logDigest)
    return () => {
      state.closed = true
    }
  }
  const stopEvents = services.door.onDurable((records) => {
    for (const { outcome } of records) {
      for (const event of outcome.events) {
        const isEnd = event.kind === 'WorkloadChanged' && event.workload === view.workload
        if (isEnd && event.logDigest !== null) void finish(event.logDigest)
      }
    }
  })
  const stopLive = await services.logs.follow(view.workload, op.tail ?? null, push)
  return () => {
    state.closed = true
    stopEvents()
    stopLive()
  }
}

/** The workload that is asked for, when it is one's own. Refuses with NOT_FOUND. */
export async function ownWorkload(subscription: Subscription): Promise<WorkloadView> {
  const { services, op } = subscription
  const key = readerOf(subscription)
  const id = op.workload_id
  if (id === undefined) {
    throw malformed({ field: 'workload_id', code: 'required', message: 'which workload' })
  }
  const view = await services.door.ask('workload', { workload: mustNumber('workload', id) })
  const caller = { key, via: 'bearer', csrfToken: null } as const
  if (view !== null && (await owns(services, caller, view.account))) return view
  throw refused('NOT_FOUND', { what: 'workload', id })
}

/** Sends what the stored log has beyond the bytes that were sent already. */
async function pushStored(
  { services }: Subscription,
  view: WorkloadView,
  to: {
    digest: string
    sent: Record<LogStream, number>
    push: (chunk: Chunk) => Promise<void>
  },
): Promise<void> {
  const at: Record<LogStream, number> = { stdout: 0, stderr: 0 }
  const { chunks } = await openObject(services, view.account, to.digest)
  for await (const { stream, bytes } of unpackLog(chunks)) {
    const offset = at[stream]
    at[stream] += bytes.length
    const seen = Math.max(0, to.sent[stream] - offset)
    if (seen >= bytes.length) continue
    await to.push({ stream, offset: offset + seen, bytes: bytes.subarray(seen) })
  }
}
