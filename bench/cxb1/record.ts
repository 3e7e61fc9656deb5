/**
 * Records of a CXB-1 file (spec/engine.md section 2): 32 bytes little-endian, as eight words: type |
 * side << 8, symbol, id, price, quantity, owner, sequence number, 0.
 */
import { assert } from '../../src/kernel/index.ts'

const RECORD_BYTES = 32
export const RECORD_WORDS = RECORD_BYTES / 4
/** types */
export const LIMIT = 1
export const CANCEL = 2
export const IOC = 3
export const MOVE = 4
/** words */
export const SYMBOL = 1
export const ID = 2
export const PRICE = 3
export const UNITS = 4
export const OWNER = 5

/** Side 0 buys, 1 sells. */
export function head(type: number, side: number): number {
  return type | (side << 8)
}

/** The words of a whole file's bytes. Throws where they are no list of records. */
export function wordsOf(bytes: Uint8Array): Int32Array {
  assert(bytes.length % RECORD_BYTES === 0, 'a CXB-1 file is made of records of 32 bytes')
  assert(isLittleEndian, 'CXB-1 files are read as little-endian words')
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4)
}

export function bytesOf(words: Int32Array): Uint8Array {
  assert(isLittleEndian, 'CXB-1 files are written as little-endian words')
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
