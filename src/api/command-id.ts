import { newCommandId, parseCommandId } from '../kernel/index.ts'
import { idBytes } from './id-bytes.ts'
import { malformed } from './problem.ts'
import type { Services } from './services.ts'

/** The command id that a client gave in `field`, plain or quoted; a new one when it gave none. */
export function commandIdOf(
  services: Services,
  given: string | undefined,
  field: 'Idempotency-Key' | 'idempotency_key',
): string {
  if (given === undefined) {
    return newCommandId(Math.floor(services.nowUs() / 1_000), idBytes(10))
  }
  const id = parseCommandId(given.replace(/^"(.*)"$/, '$1'))
  if (id !== null) return id
  throw malformed({ field, code: 'format', message: 'a UUID (version 7) or 32 hex digits' })
}
