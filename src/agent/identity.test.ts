import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadIdentity, verifySignature } from './identity.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'suan-identity-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

test('a key is made once, readable by its owner only, and found again', () => {
  const first = loadIdentity(join(folder, 'new'))
  const path = join(folder, 'new', 'node-key.pem')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const text = readFileSync(path, 'utf8')
  expect(loadIdentity(join(folder, 'new')).publicKey).toBe(first.publicKey)
  expect(readFileSync(path, 'utf8')).toBe(text)
})

test('a signature holds for these bytes and this key only', () => {
  const [one, two] = [loadIdentity(join(folder, 'a')), loadIdentity(join(folder, 'b'))]
  const bytes = new Uint8Array([1, 2, 3])
  const signature = one.sign(bytes)
  expect(verifySignature(one.publicKey, bytes, signature)).toBe(true)
  expect(verifySignature(two.publicKey, bytes, signature)).toBe(false)
  expect(verifySignature(one.publicKey, new Uint8Array([1, 2]), signature)).toBe(false)
  expect(verifySignature('zz', bytes, signature)).toBe(false)
})
