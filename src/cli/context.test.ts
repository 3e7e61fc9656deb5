import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contextFiles, readContexts, useContext, writeContext } from './context.ts'
import { testFolder } from '../../test/support/test-folder.ts'

const folder = (): string => testFolder('suan-context-')
const sandbox = { url: 'http://127.0.0.1:7826', key: 'suan_test_1', account: 'acct_1' }
const prod = { url: 'https://suan.test', key: null, account: null }

test('a context file keeps what is written, is private, and its first context is current', () => {
  const path = join(folder(), 'a', 'context.toml')
  expect(readContexts(path)).toEqual({ current: null, contexts: {} })
  writeContext(path, 'sandbox', sandbox)
  writeContext(path, 'prod', prod)
  writeContext(path, 'sandbox', { ...sandbox, key: 'suan_test_2' })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readContexts(path)).toEqual({
    current: 'sandbox',
    contexts: { sandbox: { ...sandbox, key: 'suan_test_2' }, prod },
  })
  useContext(path, 'prod')
  writeContext(path, 'sandbox', sandbox)
  expect(readContexts(path).current).toBe('prod')
})

test('files are looked for near to far', () => {
  const from = { env: {}, cwd: '/a', home: '/h', launcher: '/l' }
  expect(contextFiles(from)).toEqual([
    '/a/.suan/context.toml',
    '/l/.suan/context.toml',
    '/h/.config/suan/config.toml',
  ])
  const env = { SUAN_DATA_DIR: '/d', XDG_CONFIG_HOME: '/x' }
  expect(contextFiles({ ...from, env })).toEqual([
    '/d/context.toml',
    '/l/.suan/context.toml',
    '/x/suan/config.toml',
  ])
})

test('a file that is not TOML is an error, not an empty list', () => {
  const path = join(folder(), 'context.toml')
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, 'current = ')
  expect(() => readContexts(path)).toThrow(/TOML/)
})
