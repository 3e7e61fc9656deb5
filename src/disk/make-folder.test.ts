import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { makeFolder } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'suan-folder-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a folder is made with those above it, for its owner alone, and may be there already', async () => {
  const deep = join(folder, 'a/b/c')
  await makeFolder(deep)
  await makeFolder(deep)
  expect(existsSync(deep)).toBe(true)
  expect(statSync(deep).mode & 0o777).toBe(0o700)
})
