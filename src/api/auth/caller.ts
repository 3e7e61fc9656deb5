/** Who is calling: a key found by a token, a signature or a cookie. */
import { createHash, hash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { sha256Hex } from '../../kernel/index.ts'
import type { KeyView, Scope } from '../../messages/index.ts'
import { HEADER, WS_PATH, idOf } from '../../wire/index.ts'
import { refused } from '../problem.ts'
import type { Services } from '../services.ts'

export interface Caller {
  readonly key: KeyView
  readonly via: 'bearer' | 'signed' | 'cookie'
  /** what a cookie session must send with writes; null otherwise */
  readonly csrfToken: string | null
}

/** A browser has one cookie for each account that it is signed in to: this and the account's id. */
const SESSION_COOKIE = 'suan_session_'
/** Name of the session cookie of an account. */
export const sessionCookie = (account: number): string => SESSION_COOKIE + idOf('account', account)
const EMPTY_DIGEST = sha256Hex(new Uint8Array(0))

/**
 * The caller of a request; null when it carries no credential, or only a cookie of a session that
 * has ended. Refuses with UNAUTHENTICATED, KEY_EXPIRED or SIGNATURE_INVALID. Call it after the body
 * was read: a signature covers it.
 */
export async function callerOf(
  services: Services,
  request: FastifyRequest,
): Promise<Caller | null> {
  const authorization = request.headers.authorization
  if (authorization !== undefined) {
    const token = /^Bearer ([\x21-\x7e]{1,256})$/.exec(authorization)?.[1]
    if (token === undefined) throw refused('UNAUTHENTICATED')
    return { key: await keyOfToken(services, token), via: 'bearer', csrfToken: null }
  }
  if (request.headers[HEADER.key] !== undefined) return signedCaller(services, request)
  const cookie = chosenCookie(request)
  return cookie === undefined ? null : cookieCaller(services, request, cookie)
}

/** The session that X-Suan-Account (of a socket the query `account`) names, or else the first. */
function chosenCookie(request: FastifyRequest): string | undefined {
  const { account } = request.query as { account?: unknown }
  const isSocket = request.url.startsWith(WS_PATH)
  const wanted = request.headers[HEADER.account] ?? (isSocket ? account : undefined)
  if (typeof wanted === 'string') return request.cookies[SESSION_COOKIE + wanted]
  return sessionTokens(request)[0]
}

function sessionTokens(request: FastifyRequest): string[] {
  const names = Object.keys(request.cookies).filter((name) => name.startsWith(SESSION_COOKIE))
  return names.toSorted().flatMap((name) => request.cookies[name] ?? [])
}

/** The key of every session of this browser that is still alive, by account. */
export async function sessionKeys(
  services: Services,
  request: FastifyRequest,
): Promise<readonly KeyView[]> {
  const keys = await Promise.all(sessionTokens(request).map((token) => liveKey(services, token)))
  return keys.filter((key) => key !== null)
}

/** The key of a session token; null when it is no session, or one that has ended. */
async function liveKey(services: Services, token: string): Promise<KeyView | null> {
  const secret = hash('sha256', token)
  const key = await services.keys.find(secret)
  return key !== null && key.credential === 'session' && services.keys.isLive(key) ? key : null
}

/** The live key of a token. Refuses with UNAUTHENTICATED or KEY_EXPIRED. */
export async function keyOfToken(services: Services, token: string): Promise<KeyView> {
  const secret = hash('sha256', token)
  const key = await services.keys.find(secret)
  if (key === null || (key.credential !== 'bearer' && key.credential !== 'session')) {
    throw refused('UNAUTHENTICATED')
  }
  return mustLive(services, key)
}

/** The live Ed25519 key of a public key. Refuses with UNAUTHENTICATED or KEY_EXPIRED. */
export async function keyOfPublicKey(services: Services, publicKey: string): Promise<KeyView> {
  const known = /^[0-9a-f]{64}$/.test(publicKey)
  const key = known ? await services.keys.find(publicKey) : null
  if (key === null || key.credential !== 'ed25519') throw refused('UNAUTHENTICATED')
  return mustLive(services, key)
}

/** Refuses with SCOPE_MISSING. */
export function mustScope(key: KeyView, scope: Scope): void {
  if (!key.scopes.includes(scope)) throw refused('SCOPE_MISSING', { scope })
}

/** The same key, if it is live. Refuses with KEY_EXPIRED. */
export function mustLive(services: Services, key: KeyView): KeyView {
  if (!services.keys.isLive(key)) throw refused('KEY_EXPIRED')
  return key
}

async function signedCaller(services: Services, request: FastifyRequest): Promise<Caller> {
  const { headers } = request
  const publicKey = String(headers[HEADER.key])
  const key = await keyOfPublicKey(services, publicKey)
  const accepted = await services.signatures.accepts({
    publicKey,
    timestamp: String(headers[HEADER.timestamp]),
    signature: String(headers[HEADER.signature]),
    method: request.method,
    target: request.originalUrl,
    bodyDigest: request.bodyDigest ?? EMPTY_DIGEST,
  })
  if (!accepted) throw refused('SIGNATURE_INVALID')
  return { key, via: 'signed', csrfToken: null }
}

async function cookieCaller(
  services: Services,
  request: FastifyRequest,
  token: string,
): Promise<Caller | null> {
  const key = await liveKey(services, token)
  if (key === null) return null
  const csrfToken = csrfOf(token)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const given = Buffer.from(String(request.headers[HEADER.csrf] ?? ''))
    const expected = Buffer.from(csrfToken)
    // Without the header the cookie counts for nothing: what is public stays possible.
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  }
  return { key, via: 'cookie', csrfToken }
}

/** The page learns it from whoami; another site can neither read it nor send it. */
export function csrfOf(token: string): string {
  return createHash('sha256').update(`csrf:${token}`).digest('base64url')
}
