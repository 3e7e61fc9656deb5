import { request, type IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../messages/index.ts'

const VERSION = '/v1.41'
const HALTABLE: ReadonlySet<string> = new Set(['running', 'paused'])
const TIMEOUT_MS = 60_000
/** How often and for how long somebody else's removal of a container is waited for. */
const [REMOVAL_LOOKS, REMOVAL_LOOK_MS] = [100, 100]

/** An error that a container engine answered with. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** What `GET /containers/{id}/json` says that matters here. */
export interface ContainerState {
  readonly Id: string
  readonly State: {
    readonly Running: boolean
    readonly Status: string
    readonly ExitCode: number
    readonly OOMKilled: boolean
  }
}

/** What `GET /images/{name}/json` says that matters here. */
export interface ImageState {
  readonly Id: string
  readonly RepoDigests?: readonly string[] | null
}

/** Labels by which a daemon finds its own containers again. */
export const LABEL = {
  agent: 'suan.agent',
  venue: 'suan.venue',
  lease: 'suan.lease',
  workload: 'suan.workload',
} as const

/**
 * A small client of the Docker Engine API 1.41, which Podman speaks too, over its Unix socket.
 * Calls reject with EngineError for an answer of 400 or more, with Fault ENGINE_UNREACHABLE else.
 */
export class Engine {
  readonly socket: string

  constructor(socket: string) {
    this.socket = socket
  }

  async version(): Promise<{ name: string; version: string }> {
    const { Version, Components } = (await this.json('GET', '/version')) as {
      Version?: string
      Components?: readonly { Name: string }[]
    }
    const isPodman = (Components ?? []).some(({ Name }) => /podman/i.test(Name))
    return { name: isPodman ? 'Podman' : 'Docker', version: Version ?? '' }
  }

  async info(): Promise<{ CgroupDriver?: string; SecurityOptions?: string[] | null }> {
    return (await this.json('GET', '/info')) as { CgroupDriver?: string }
  }

  /** null when there is no such image here */
  async image(reference: string): Promise<ImageState | null> {
    const path = `/images/${encodeURIComponent(reference)}/json`
    return (await this.#orMissing('GET', path)) as ImageState | null
  }

  /** Fetches an image from its registry; EngineError 404 when that fails. */
  async pull(reference: string, progress: (done: number, total: number) => void): Promise<void> {
    const path = `/images/create?fromImage=${encodeURIComponent(withTag(reference))}`
    const layers = new Map<string, PullLine['progressDetail']>()
    for await (const line of linesOf(await this.#open('POST', path, null, 0))) {
      const { error, id, status, progressDetail } = JSON.parse(line) as PullLine
      if (error !== undefined) throw new EngineError(404, error)
      if (id === undefined) continue
      const known = layers.get(id)
      // Unpacking counts the same bytes again from 0.
      if (status === 'Downloading' && progressDetail?.total) layers.set(id, progressDetail)
      else if (status === 'Download complete' && known?.total)
        layers.set(id, { current: known.total, total: known.total })
      else continue
      const details = [...layers.values()]
      const sum = (part: 'current' | 'total') =>
        details.reduce((total, detail) => total + (detail?.[part] ?? 0), 0)
      progress(sum('current'), sum('total'))
    }
  }

  /** Loads images from a tar in the form of `docker save`. */
  async load(tar: Readable): Promise<void> {
    await this.#text('POST', '/images/load', tar, 'application/x-tar')
  }

  async create(name: string, body: unknown): Promise<string> {
    const made = await this.json('POST', `/containers/create?name=${name}`, body)
    return (made as { Id: string }).Id
  }

  async start(id: string): Promise<void> {
    await this.json('POST', `/containers/${id}/start`)
  }

  /** null when there is no such container */
  async inspect(id: string): Promise<ContainerState | null> {
    return (await this.#orMissing('GET', `/containers/${id}/json`)) as ContainerState | null
  }

  /** Resolves with the exit code once the container has ended. */
  async wait(id: string): Promise<number> {
    const answer = await this.json('POST', `/containers/${id}/wait`, undefined, 0)
    return (answer as { StatusCode: number }).StatusCode
  }

  /** Sends a signal; a container that has ended already is no error. */
  async kill(id: string, signal: string): Promise<void> {
    try {
      await this.json('POST', `/containers/${id}/kill?signal=${signal}`)
    } catch (error) {
      if (!(error instanceof EngineError && [404, 409, 500].includes(error.status))) throw error
    }
  }

  /** Halts a container; one that is halted, has ended or is not there is no error. */
  async pause(id: string): Promise<void> {
    await this.#halt(id, 'pause', 'paused')
  }
  /** Lets it go on; so does one that was not halted. */
  async unpause(id: string): Promise<void> {
    await this.#halt(id, 'unpause', 'running')
  }

  /** Engines differ in how they refuse what is so already: what it is then decides. */
  async #halt(id: string, how: 'pause' | 'unpause', wanted: string): Promise<void> {
    try {
      await this.json('POST', `/containers/${id}/${how}`)
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      const { State } = (await this.inspect(id)) ?? {}
      if (State !== undefined && HALTABLE.has(State.Status) && State.Status !== wanted) throw error
    }
  }

  /** Removes a container whatever it does, and returns once it is gone. */
  async remove(id: string): Promise<void> {
    try {
      await this.#orMissing('DELETE', `/containers/${id}?force=true&v=true`)
    } catch (error) {
      // Docker answers 409 to all but the first who asks.
      if (!(error instanceof EngineError && error.status === 409)) throw error
      for (let look = 0; look < REMOVAL_LOOKS; look++) {
        if ((await this.inspect(id)) === null) return
        await sleep(REMOVAL_LOOK_MS)
      }
      throw error
    }
  }

  /** Both streams from the start, as multiplexed frames; when following, until it ends. */
  async logs(id: string, follow: boolean): Promise<IncomingMessage> {
    const query = `follow=${follow}&stdout=true&stderr=true`
    return this.#open('GET', `/containers/${id}/logs?${query}`, null, 0)
  }

  /** Names and labels of all containers that carry a label with this value. */
  async list(
    label: string,
    value: string,
  ): Promise<{ id: string; labels: Record<string, string> }[]> {
    const filters = encodeURIComponent(JSON.stringify({ label: [`${label}=${value}`] }))
    const found = (await this.json('GET', `/containers/json?all=true&filters=${filters}`)) as {
      Id: string
      Labels: Record<string, string>
    }[]
    return found.map(({ Id, Labels }) => ({ id: Id, labels: Labels }))
  }

  /** Processor time and memory of a running container as the engine counts them. */
  async stats(id: string): Promise<{ cpuUs: number; memoryBytes: number } | null> {
    const path = `/containers/${id}/stats?stream=false&one-shot=true`
    const found = (await this.#orMissing('GET', path)) as {
      cpu_stats?: { cpu_usage?: { total_usage?: number } }
      memory_stats?: { usage?: number; max_usage?: number }
    } | null
    if (found === null) return null
    const memory = found.memory_stats
    return {
      cpuUs: Math.floor((found.cpu_stats?.cpu_usage?.total_usage ?? 0) / 1_000),
      memoryBytes: memory?.max_usage ?? memory?.usage ?? 0,
    }
  }

  async json(method: string, path: string, body?: unknown, timeoutMs?: number): Promise<unknown> {
    const sent = body === undefined ? null : JSON.stringify(body)
    const text = await this.#text(method, path, sent, 'application/json', timeoutMs)
    return text.trim() === '' ? null : JSON.parse(text)
  }

  async #orMissing(method: string, path: string): Promise<unknown> {
    try {
      return (await this.json(method, path)) ?? true
    } catch (error) {
      // Podman answers 500 for a container that is being removed.
      const missing = error instanceof EngineError && /no such container/i.test(error.message)
      if (missing || (error instanceof EngineError && error.status === 404)) return null
      throw error
    }
  }

  async #text(
    method: string,
    path: string,
    body: string | Readable | null = null,
    type = 'application/json',
    timeoutMs = TIMEOUT_MS,
  ): Promise<string> {
    return readAll(await this.#open(method, path, body, timeoutMs, type))
  }

  /** `timeoutMs` 0 waits for as long as it takes. */
  async #open(
    method: string,
    path: string,
    body: string | Readable | null,
    timeoutMs: number,
    type = 'application/json',
  ): Promise<IncomingMessage> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const fail = (cause: unknown) => reject(new Fault('ENGINE_UNREACHABLE', { cause }))
      const headers = body === null ? {} : { 'content-type': type }
      const call = request(
        { socketPath: this.socket, method, path: VERSION + path, headers, timeout: timeoutMs },
        resolve,
      )
      call.once('error', fail)
      call.once('timeout', () => call.destroy(new Error('the engine does not answer')))
      if (body !== null && typeof body !== 'string') body.once('error', fail).pipe(call)
      else call.end(body ?? undefined)
    })
    const status = response.statusCode ?? 500
    if (status < 400) return response
    throw new EngineError(status, messageOf(await readAll(response)))
  }
}

/** One line of what the engine tells while it pulls. */
interface PullLine {
  readonly error?: string
  readonly id?: string
  readonly status?: string
  readonly progressDetail?: { readonly current?: number; readonly total?: number }
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let rest = ''
  for await (const part of response) {
    const lines = (rest + String(part)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines.filter((line) => line.trim() !== '')
  }
  if (rest.trim() !== '') yield rest
}

async function readAll(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  try {
    for await (const part of response) parts.push(part as Buffer)
  } catch (cause) {
    throw new Fault('ENGINE_UNREACHABLE', { cause })
  }
  return Buffer.concat(parts).toString()
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}

/** Without a tag the engine would fetch every one there is. */
function withTag(reference: string): string {
  const last = reference.slice(reference.lastIndexOf('/') + 1)
  return last.includes(':') || last.includes('@') ? reference : `${reference}:latest`
}
