/** Signing in: a one-time link or a password becomes a session key and its cookie. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  US_PER_SECOND,
  commandIdTimeMs,
  formatTime,
  sha256Hex,
  utf8Encode,
} from '../kernel/index.ts'
import { SYSTEM_ACCOUNT, SYSTEM_KEY, type KeyView, type Reply } from '../messages/index.ts'
import { idOf, toAccount, toKey, type Endpoints, type WhoAmI } from '../wire/index.ts'
import { csrfOf, sessionCookie, sessionKeys, type Caller } from './auth/caller.ts'
import { fitsVerifier } from './auth/password.ts'
import type { Incoming } from './handler.ts'
import { malformed, refused } from './problem.ts'
import type { Services } from './services.ts'
import { submitIssue, type Issue } from './submit-issue.ts'
import { eventOf, written } from './submit.ts'

const SESSION_SECONDS = 12 * 3_600
/** passwords tried for one name */
const SIGN_IN_RATE = { name: 'sign-in', requests: 10, seconds: 60 } as const

type SignIn = Incoming<Endpoints['createSession']>

/** Signs in. Refuses with UNAUTHENTICATED, whatever was wrong; a link works once. */
export async function createSession(services: Services, incoming: SignIn) {
  const { link_token: link, handle, password } = incoming.body
  if (link !== undefined) return byLink(services, incoming, link)
  if (handle !== undefined && password !== undefined) {
    return byPassword(services, incoming, { handle, password })
  }
  throw malformed({ field: 'link_token', code: 'required', message: 'or handle and password' })
}

async function byLink(services: Services, incoming: SignIn, link: string) {
  const secret = sha256Hex(utf8Encode(link))
  const key = await services.door.ask('keyBySecret', { secret })
  if (key === null || key.credential !== 'link') throw refused('UNAUTHENTICATED')
  const issuer = { account: key.account, key: key.key }
  return openSession(services, incoming, {
    issuer,
    account: key.account,
    user: key.user,
    scopes: [...key.scopes],
    capMicro: key.capMicro,
  })
}

/** The session gets the member's first account, and what its roles may do there. */
async function byPassword(
  services: Services,
  incoming: SignIn,
  given: { handle: string; password: string },
) {
  services.limiter.take(`sign-in ${given.handle}`, SIGN_IN_RATE, incoming.reply)
  const user = await services.door.ask('userByHandle', { handle: given.handle })
  const fits = await fitsVerifier(given.password, user?.verifier ?? null)
  if (user === null || !fits) throw refused('UNAUTHENTICATED')
  const [account] = await services.door.ask('accounts', { member: user.member })
  const member = await services.door.ask('member', { member: user.member })
  if (account === undefined || member === null) throw refused('UNAUTHENTICATED')
  const isProvider = member.roles.includes('provider')
  const isOperator = member.roles.includes('operator')
  return openSession(services, incoming, {
    issuer: { account: SYSTEM_ACCOUNT, key: SYSTEM_KEY },
    account: account.account,
    user: user.user,
    scopes: [
      ...(['read', 'trade', 'deliver', 'transfer', 'keys'] as const),
      ...(isProvider ? (['provide'] as const) : []),
      ...(isOperator ? (['admin'] as const) : []),
    ],
    capMicro: null,
  })
}

async function openSession(
  services: Services,
  incoming: SignIn,
  wanted: Pick<Issue, 'account' | 'user' | 'scopes' | 'capMicro'> & {
    issuer: { account: number; key: number }
  },
) {
  const { issuer, ...grant } = wanted
  // Counted from the id's own time, so that the same request is the same command.
  const expiresAtUs = commandIdTimeMs(incoming.commandId) * 1_000 + SESSION_SECONDS * US_PER_SECOND
  const { reply, token } = await submitIssue(services, incoming, issuer, {
    ...grant,
    node: null,
    label: 'browser session',
    credential: 'session',
    expiresAtUs,
  })
  const key = keyIssued(
    reply,
    sha256Hex(utf8Encode(token)),
    await memberOf(services, grant.account),
  )
  setCookie(incoming.reply, token, grant.account)
  return {
    ...written(reply),
    whoami: await whoAmI(services, key, csrfOf(token)),
    expires_at: formatTime(key.expiresAtUs ?? expiresAtUs),
  }
}

async function memberOf({ door }: Services, account: number): Promise<number> {
  const view = await door.ask('account', { account })
  if (view === null) throw refused('NOT_FOUND', { what: 'account', id: account })
  return view.member
}

/** The key of a KeyIssued event. */
export function keyIssued(reply: Reply, secret: string, member: number): KeyView {
  const { issuedBy: _issuer, kind: _kind, ...key } = eventOf(reply, 'KeyIssued')
  return { ...key, member, secret, revoked: false }
}

/** Account, member, key and scopes of a key. */
async function whoAmI({ door }: Services, key: KeyView, csrfToken: string | null): Promise<WhoAmI> {
  const [account, member, status] = await Promise.all([
    door.ask('account', { account: key.account }),
    door.ask('member', { member: key.member }),
    door.ask('status', {}),
  ])
  if (account === null || member === null) throw refused('UNAUTHENTICATED')
  return {
    account: toAccount(account),
    member: {
      id: idOf('member', member.member),
      handle: member.handle,
      roles: [...member.roles],
    },
    key: toKey(key),
    scopes: [...key.scopes],
    sandbox: status.mode === 'SIMULATED',
    csrf_token: csrfToken,
  }
}

/** whoAmI of a caller; a browser also learns which other accounts it is signed in to. */
export async function whoIsCalling(
  services: Services,
  { caller, request }: { readonly caller: Caller; readonly request: FastifyRequest },
): Promise<WhoAmI> {
  const who = await whoAmI(services, caller.key, caller.csrfToken)
  if (caller.via !== 'cookie') return who
  const keys = await sessionKeys(services, request)
  const all = await Promise.all(keys.map((key) => whoAmI(services, key, null)))
  return { ...who, sessions: all.map(({ account, member }) => ({ account, member })) }
}

/** `Secure` only where the page came by HTTPS: the sandbox is plain HTTP on this machine. */
function setCookie(reply: FastifyReply, token: string, account: number): void {
  void reply.setCookie(sessionCookie(account), token, {
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure: reply.request.protocol === 'https',
    maxAge: SESSION_SECONDS,
  })
}

export function clearCookie(reply: FastifyReply, account: number): void {
  void reply.clearCookie(sessionCookie(account), { path: '/' })
}
