import { createHash, hash } from 'node:crypto'

/** Chain hash before the first record. */
export const CHAIN_START = Buffer.alloc(32)

const COPIED_BYTES = 8 * 1024

/** Chain hash after one more batch: sha256(hash before, bytes of the batch). 32 bytes. */
export function chainHash(before: Uint8Array, batch: Uint8Array): Buffer {
  // To copy a few records costs less than to make a hash object.
  if (batch.length < COPIED_BYTES) return hash('sha256', Buffer.concat([before, batch]), 'buffer')
  return createHash('sha256').update(before).update(batch).digest()
}
