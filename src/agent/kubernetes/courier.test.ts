import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testFolder } from '../../../test/support/test-folder.ts'
import { TELL } from './courier.ts'

test('DLV-034 the courier puts a notice in place whole, replaces it and takes it away', () => {
  const folder = testFolder('suan-courier-')
  const tell = (text: string) => execFileSync('sh', ['-c', TELL, 'sh', text, folder])
  tell('')
  expect(readdirSync(folder)).toEqual([])
  for (const text of ['{"kind":"end","why":"$(id) %s \'"}\n', '{"kind":"reclaim"}\n']) {
    tell(text)
    expect(readdirSync(folder)).toEqual(['notice.json'])
    expect(readFileSync(join(folder, 'notice.json'), 'utf8')).toBe(text)
  }
  tell('')
  expect(readdirSync(folder)).toEqual([])
})
