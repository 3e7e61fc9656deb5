// Each mistake must still apply to the source: `npm run mutants` is too long to learn it there.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.patch'))

test.each(names)('%s applies', (name) => {
  const args = ['apply', '--check', '--unidiff-zero', join('test/mutants', name)]
  const { status, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})
