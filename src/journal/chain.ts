import { createHash } from 'node:crypto'

/** Chain hash before the first record. */
export const CHAIN_START = Buffer.alloc(32)

/** Chain hash after one more batch: sha256(hash before, bytes of the batch). 32 bytes. */
export function chainHash(before: Uint8Array, batch: Uint8Array): Buffer {
  return createHash('sha256').update(before).update(batch).digest()
}
