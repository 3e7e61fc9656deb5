import { expect, test } from 'vitest'
import { Nonces } from './nonces.ts'

test('every lease has its own nonce, and the same one on every machine', () => {
  const nonces = new Nonces()
  const all = new Set<string>()
  const seqs = [1, 2, 2 ** 20, 2 ** 32 + 1, 2 ** 40]
  for (const seq of seqs)
    for (let trade = 1; trade <= 1_000; trade++) all.add(nonces.of('a', seq, trade))
  for (const seq of seqs)
    for (let trade = 1; trade <= 1_000; trade++) all.add(nonces.of('b', seq, trade))
  expect(all.size).toBe(2 * seqs.length * 1_000)
  for (const nonce of all) expect(nonce).toMatch(/^[0-9a-f]{32}$/)
  expect(new Nonces().of('a', 7, 9)).toBe(nonces.of('a', 7, 9))
})
