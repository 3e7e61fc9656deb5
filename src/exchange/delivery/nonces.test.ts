import { expect, test } from 'vitest'
import { LEASE_WORDS, LeaseRow } from './lease-record.ts'
import { Cells } from '../cells.ts'
import { Nonces } from './nonces.ts'

const cells = new Cells(LEASE_WORDS)
const record = cells.take()
function nonceOf(nonces: Nonces, venue: string, seq: number, trade: number): string {
  const lease = new LeaseRow(cells, record, new Map())
  lease.lease = trade
  nonces.give(venue, seq, lease)
  return lease.nonce
}

test('every lease has its own nonce, and the same one on every machine', () => {
  const nonces = new Nonces()
  const all = new Set<string>()
  const seqs = [1, 2, 2 ** 20, 2 ** 32 + 1, 2 ** 40]
  for (const seq of seqs)
    for (let trade = 1; trade <= 1_000; trade++) all.add(nonceOf(nonces, 'a', seq, trade))
  for (const seq of seqs)
    for (let trade = 1; trade <= 1_000; trade++) all.add(nonceOf(nonces, 'b', seq, trade))
  expect(all.size).toBe(2 * seqs.length * 1_000)
  for (const nonce of all) expect(nonce).toMatch(/^[0-9a-f]{32}$/)
  expect(nonceOf(new Nonces(), 'a', 7, 9)).toBe(nonceOf(nonces, 'a', 7, 9))
})
