// Altered frames of tunnels: none is misread, and none passes that says more than it holds.
import { expect, test } from 'vitest'
import { CodecError } from '../../src/kernel/index.ts'
import {
  encodeCredit,
  encodeTunnel,
  isTunnelFrame,
  readTunnel,
  renumber,
  type Says,
} from '../../src/wire/index.ts'
import { inputs, mutate, pick, rngOf, timeoutMs } from './mutate.ts'

const FRAMES = inputs(20_000)

test('frames of tunnels', { timeout: timeoutMs(FRAMES) }, () => {
  const rng = rngOf('frames of tunnels')
  const faults: string[] = []
  let read = 0
  for (let n = 0; n < FRAMES && faults.length < 10; n++) {
    const says = pick<Says>(rng, ['data', 'errors', 'end', 'credit'])
    const tunnel = rng.below(2 ** 32)
    const bytes = Uint8Array.from({ length: 1 + rng.below(40) }, () => rng.below(256))
    const valid =
      says === 'credit'
        ? encodeCredit(tunnel, 1 + rng.below(262_144))
        : encodeTunnel(tunnel, says, says === 'end' ? undefined : bytes)
    expect(isTunnelFrame(valid)).toBe(true)
    expect(readTunnel(valid)).toMatchObject({ tunnel, says })
    expect(readTunnel(renumber(Uint8Array.from(valid), 7)).tunnel).toBe(7)
    const altered = mutate(rng, valid, valid)
    try {
      const frame = readTunnel(altered)
      const again =
        frame.says === 'credit'
          ? encodeCredit(frame.tunnel, frame.credit)
          : encodeTunnel(frame.tunnel, frame.says, frame.bytes)
      read++
      if (Buffer.compare(again, altered) !== 0) faults.push(`input ${n} reads as another`)
    } catch (error) {
      if (!(error instanceof CodecError)) faults.push(`input ${n}: ${String(error)}`)
    }
  }
  console.log(`frames of tunnels: ${FRAMES} inputs, ${read} of them still frames`)
  expect(faults).toEqual([])
})
