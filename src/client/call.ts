/** One call of an endpoint: address, headers, signature, retries, errors. */
import { newCommandId, sha256Hex, utf8Encode } from '../kernel/index.ts'
import {
  BYTES,
  HEADER,
  signingBytes,
  type BodyOf,
  type Endpoint,
  type ParamNames,
  type Problem,
  type QueryOf,
  type ResponseOf,
} from '../wire/index.ts'
import { SuanError } from './error.ts'
import type { FetchResponse, Surroundings } from './options.ts'

/** A streamed body; `digest` (sha256 hex) is needed when requests are signed. */
export interface ByteStream {
  readonly stream: ReadableStream<Uint8Array>
  readonly digest: string
}

interface CallOptions {
  /** made by the client when absent; give it again to send the same write again */
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
  /** only the bytes from this place on, of an answer of bytes */
  readonly from?: number
}
type ParamsArg<E extends Endpoint> = [ParamNames<E['path']>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: { readonly [N in ParamNames<E['path']>]: string } }
type QueryArg<E extends Endpoint> =
  QueryOf<E> extends undefined
    ? { readonly query?: undefined }
    : Partial<QueryOf<E>> extends QueryOf<E>
      ? { readonly query?: QueryOf<E> }
      : { readonly query: QueryOf<E> }
type BodyArg<E extends Endpoint> =
  BodyOf<E> extends undefined
    ? { readonly body?: undefined }
    : { readonly body: E['body'] extends typeof BYTES ? Uint8Array | ByteStream : BodyOf<E> }

export type CallArgs<E extends Endpoint> = ParamsArg<E> & QueryArg<E> & BodyArg<E> & CallOptions
/** Bytes come as a stream, everything else as the object of the schema. */
export type CallResult<E extends Endpoint> = E['response'] extends typeof BYTES
  ? ReadableStream<Uint8Array>
  : ResponseOf<E>

/** The untyped form that `call` works on. */
export interface AnyArgs extends CallOptions {
  readonly params?: Readonly<Record<string, string>> | undefined
  readonly query?: Readonly<Record<string, unknown>> | undefined
  readonly body?: unknown
}

interface Attempt {
  readonly endpoint: Endpoint
  readonly target: string
  readonly body: string | Uint8Array<ArrayBuffer> | ByteStream | null
  readonly idempotencyKey: string | null
  readonly signal: AbortSignal | undefined
  readonly from: number
}

/**
 * Calls an endpoint. Lost answers, 429 and 502 to 504 are tried again with the same Idempotency-Key,
 * unless the refusal is journaled (then the same id only gets the same answer) or the body is a
 * stream. Errors: SuanError; the signal's own reason when aborted.
 */
export async function call(
  around: Surroundings,
  endpoint: Endpoint,
  args: AnyArgs,
): Promise<unknown> {
  const newKey = () => newCommandId(around.nowMs(), around.random(10))
  const writes = endpoint.method !== 'GET'
  let attempt: Attempt = {
    endpoint,
    target: targetOf(endpoint.path, args),
    body: bodyOf(endpoint, args.body),
    idempotencyKey: writes ? (args.idempotencyKey ?? newKey()) : null,
    signal: args.signal,
    from: args.from ?? 0,
  }
  const tries = isStream(attempt.body) ? 0 : around.retries
  for (let tried = 0, told = false; ; tried++) {
    const outcome = await once(around, attempt)
    if (!(outcome instanceof SuanError)) return outcome
    const suspect = isClockSuspect(
      around,
      outcome,
      tried === 0 && args.idempotencyKey === undefined,
    )
    if (!told && suspect && (await readsAnew(around))) {
      if (isStream(attempt.body)) throw noAnswer(attempt, 'the clock was off: once more', outcome)
      // Nothing was done under the first id: it was told apart by its time alone.
      if (writes && outcome.code === 'COMMAND_ID_EXPIRED') {
        attempt = { ...attempt, idempotencyKey: newKey() }
      }
      told = true
      continue
    }
    if (tried >= tries || !mayRetry(outcome)) throw outcome
    await around.sleep(waitMs(around, outcome, tried), args.signal)
  }
}

/** Signatures are good for seconds and new ids for minutes: with a clock that is off both look wrong. */
function isClockSuspect(around: Surroundings, error: SuanError, isNewId: boolean): boolean {
  if (error.code === 'COMMAND_ID_EXPIRED') return isNewId
  return around.signer !== null && error.code === 'SIGNATURE_INVALID'
}

/** Reads the exchange's clock; false when it is as we thought, or when it cannot be asked. */
async function readsAnew(around: Surroundings): Promise<boolean> {
  try {
    return await around.clock.read()
  } catch {
    // The refusal says more than a question for the time that failed.
    return false
  }
}

async function once(around: Surroundings, attempt: Attempt): Promise<unknown> {
  let response: FetchResponse
  try {
    response = await around.fetch(around.baseUrl + attempt.target, {
      method: attempt.endpoint.method,
      headers: await headersOf(around, attempt),
      credentials: 'same-origin',
      ...(attempt.signal === undefined ? {} : { signal: attempt.signal }),
      ...sentBody(attempt.body),
    })
  } catch (error) {
    return noAnswer(attempt, `no answer from ${around.baseUrl}`, error)
  }
  if (response.status >= 400) return errorOf(response, attempt)
  if (attempt.from > 0 && response.status !== 206) return notTheRest(response, attempt)
  if (attempt.endpoint.response === BYTES) return response.body ?? new ReadableStream()
  return readJson(response, attempt)
}

/** A server or proxy that knows no ranges sends all of it again: taken for the rest it would be wrong. */
function notTheRest({ status }: FetchResponse, { target, from }: Attempt): SuanError {
  const message = `${target} does not begin at byte ${from}`
  return new SuanError({ code: 'UNREADABLE', message, status })
}

/** The error of an answer that did not come, or not to its end; throws what an abort threw. */
function noAnswer(attempt: Attempt, message: string, cause: unknown): SuanError {
  if (attempt.signal?.aborted === true) throw cause
  const { idempotencyKey } = attempt
  return new SuanError({
    code: idempotencyKey === null ? 'UNREACHABLE' : 'STATUS_UNKNOWN',
    message,
    status: 0,
    idempotencyKey,
    cause,
  })
}

async function headersOf(around: Surroundings, attempt: Attempt): Promise<Record<string, string>> {
  const headers: Record<string, string> = { 'accept-language': around.language }
  const { body } = attempt
  if (typeof body === 'string') headers['content-type'] = 'application/json'
  else if (body !== null) headers['content-type'] = 'application/octet-stream'
  if (attempt.idempotencyKey !== null) headers[HEADER.idempotencyKey] = attempt.idempotencyKey
  if (attempt.from > 0) headers['range'] = `bytes=${attempt.from}-`
  const account = around.account()
  if (account !== null) headers[HEADER.account] = account
  const csrf = around.csrfToken()
  if (csrf !== null && attempt.endpoint.method !== 'GET') headers[HEADER.csrf] = csrf
  if (around.signer !== null) {
    const bodyDigest = digestOf(body)
    const timestamp = around.nextTimestamp()
    const { method } = attempt.endpoint
    const bytes = signingBytes({ timestamp, method, target: attempt.target, bodyDigest })
    headers[HEADER.key] = around.signer.publicKey
    headers[HEADER.timestamp] = timestamp
    headers[HEADER.bodyDigest] = bodyDigest
    headers[HEADER.signature] = await around.signer.sign(bytes)
  } else if (around.token !== null) {
    headers['authorization'] = `Bearer ${around.token}`
  }
  return headers
}

function digestOf(body: Attempt['body']): string {
  if (body === null) return sha256Hex(new Uint8Array(0))
  if (typeof body === 'string') return sha256Hex(utf8Encode(body))
  return isStream(body) ? body.digest : sha256Hex(body)
}

function isStream(body: Attempt['body']): body is ByteStream {
  return body !== null && typeof body === 'object' && 'stream' in body
}

function sentBody(body: Attempt['body']): {
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>
  duplex?: 'half'
} {
  if (body === null) return {}
  return isStream(body) ? { body: body.stream, duplex: 'half' } : { body }
}

function bodyOf(endpoint: Endpoint, body: unknown): Attempt['body'] {
  if (endpoint.body === null) return null
  if (endpoint.body === BYTES) return body as Uint8Array<ArrayBuffer> | ByteStream
  return JSON.stringify(body)
}

/** Path and query with names filled in; absent and null query values are left out. */
function targetOf(path: string, args: AnyArgs): string {
  const filled = path.replace(/\{(\w+)\}/g, (slot, name: string) =>
    encodeURIComponent(args.params?.[name] ?? slot),
  )
  const query = Object.entries(args.query ?? {})
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return query.length === 0 ? filled : `${filled}?${query.join('&')}`
}

async function readJson(response: FetchResponse, attempt: Attempt): Promise<unknown> {
  let text: string
  try {
    text = await response.text()
  } catch (error) {
    return noAnswer(attempt, `the answer to ${attempt.target} broke off`, error)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    return new SuanError({
      code: 'UNREADABLE',
      message: `the answer to ${attempt.target} is not JSON`,
      status: response.status,
      idempotencyKey: attempt.idempotencyKey,
      cause: error,
    })
  }
}

async function errorOf(response: FetchResponse, attempt: Attempt): Promise<SuanError> {
  const { status } = response
  const body = await readJson(response, attempt)
  const { idempotencyKey } = attempt
  if (body instanceof SuanError) {
    if (body.status === 0) return body
    const message = `${attempt.target} answered ${status}`
    return new SuanError({ code: 'UNREADABLE', message, status, idempotencyKey })
  }
  const problem = body as Problem
  const wait = response.headers.get('retry-after')
  const error = new SuanError({
    code: problem.code,
    message: problem.detail,
    status,
    problem,
    idempotencyKey,
  })
  if (wait !== null && /^\d{1,4}$/.test(wait)) retryAfter.set(error, Number(wait) * 1000)
  return error
}

const retryAfter = new WeakMap<SuanError, number>()

function mayRetry(error: SuanError): boolean {
  if (error.problem?.seq !== undefined) return false
  return error.status === 0 || error.status === 429 || [502, 503, 504].includes(error.status)
}

/** 0.2 s doubled each time, at most 5 s, less up to half by chance; or what the server asked. */
function waitMs(around: Surroundings, error: SuanError, tried: number): number {
  const asked = retryAfter.get(error)
  if (asked !== undefined) return asked
  const chance = (around.random(1)[0] ?? 0) / 512
  return Math.min(5_000, 200 * 2 ** tried) * (1 - chance)
}
