import { CodecError } from './codec-error.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const valueOf = new Map(Array.from(alphabet, (char, value) => [char, value]))

/** base64url without padding (RFC 4648 section 5). */
export function base64urlEncode(bytes: Uint8Array): string {
  let text = ''
  let pending = 0
  let bits = 0
  for (const byte of bytes) {
    pending = ((pending << 8) | byte) & 0xffff
    bits += 8
    while (bits >= 6) {
      bits -= 6
      text += alphabet.charAt((pending >>> bits) & 63)
    }
  }
  return bits === 0 ? text : text + alphabet.charAt((pending << (6 - bits)) & 63)
}

/** The bytes of unpadded base64url. Throws CodecError unless it is the one canonical form. */
export function base64urlDecode(text: string): Uint8Array {
  if (text.length % 4 === 1) throw new CodecError('base64url text of impossible length')
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8))
  let pending = 0
  let bits = 0
  let at = 0
  for (const char of text) {
    const value = valueOf.get(char)
    if (value === undefined) throw new CodecError('not a base64url character')
    pending = ((pending << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = pending >>> bits
    }
  }
  if ((pending & ((1 << bits) - 1)) !== 0) throw new CodecError('base64url text has stray bits')
  return bytes
}
