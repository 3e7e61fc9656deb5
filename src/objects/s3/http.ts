/** One request to an S3-compatible server, signed, tried again, and its errors as Faults. */
import { Fault } from '../../messages/index.ts'
import { canonicalQuery, percent, sha256, signed, type Credentials } from './sign.ts'
import { textOf } from './xml.ts'

export interface S3Address {
  /** `https://s3.example.com` without a path */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** '' means the bucket itself */
  readonly key: string
  readonly query?: readonly (readonly [string, string])[]
  readonly body?: Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
  /** answers that are not faults, beside 2xx */
  readonly expected?: readonly number[]
}

const TRIES = 5
const FIRST_WAIT_MS = 200
/** for an answer to begin, and for its small body to end */
const PATIENCE_MS = 60_000

export class S3Http {
  readonly #address: S3Address
  readonly #credentials: () => Credentials

  constructor(address: S3Address, credentials: () => Credentials) {
    this.#address = address
    this.#credentials = credentials
  }

  /**
   * The answer; its body is not read. What may pass (no answer, 429, 5xx, SlowDown) is tried again,
   * five times within about three seconds. Throws Fault OBJECTS_UNAVAILABLE with what the server said.
   */
  async send(request: S3Request): Promise<Response> {
    for (let tried = 1; ; tried++) {
      const outcome = await this.#once(request)
      if (outcome instanceof Response) return outcome
      if (!outcome.retryable || tried === TRIES) throw outcome
      await new Promise((done) => setTimeout(done, FIRST_WAIT_MS * 2 ** (tried - 1)))
    }
  }

  /** As `send`, with the whole body as text. */
  async text(request: S3Request): Promise<string> {
    const response = await this.send(request)
    try {
      return await response.text()
    } catch (error) {
      throw unavailable('the answer broke off', true, error)
    }
  }

  async #once({ method, key, query = [], body, ...more }: S3Request): Promise<Response | Fault> {
    const { endpoint, region, bucket } = this.#address
    const path = [bucket, ...(key === '' ? [] : key.split('/'))].map((part) => `/${percent(part)}`)
    const payload = sha256(body ?? '')
    const { host } = new URL(endpoint)
    const headers = signed(
      {
        method,
        path: path.join(''),
        query,
        headers: { ...more.headers, host, 'x-amz-content-sha256': payload },
        payload,
      },
      this.#credentials(),
      { region, service: 's3', nowMs: Date.now() },
    )
    const asked = canonicalQuery(query)
    const url = `${endpoint}${path.join('')}${asked === '' ? '' : `?${asked}`}`
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS)
    try {
      const { signal } = patience
      const response = await fetch(url, { method, headers, body: body ?? null, signal })
      if (response.ok || more.expected?.includes(response.status) === true) return response
      return await faultOf(response)
    } catch (error) {
      return unavailable('no answer', true, error)
    } finally {
      clearTimeout(timer)
    }
  }
}

const PASSING = new Set([408, 429, 500, 502, 503, 504])

/** What a server refuses for good is wrong in our settings, or in its own: people must look at it. */
async function faultOf(response: Response): Promise<Fault> {
  const text = await response.text()
  const { status } = response
  const said = `${status} ${textOf(text, 'Code')} ${textOf(text, 'Message')}`.trim()
  return unavailable(said, PASSING.has(status))
}

/** To members it is always the same; what the server said is the cause, for the operator. */
function unavailable(said: string, retryable: boolean, cause?: unknown): Fault {
  return new Fault('OBJECTS_UNAVAILABLE', { cause: new Error(`S3: ${said}`, { cause }), retryable })
}
