import { assert } from './assert.ts'
import { base62Decode, base62Encode } from './base62.ts'
import { toHex } from './hex.ts'

const idPrefix = /^[a-z][a-z0-9]*$/
const plainId = /^[0-9a-f]{32}$/
const dashedId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * A new command id as 32 lower-case hex digits in the layout of UUID version 7 (RFC 9562 section
 * 5.7): 48 bits of Unix milliseconds, then 74 bits taken from ten random bytes of the caller.
 */
export function newCommandId(nowMs: number, random: Uint8Array): string {
  assert(Number.isSafeInteger(nowMs) && nowMs >= 0 && nowMs < 2 ** 48, 'newCommandId: 48-bit time')
  assert(random.length === 10, 'newCommandId: ten random bytes')
  const tail = random.slice()
  tail[0] = 0x70 | (tail[0]! & 0x0f)
  tail[2] = 0x80 | (tail[2]! & 0x3f)
  return nowMs.toString(16).padStart(12, '0') + toHex(tail)
}

/** The Unix milliseconds in the first 48 bits of a command id. */
export function commandIdTimeMs(id: string): number {
  assert(plainId.test(id), 'commandIdTimeMs: 32 lower-case hex digits')
  return Number.parseInt(id.slice(0, 12), 16)
}

/**
 * A command id from 32 hex digits or a UUID with dashes, either case, as 32 lower-case hex digits;
 * null otherwise. Any version is taken: the time in the first 48 bits decides whether it is live.
 */
export function parseCommandId(text: string): string | null {
  const lower = text.toLowerCase()
  if (plainId.test(lower)) return lower
  return dashedId.test(lower) ? lower.replaceAll('-', '') : null
}

/** An id for people and the API: `ordr_4c92` is the prefix and the integer in base 62. */
export function formatId(prefix: string, n: number): string {
  assert(idPrefix.test(prefix), 'formatId: prefix')
  return `${prefix}_${base62Encode(n)}`
}

/** Strict inverse of formatId; null for any other prefix or text. */
export function parseId(prefix: string, text: string): number | null {
  if (!text.startsWith(`${prefix}_`)) return null
  return base62Decode(text.slice(prefix.length + 1))
}
