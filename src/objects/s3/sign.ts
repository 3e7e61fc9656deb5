/** AWS Signature Version 4 in the Authorization header: what every S3-compatible server checks. */
import { createHash, createHmac } from 'node:crypto'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** of temporary credentials */
  readonly sessionToken?: string
}

export interface Unsigned {
  readonly method: string
  /** as it is sent, percent-encoded: `/bucket/some%20key` */
  readonly path: string
  /** not encoded; in any order */
  readonly query: readonly (readonly [string, string])[]
  /** to be signed, lower-case names; `host` is one of them */
  readonly headers: Readonly<Record<string, string>>
  /** sha256 hex of the body */
  readonly payload: string
}

export interface Scope {
  readonly region: string
  readonly service: string
  readonly nowMs: number
}

const ALGORITHM = 'AWS4-HMAC-SHA256'

/**
 * The headers of the request with `x-amz-date` and `authorization`; temporary credentials also bring
 * `x-amz-security-token`. Source: AWS, "Create a signed AWS API request" (SigV4).
 */
export function signed(
  request: Unsigned,
  credentials: Credentials,
  { region, service, nowMs }: Scope,
): Record<string, string> {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const day = time.slice(0, 8)
  const { sessionToken } = credentials
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-date': time,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  }
  const names = Object.keys(headers).toSorted()
  const canonical = [
    request.method,
    request.path,
    canonicalQuery(request.query),
    ...names.map((name) => `${name}:${headers[name]?.trim().replaceAll(/ +/g, ' ')}`),
    '',
    names.join(';'),
    request.payload,
  ].join('\n')
  const scope = `${day}/${region}/${service}/aws4_request`
  const text = [ALGORITHM, time, scope, sha256(canonical)].join('\n')
  let key: string | Buffer = `AWS4${credentials.secretAccessKey}`
  for (const part of [day, region, service, 'aws4_request']) key = hmac(key, part)
  headers['authorization'] =
    `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, ` +
    `SignedHeaders=${names.join(';')}, Signature=${hmac(key, text).toString('hex')}`
  return headers
}

/** Names and values encoded, sorted by name and then by value: also what is sent. */
export function canonicalQuery(query: Unsigned['query']): string {
  const encoded = query.map(([name, value]) => [percent(name), percent(value)] as const)
  const sorted = encoded.toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
  return sorted.map(([name, value]) => `${name}=${value}`).join('&')
}

/** Everything but letters, digits and `-._~` as %XX, as RFC 3986 has it. */
export function percent(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
