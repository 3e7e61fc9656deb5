/** The room's door: pure functions on integers, bytes and time. No I/O, no clock, no domain. */
export { AssertionFailure, assert, fail, unreachable } from './assert.ts'
export { affordableSeconds, due, dueFor, feeDue, feeFor, holdFor, principalFor } from './accrual.ts'
export type { Rate } from './accrual.ts'
export { base62Decode, base62Encode } from './base62.ts'
export { base64urlDecode, base64urlEncode } from './base64url.ts'
export { checksum64, type Checksum } from './checksum.ts'
export { decode, encode } from './codec.ts'
export type { AnyCodec, Codec, Infer } from './codec.ts'
export { list, nullable, oneOf, readEach, struct } from './codec-compose.ts'
export type { Fields, StructCodec, StructValue } from './codec-compose.ts'
export { CodecError } from './codec-error.ts'
export { skip } from './codec-skip.ts'
export { bool, i53, i64, safe64, u16, u32, u53, u8 } from './codec-numbers.ts'
export { bytes, hex, text, u128hex } from './codec-text.ts'
export { variant } from './codec-variant.ts'
export type { VariantCases, VariantCodec, VariantValue } from './codec-variant.ts'
export { DecimalError, formatDecimal, parseDecimal } from './decimal.ts'
export type { DecimalFault } from './decimal.ts'
export { concatBytes, equalBytes, sha256, sha256Hex } from './hash.ts'
export { Heap } from './heap.ts'
export { fromHex, toHex } from './hex.ts'
export { commandIdTimeMs, formatId, newCommandId, parseCommandId, parseId } from './ids.ts'
export {
  MONEY_MAX,
  absBig,
  ceilDiv,
  checkMoney,
  floorDiv,
  isqrt,
  maxBig,
  minBig,
  mulDivCeil,
  mulDivFloor,
  mulDivHalfEven,
} from './integers.ts'
export { largestRemainder } from './largest-remainder.ts'
export { consistencyProof, inclusionProof, leafHash, nodeHash, treeRoot } from './merkle.ts'
export { verifyConsistency, verifyInclusion } from './merkle-verify.ts'
export { Prng } from './prng.ts'
export { Reader } from './reader.ts'
export { US_PER_SECOND, formatTime, parseTime } from './time.ts'
export type { TimeUs } from './time.ts'
export { utf8Decode, utf8Encode } from './utf8.ts'
export { variationPpm } from './variation.ts'
export { putI64, putU16, putU32, putVarint } from './put.ts'
export { Writer } from './writer.ts'
export { programUrl } from './program-url.ts'
export * from './challenge/index.ts'
