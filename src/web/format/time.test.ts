import { expect, test } from 'vitest'
import { formatDuration, formatRunning, parseDuration } from './time.ts'

test.each([
  [0, '0 s', '0 秒'],
  [59, '59 s', '59 秒'],
  [3_600, '1 h', '1 小时'],
  [3_909, '1 h 5 min', '1 小时 5 分'],
  [90_061, '1 d 1 h', '1 天 1 小时'],
])('%i seconds', (seconds, en, zh) => {
  expect(formatDuration(seconds, 'en')).toBe(en)
  expect(formatDuration(seconds, 'zh')).toBe(zh)
})

test('a running clock', () => expect(formatRunning(3_909)).toBe('1:05:09'))

test.each([
  ['90', 90],
  ['30 min', 1_800],
  ['2h', 7_200],
  ['1 d', 86_400],
  ['30分', 1_800],
  ['5分钟', 300],
  ['2小时', 7_200],
  ['', null],
  ['0', null],
  ['-1', null],
  ['1 year', null],
  ['1.5h', null],
])('%s is %s seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds))
