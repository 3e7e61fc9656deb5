/** Password verifiers: salted scrypt, computed on the thread pool. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { refused } from '../problem.ts'

// N = 2^15, r = 8, p = 1: 32 MiB and about 0.1 s, OWASP's least for interactive sign-in.
const COST = 15
const BLOCK = 8
const KEY_BYTES = 32
const MEMORY = 64 * 1024 * 1024
/** how many wait for the one that is computed */
const WAITING_MAX = 16

/** `scrypt:15:8:1:salt:hash`, both base64url. Refuses with RATE_LIMITED. */
export async function makeVerifier(password: string, salt: Buffer): Promise<string> {
  const hash = await derive(password, salt, COST)
  return `scrypt:${COST}:${BLOCK}:1:${salt.toString('base64url')}:${hash.toString('base64url')}`
}

/**
 * Does the password fit the verifier? A null verifier costs the same time and never fits. Refuses
 * with RATE_LIMITED when too many are being tried.
 */
export async function fitsVerifier(password: string, verifier: string | null): Promise<boolean> {
  const parts = (verifier ?? '').split(':')
  if (parts.length !== 6 || parts[0] !== 'scrypt') {
    await derive(password, randomBytes(16), COST)
    return false
  }
  const salt = Buffer.from(parts[4] ?? '', 'base64url')
  const expected = Buffer.from(parts[5] ?? '', 'base64url')
  const hash = await derive(password, salt, Number(parts[1]))
  return hash.length === expected.length && timingSafeEqual(hash, expected)
}

let waiting = 0
let last: Promise<unknown> = Promise.resolve()

/** One at a time: the journal is synced by the same few threads, and must never wait for a crowd. */
async function derive(password: string, salt: Buffer, cost: number): Promise<Buffer> {
  if (waiting >= WAITING_MAX) throw refused('RATE_LIMITED', { limit: WAITING_MAX })
  waiting++
  const turn = last.then(() => hashOf(password, salt, cost))
  last = turn.catch(() => undefined)
  try {
    return await turn
  } finally {
    waiting--
  }
}

function hashOf(password: string, salt: Buffer, cost: number): Promise<Buffer> {
  const options = { N: 2 ** cost, r: BLOCK, p: 1, maxmem: MEMORY }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}
