import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Fault } from '../../messages/index.ts'
import type { SlurmAccess } from './access.ts'

/** Long enough for one call on a slow day; a stolen one is soon worth nothing. */
const LIFE_SECONDS = 600

/**
 * A token of auth/jwt as `scontrol token` makes it: HS256 over user, issue and expiry. Times in
 * seconds since 1970. Source: https://slurm.schedmd.com/jwt.html
 */
export function mintToken(key: Uint8Array, user: string, nowSeconds: number): string {
  const head = part({ alg: 'HS256', typ: 'JWT' })
  const body = part({ exp: nowSeconds + LIFE_SECONDS, iat: nowSeconds, sun: user })
  const signature = createHmac('sha256', key).update(`${head}.${body}`).digest('base64url')
  return `${head}.${body}.${signature}`
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/**
 * The token for one call. Throws Fault SLURM_TOKEN, which may be tried again, when a given token is
 * missing or over: its file may be written anew at any time.
 */
export function tokenOf(access: SlurmAccess, nowSeconds = Math.floor(Date.now() / 1_000)): string {
  try {
    if (access.keyFile !== null)
      return mintToken(readFileSync(access.keyFile), access.user, nowSeconds)
    if (access.tokenFile === null) throw new Error('neither a key file nor a token file is given')
    // The site may keep it as `scontrol token` prints it.
    const token = readFileSync(access.tokenFile, 'utf8')
      .trim()
      .replace(/^SLURM_JWT=/, '')
    const expires = expiryOf(token)
    if (expires !== null && expires <= nowSeconds) throw new Error('the token is over')
    return token
  } catch (cause) {
    throw new Fault('SLURM_TOKEN', { cause })
  }
}

/** When a token ends, in seconds since 1970; null when it does not say. */
function expiryOf(token: string): number | null {
  const body = token.split('.')[1]
  if (body === undefined) throw new Error('this is no token')
  const { exp } = JSON.parse(Buffer.from(body, 'base64url').toString()) as { exp?: unknown }
  return typeof exp === 'number' ? exp : null
}
