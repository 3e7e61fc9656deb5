import { expect, test } from 'vitest'
import { CODES } from '../../messages/index.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'

/** Every text by its path; functions are called with stand-ins. */
function flat(part: object, path = ''): [string, string][] {
  return Object.entries(part).flatMap(([name, text]): [string, string][] => {
    if (typeof text === 'string') return [[path + name, text]]
    if (typeof text === 'object' && text !== null) return flat(text, `${path}${name}.`)
    return [[path + name, (text as (...given: unknown[]) => string)(2, 'core', 3, 'X')]]
  })
}

test('both catalogues have the same keys', () => {
  const keys = (part: object) => flat(part).map(([key]) => key)
  expect(keys(zh)).toEqual(keys(en))
})

test('no text is empty or left with a hole', () => {
  for (const [key, text] of [...flat(en), ...flat(zh)]) {
    expect(text, key).not.toMatch(/^\s*$|undefined|\[object/)
  }
})

test('Chinese texts are Chinese, but for names and units', () => {
  const foreign = flat(zh).filter(([, text]) => !/\p{Script=Han}/u.test(text))
  const names = /^(GFLOPS|GOPS|%$|MB\/s|TB|Gb\/s|gVisor|err|\d|[A-Z0-9]+ )|perUnitHour/
  expect(foreign.filter(([key, text]) => !names.test(text) && !names.test(key))).toEqual([])
})

test('every code of the exchange has words in both languages', () => {
  for (const [code, { en: english, zh: chinese }] of Object.entries(CODES)) {
    expect(english, code).not.toBe('')
    expect(chinese, code).toMatch(/\p{Script=Han}/u)
  }
})
