// A report that was signed verifies with 0; a changed byte, or an old one, with 1.
import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { measured, signedReport } from '../../../test/support/report.ts'
import { runCli } from '../../../test/tools/cli-host.ts'

let folder: string
let file: string
let bytes: Uint8Array

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'suan-verify-'))
  file = join(folder, 'report.json')
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const signer = {
    publicKey: Buffer.from(x, 'base64url').toString('hex'),
    sign: (text: Uint8Array) => sign(null, text, privateKey).toString('hex'),
  }
  bytes = signedReport(signer, { ...measured(), venue: null, node: null }).bytes
})
afterAll(() => rmSync(folder, { recursive: true }))

const verify = (content: Uint8Array) => {
  writeFileSync(file, content)
  return runCli(['verify-report', file, '--json'], {})
}

test('EVA-008: every part that was looked at is said', async () => {
  const { code, stdout } = await verify(bytes)
  expect(code).toBe(0)
  const { data } = JSON.parse(stdout) as { data: { check: string; ok: boolean }[] }
  expect(data.map(({ check, ok }) => [check, ok])).toEqual(
    ['signature', 'suite', 'reference', 'metrics', 'tools', 'evidence', 'scores', 'expiry'].map(
      (each) => [each, true],
    ),
  )
})

test('EVA-008: a changed byte anywhere is found', async () => {
  const step = Math.ceil(bytes.length / 12)
  for (let at = 0; at < bytes.length; at += step) {
    const changed = Uint8Array.from(bytes)
    changed[at]! ^= 1
    expect([at, (await verify(changed)).code]).toEqual([at, 1])
  }
})
