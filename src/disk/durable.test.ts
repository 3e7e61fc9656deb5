import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testFolder } from '../../test/support/test-folder.ts'
import { makeFileSync } from './index.ts'

test('a small file is made once, for its owner alone, and nothing else is left', () => {
  const folder = testFolder('suan-made-')
  const path = join(folder, 'secret')
  makeFileSync(path, Buffer.from('first'))
  makeFileSync(path, Buffer.from('second'))
  expect(readFileSync(path, 'utf8')).toBe('first')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['secret'])
})
