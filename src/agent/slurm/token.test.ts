import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testFolder } from '../../../test/support/test-folder.ts'
import type { SlurmAccess } from './access.ts'
import { mintToken, tokenOf } from './token.ts'

const NOW = 1_800_000_000
const key = Buffer.from('0123456789abcdef0123456789abcdef')
const access = (more: Partial<SlurmAccess>): SlurmAccess => ({
  url: 'http://127.0.0.1:6820',
  user: 'alice',
  keyFile: null,
  tokenFile: null,
  confFile: '/etc/slurm/slurm.conf',
  ...more,
})

function file(content: string | Uint8Array): string {
  const path = join(testFolder('suan-token-'), 'file')
  writeFileSync(path, content)
  return path
}

test('a token is what auth/jwt reads: user, issue and end, under HS256', () => {
  const [head = '', body = '', signature] = mintToken(key, 'alice', NOW).split('.')
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
  expect(read(head)).toEqual({ alg: 'HS256', typ: 'JWT' })
  expect(read(body)).toEqual({ sun: 'alice', iat: NOW, exp: NOW + 600 })
  const own = createHmac('sha256', key).update(`${head}.${body}`).digest('base64url')
  expect(signature).toBe(own)
})

test('with a key file every call gets a token of its own moment', () => {
  const keyFile = file(key)
  expect(tokenOf(access({ keyFile }), NOW)).toBe(mintToken(key, 'alice', NOW))
  expect(tokenOf(access({ keyFile }), NOW + 1)).not.toBe(mintToken(key, 'alice', NOW))
})

test('a token of the site is read anew for each call, as scontrol prints it or bare', () => {
  const token = mintToken(key, 'alice', NOW)
  const tokenFile = file(`SLURM_JWT=${token}\n`)
  expect(tokenOf(access({ tokenFile }), NOW)).toBe(token)
  const fresh = mintToken(key, 'alice', NOW + 900)
  writeFileSync(tokenFile, fresh)
  expect(tokenOf(access({ tokenFile }), NOW + 901)).toBe(fresh)
})

test('a token that is over, missing or no token is a typed fault that may pass', () => {
  const old = file(mintToken(key, 'alice', NOW - 600))
  for (const tokenFile of [old, '/no/such/file', file('nonsense'), null]) {
    const call = () => tokenOf(access({ tokenFile }), NOW)
    expect(call).toThrow(expect.objectContaining({ code: 'SLURM_TOKEN', retryable: true }))
  }
})
