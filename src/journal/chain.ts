import { hash } from 'node:crypto'

/** Chain hash before the first record. */
export const CHAIN_START = Buffer.alloc(32)

/** Chain hash after one more record: sha256(hash before, record). 32 bytes. */
export function chainHash(before: Uint8Array, record: Uint8Array): Buffer {
  const joined = Buffer.allocUnsafe(before.length + record.length)
  joined.set(before, 0)
  joined.set(record, before.length)
  return hash('sha256', joined, 'buffer')
}

/** Chain hash after several records. */
export function chainAll(before: Uint8Array, records: readonly Uint8Array[]): Uint8Array {
  let latest = before
  for (const record of records) latest = chainHash(latest, record)
  return latest
}
