import { createPublicKey, verify } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fromHex } from '../kernel/index.ts'
import { openSigner, signerFromSeed } from './index.ts'

test('signs as RFC 8032 section 7.1 test 2 says', () => {
  const seed = fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb')
  const signer = signerFromSeed(seed)
  expect(signer.publicKey).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
  expect(signer.sign(new Uint8Array([0x72]))).toBe(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
      '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  )
})

test('a key file is made once, for its owner only, and gives the same key again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'suan-key-'))
  const path = join(directory, 'exchange.pem')
  const made = openSigner(path)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(openSigner(path).publicKey).toBe(made.publicKey)
  const text = new TextEncoder().encode('receipt')
  const spki = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    fromHex(made.publicKey),
  ])
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  expect(verify(null, text, key, fromHex(made.sign(text)))).toBe(true)
  await rm(directory, { recursive: true })
})
