import { CodecError } from './codec-error.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const loneSurrogate = /\p{Surrogate}/u
const shortText = 48

/** UTF-8 bytes of text. Throws CodecError on a lone surrogate, which UTF-8 cannot express. */
export function utf8Encode(text: string): Uint8Array {
  if (loneSurrogate.test(text)) throw new CodecError('lone surrogate in text')
  return encoder.encode(text)
}

/** The text of UTF-8 bytes, a byte order mark kept. Throws CodecError on invalid UTF-8. */
export function utf8Decode(bytes: Uint8Array): string {
  const ascii = bytes.length <= shortText ? shortAscii(bytes) : null
  if (ascii !== null) return ascii
  try {
    return decoder.decode(bytes)
  } catch {
    throw new CodecError('invalid UTF-8')
  }
}

/** Most texts are short labels, for which this beats the set-up cost of TextDecoder. */
function shortAscii(bytes: Uint8Array): string | null {
  let text = ''
  for (const byte of bytes) {
    if (byte > 0x7f) return null
    text += String.fromCharCode(byte)
  }
  return text
}
