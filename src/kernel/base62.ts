import { assert } from './assert.ts'

// In ASCII order, so texts of equal length sort as their numbers.
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const base = 62

/** A safe integer >= 0 in base 62, without leading zeros: 1 to 9 characters. */
export function base62Encode(value: number): string {
  assert(Number.isSafeInteger(value) && value >= 0, 'base62Encode: a safe integer, not negative')
  let text = ''
  let rest = value
  do {
    text = alphabet.charAt(rest % base) + text
    rest = Math.floor(rest / base)
  } while (rest > 0)
  return text
}

/** Strict inverse of base62Encode; null for every text that it cannot have made. */
export function base62Decode(text: string): number | null {
  if (text.length === 0 || text.length > 9 || (text.length > 1 && text.startsWith('0'))) return null
  let value = 0
  for (const char of text) {
    const digit = alphabet.indexOf(char)
    if (digit < 0) return null
    // One step can round only once the value is past 2^53, and it never comes back below.
    value = value * base + digit
  }
  return Number.isSafeInteger(value) ? value : null
}
