/** What a node measured in a second: only its own daemon may say so. */
import type { KeyView } from '../../messages/index.ts'
import { decodeSamples, idOf } from '../../wire/index.ts'
import { mustLive } from '../auth/caller.ts'
import { refused } from '../problem.ts'
import type { Services } from '../services.ts'

const NOWHERE = { header: () => {} }

/**
 * Takes a frame of samples. Throws CodecError for what is no frame; refuses with UNAUTHENTICATED,
 * KEY_EXPIRED, RATE_LIMITED, and NOT_FOUND where the key is not that node's own.
 */
export function sampleOp(services: Services, key: KeyView | null, frame: Uint8Array): void {
  const { node, atUs, values } = decodeSamples(frame)
  if (key === null) throw refused('UNAUTHENTICATED')
  mustLive(services, key)
  if (key.node !== node || !key.scopes.includes('provide')) {
    throw refused('NOT_FOUND', { what: 'node', id: idOf('node', node) })
  }
  services.limiter.take(`samples ${node}`, services.rates.samples, NOWHERE)
  services.monitor.telemetry.take(node, atUs, values)
}
