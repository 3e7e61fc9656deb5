import { CodecError } from './codec-error.ts'

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Lower-case hex of bytes. */
export function toHex(bytes: Uint8Array): string {
  // Sixteen bytes are an id, the most frequent case: made in one piece, where adding piece by piece
  // leaves a chain of strings that the first reader has to put together.
  if (bytes.length === 16) return String.fromCharCode(...codesOf(bytes))
  let text = ''
  for (const byte of bytes) text += hexOfByte[byte]
  return text
}

function codesOf(bytes: Uint8Array): number[] {
  const codes: number[] = []
  for (const byte of bytes) codes.push(codeOf(byte >>> 4), codeOf(byte & 15))
  return codes
}
function codeOf(digit: number): number {
  return digit < 10 ? 48 + digit : 87 + digit
}

/** The bytes of lower-case hex text. Throws CodecError on an odd length or any other character. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) throw new CodecError('odd number of hex digits')
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (hexDigit(text.charCodeAt(2 * i)) << 4) | hexDigit(text.charCodeAt(2 * i + 1))
  }
  return bytes
}

/** Value of one lower-case hex digit given by its character code. Throws CodecError otherwise. */
export function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  throw new CodecError('not a lower-case hex digit')
}
