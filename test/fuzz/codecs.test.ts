// Altered and random bytes for every codec: refused with a typed error, or the one encoding of what
// came out; and no length in them makes anything large.
import { beforeAll, describe, expect, test } from 'vitest'
import { CodecError, decode, encode, toHex, type Codec } from '../../src/kernel/index.ts'
import { packRecords, unpackRecords } from '../../src/messages/index.ts'
import { heldBytes, inputs, mutate, pick, randomBytes, rngOf, timeoutMs } from './mutate.ts'
import { samples } from './samples.ts'

const COUNT = inputs(10_000)
const MEMORY_BYTES = 256 * 1024 * 1024
const codecs = samples()

beforeAll(() => {
  console.log(`codecs: ${Object.keys(codecs).length}, ${COUNT} inputs each`)
})

/** What is wrong with how a decoder took these bytes; null when all is well. */
function fault(codec: Codec<unknown>, bytes: Uint8Array): string | null {
  let value: unknown
  try {
    value = decode(codec, bytes)
  } catch (error) {
    return error instanceof CodecError ? null : `${String(error)} of ${toHex(bytes)}`
  }
  const again = encode(codec, value)
  return Buffer.compare(again, bytes) === 0 ? null : `${toHex(bytes)} reads as ${toHex(again)}`
}

describe.each(Object.entries(codecs))('%s', (name, { codec, bytes }) => {
  test(
    'valid bytes are read, altered and random ones never misread',
    { timeout: timeoutMs(COUNT) },
    () => {
      const rng = rngOf(name)
      for (const valid of bytes) expect(fault(codec, valid)).toBeNull()
      const faults: string[] = []
      const before = heldBytes()
      for (let n = 0; n < COUNT && faults.length < 10; n++) {
        const isRandom = n % 10 === 0
        const altered = isRandom
          ? randomBytes(rng, rng.below(200))
          : mutate(rng, pick(rng, bytes), pick(rng, bytes))
        const found = fault(codec, altered)
        if (found !== null) faults.push(found)
      }
      expect(faults).toEqual([])
      expect(heldBytes() - before).toBeLessThan(MEMORY_BYTES)
    },
  )
})

test('batches of records', { timeout: timeoutMs(COUNT) }, () => {
  const rng = rngOf('batches')
  const records = codecs['record']!.bytes
  const faults: string[] = []
  for (let n = 0; n < COUNT && faults.length < 10; n++) {
    const batch = packRecords(Array.from({ length: 1 + rng.below(4) }, () => pick(rng, records)))
    const bytes = mutate(rng, batch.bytes, pick(rng, records))
    try {
      const again = packRecords(unpackRecords({ count: batch.count, bytes }))
      if (Buffer.compare(again.bytes, bytes) !== 0) faults.push(`input ${n} reads as another`)
    } catch (error) {
      if (!(error instanceof CodecError)) faults.push(`input ${n}: ${String(error)}`)
    }
  }
  expect(faults).toEqual([])
})
