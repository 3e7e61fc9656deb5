// What `suan server` refuses before it starts to follow or to lead.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { ensureBuilt } from '../tools/built.ts'
import { startProgram } from '../tools/running.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const NOWHERE = 'postgres://suan@/suan?host=/nowhere'

let folder: string
beforeAll(ensureBuilt)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'suan-standby-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function refused(
  flags: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<readonly [number | string, string]> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, SUAN_DATA_DIR: folder, ...more }
  const program = startProgram([execPath, main, 'server', ...flags], { cwd: folder, env })
  return [await program.ended(60_000), program.output()]
}

test('a standby of a journal in files', async () => {
  const [status, output] = await refused(['--standby'])
  expect(status).toBe(9)
  expect(output).toContain('STANDBY_NEEDS_DATABASE')
  const [, chinese] = await refused(['--standby'], { LANG: 'zh_CN.UTF-8' })
  expect(chinese).toContain('STANDBY_NEEDS_DATABASE：备用服务器')
})

test('a standby without the secrets of its leader', async () => {
  const [status, output] = await refused(['--standby'], { SUAN_JOURNAL: NOWHERE })
  expect(status).toBe(9)
  expect(output).toMatch(/STANDBY_NEEDS_SECRETS: \S+exchange\.pem is missing/)
})

test('a journal that cannot be reached, whether it is named by flag, variable or file', async () => {
  const secrets = join(folder, 'secrets')
  expect((await refused(['--journal', NOWHERE]))[1]).toContain('JOURNAL_UNREACHABLE: none of the 1')
  const [, two] = await refused([], { SUAN_JOURNAL: 'postgres://suan@/suan?host=/nowhere,/there' })
  expect(two).toContain('JOURNAL_UNREACHABLE: none of the 2')
  mkdirSync(secrets, { recursive: true })
  writeFileSync(join(secrets, 'journal.url'), `${NOWHERE}\n`, { mode: 0o600 })
  expect((await refused([]))[1]).toContain('JOURNAL_UNREACHABLE')
  expect((await refused([], { SUAN_JOURNAL: 'http://here' }))[1]).toContain('JOURNAL_ADDRESS')
})

test('a password on the command line', async () => {
  const [status, output] = await refused(['--journal', 'postgres://suan:word@127.0.0.1/suan'])
  expect(status).toBe(2)
  expect(output).toContain('PGPASSFILE')
  expect(output).not.toContain('word@')
})
