import { createHash } from 'node:crypto'

/** Chain hash before the first record. */
export const CHAIN_START = Buffer.alloc(32)

/** Chain hash after one more record: sha256(hash before, sha256(record)). 32 bytes. */
export function chainHash(before: Uint8Array, record: Uint8Array): Buffer {
  const leaf = createHash('sha256').update(record).digest()
  return createHash('sha256').update(before).update(leaf).digest()
}

/** Chain hash after several records. */
export function chainAll(before: Uint8Array, records: readonly Uint8Array[]): Uint8Array {
  let hash = before
  for (const record of records) hash = chainHash(hash, record)
  return hash
}
