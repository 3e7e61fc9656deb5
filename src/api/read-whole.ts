import type { ByteBody } from './handler.ts'
import { asSaid } from './objects.ts'
import { refused } from './problem.ts'

/**
 * A body in memory. Refuses with OBJECT_TOO_LARGE beyond the limit, and with OBJECT_DIGEST when it is
 * not what its sender signed.
 */
export async function readWhole(body: ByteBody, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of asSaid(body)) {
    size += chunk.length
    if (size > limit) throw refused('OBJECT_TOO_LARGE', { size, limit })
    parts.push(chunk)
  }
  return Buffer.concat(parts)
}
