/** Follows a workload from wherever it is to its end, with its log. */
import { SuanError, type Client, type Stream } from '../../client/index.ts'
import type { Workload } from '../../wire/index.ts'
import { LogWriter, type LogStream, type TakeLog } from './log-writer.ts'

export interface Follower {
  /** at every change of its state, the present one first */
  readonly onState: (workload: Workload) => void
  readonly onLog: TakeLog
}

/** The stream tells every change; a look now and then covers what no stream can (a lost server). */
const LOOK_MS = 2_000
/** How long after the end the rest of the log may take to arrive before it is fetched. */
const LOG_REST_MS = 5_000
/** An exchange that restarts is waited for so long; workloads run on meanwhile. */
const SILENCE_MS = 60_000
const ENDED: ReadonlySet<Workload['status']> = new Set(['done', 'failed', 'terminated'])

function hasEnded(workload: Workload): boolean {
  return ENDED.has(workload.status)
}

/** Resolves with the ended workload when its whole log was given. Errors: those of the API. */
export async function followWorkload(
  client: Client,
  id: string,
  follower: Follower,
): Promise<Workload> {
  const stream = client.openStream()
  const writer = new LogWriter(follower.onLog)
  try {
    const log = followLog(stream, id, writer)
    const ended = await followState(client, stream, id, follower)
    if (ended.log_digest === null) return ended
    const isWhole = await Promise.race([log, after(LOG_REST_MS)])
    if (!isWhole) await fetchRest(client, id, writer)
    return ended
  } finally {
    stream.close()
  }
}

/** Resolves with true when the end of the log has come, with false when the channel fails. */
function followLog(stream: Stream, id: string, writer: LogWriter): Promise<boolean> {
  return new Promise((resolve) => {
    stream.subscribe(
      'logs',
      { workload_id: id },
      ({ data }) => {
        writer.write(data)
        if (data.end === true) resolve(true)
      },
      () => resolve(false),
    )
  })
}

function followState(
  client: Client,
  stream: Stream,
  id: string,
  { onState }: Follower,
): Promise<Workload> {
  return new Promise((resolve, reject) => {
    let last: Workload['status'] | null = null
    let heardMs = Date.now()
    const see = (workload: Workload): void => {
      heardMs = Date.now()
      if (workload.status === last) return
      last = workload.status
      onState(workload)
      if (!hasEnded(workload)) return
      clearInterval(timer)
      resolve(workload)
    }
    const look = (): void => {
      client.getWorkload({ params: { workload_id: id } }).then(see, (error: unknown) => {
        const mayReturn = error instanceof SuanError && error.retryable
        if (mayReturn && Date.now() - heardMs < SILENCE_MS) return
        clearInterval(timer)
        reject(error)
      })
    }
    const timer = setInterval(look, LOOK_MS)
    stream.subscribe('workloads', {}, ({ data }) => {
      const found = data.find((one) => one.id === id)
      if (found !== undefined) see(found)
    })
    look()
  })
}

async function fetchRest(client: Client, id: string, writer: LogWriter): Promise<void> {
  for (const stream of ['stdout', 'stderr'] as const satisfies LogStream[]) {
    writer.writeAt(stream, 0, await readLog(client, id, stream, null))
  }
}

/** The log so far of one stream; with `tail` only its last lines. */
export async function readLog(
  client: Client,
  id: string,
  stream: LogStream,
  tail: number | null,
): Promise<Uint8Array> {
  const query = tail === null ? { stream } : { stream, tail }
  const body = await client.getWorkloadLog({ params: { workload_id: id }, query })
  const parts: Uint8Array[] = []
  for await (const part of body as unknown as AsyncIterable<Uint8Array>) parts.push(part)
  return Buffer.concat(parts)
}

function after(ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), ms).unref()
  })
}
