import { request as plainRequest, type IncomingMessage } from 'node:http'
import { Agent, request as secureRequest } from 'node:https'
import { Fault } from '../../messages/index.ts'
import { EngineError } from '../container/engine.ts'
import { accessOf, type Access, type ClusterRef } from './config.ts'
import type { Credentials } from './credentials.ts'
import { linesOf, readAll } from './lines.ts'
import type { ListOf, Manifest, Status } from './objects.ts'

const TIMEOUT_MS = 30_000

/** An error that the API server answered with; `reason` is its own word for it. */
export class KubernetesError extends EngineError {
  readonly reason: string
  constructor(status: number, reason: string, message: string) {
    super(status, message)
    this.reason = reason
  }
  /** The cluster is busy or its keys are being renewed: worth another try. */
  get passes(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 401
  }
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** without a byte for so long the connection is given up; 0 waits for ever */
  readonly timeoutMs?: number
}

/**
 * A small client of the Kubernetes API. Calls reject with KubernetesError for an answer of 400 or
 * more, with Fault ENGINE_UNREACHABLE when there is no answer.
 */
export class Cluster {
  readonly #access: Access
  readonly #agent: Agent
  #credentials: Promise<Credentials> | null = null

  /** Throws Fault ENGINE_UNREACHABLE for a description that cannot be used. */
  constructor(ref: ClusterRef) {
    this.#access = accessOf(ref)
    this.#agent = new Agent({ keepAlive: true })
  }

  async get<T>(path: string, query: Call['query'] = {}): Promise<T> {
    return JSON.parse(await readAll(await this.open(path, { query }))) as T
  }

  /** null when there is no such object */
  async find<T>(path: string): Promise<T | null> {
    return orMissing(() => this.get<T>(path))
  }

  async list<T>(path: string, query: Call['query'] = {}): Promise<readonly T[]> {
    return (await this.get<ListOf<T>>(path, query)).items
  }

  /** Creates an object in a collection. One of this name that is there already is left as it is. */
  async create(path: string, body: Manifest): Promise<'created' | 'exists'> {
    try {
      await readAll(await this.open(path, { method: 'POST', body }))
      return 'created'
    } catch (error) {
      if (!(error instanceof KubernetesError) || error.reason !== 'AlreadyExists') throw error
      return 'exists'
    }
  }

  /** Deletes an object, with a grace for what runs in it; one that is gone is no error. */
  async remove(path: string, graceSeconds?: number): Promise<void> {
    const query = graceSeconds === undefined ? {} : { gracePeriodSeconds: String(graceSeconds) }
    await orMissing(async () => readAll(await this.open(path, { method: 'DELETE', query })))
  }

  /** The lines of an answer, which may go on for ever. */
  async lines(path: string, call: Call = {}): Promise<AsyncGenerator<string>> {
    return linesOf(await this.open(path, call))
  }

  /** The answer to a call once its head is there. */
  async open(path: string, call: Call = {}): Promise<IncomingMessage> {
    const { method = 'GET', query = {}, body, timeoutMs = TIMEOUT_MS } = call
    const credentials = await this.#identity()
    const url = `${this.#access.server}${path}?${new URLSearchParams(query).toString()}`
    const sent = body === undefined ? null : JSON.stringify(body)
    const headers = {
      ...(sent === null ? {} : { 'content-type': 'application/json' }),
      ...headersOf(credentials),
    }
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { method, headers, timeout: timeoutMs, ...this.tls(credentials) }
      const begun = url.startsWith('https:')
        ? secureRequest(url, { ...options, agent: this.#agent }, resolve)
        : plainRequest(url, options, resolve)
      begun.once('error', (cause) => reject(new Fault('ENGINE_UNREACHABLE', { cause })))
      begun.once('timeout', () => begun.destroy(new Error('the cluster does not answer')))
      begun.end(sent ?? undefined)
    })
    const status = response.statusCode ?? 500
    if (status < 400) return response
    if (status === 401) this.#credentials = null
    throw errorOf(status, await readAll(response))
  }

  /** Address and head of a WebSocket to a path. */
  async socket(path: string): Promise<{ url: string; options: Record<string, unknown> }> {
    const credentials = await this.#identity()
    const url = `${this.#access.server.replace(/^http/, 'ws')}${path}`
    return { url, options: { headers: headersOf(credentials), ...this.tls(credentials) } }
  }

  tls({ cert, key }: Credentials): Record<string, unknown> {
    const { ca, insecure, serverName } = this.#access
    return {
      rejectUnauthorized: !insecure,
      ...(ca === null ? {} : { ca }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
      ...(serverName === null ? {} : { servername: serverName }),
    }
  }

  async #identity(): Promise<Credentials> {
    this.#credentials ??= this.#access.credentials()
    try {
      return await this.#credentials
    } catch (error) {
      this.#credentials = null
      throw error
    }
  }
}

/** Is this an error after which the same call may work a moment later? */
export function mayPass(error: unknown): boolean {
  if (error instanceof KubernetesError) return error.passes
  return error instanceof Fault && error.code === 'ENGINE_UNREACHABLE' && error.retryable
}

function headersOf({ token }: Credentials): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` }
}

async function orMissing<T>(once: () => Promise<T>): Promise<T | null> {
  try {
    return await once()
  } catch (error) {
    if (error instanceof KubernetesError && error.status === 404) return null
    throw error
  }
}

function errorOf(code: number, text: string): KubernetesError {
  try {
    const { reason = '', message = text } = JSON.parse(text) as Status
    return new KubernetesError(code, reason, message)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return new KubernetesError(code, '', text)
  }
}
