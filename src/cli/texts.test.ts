import { expect, test } from 'vitest'
import * as account from './texts/account.ts'
import * as catalogue from './texts/catalogue.ts'
import * as columns from './texts/columns.ts'
import * as evaluate from './texts/evaluate.ts'
import * as help from './texts/help.ts'
import * as messages from './texts/messages.ts'
import * as published from './texts/published.ts'
import * as run from './texts/run.ts'
import { languageOf } from './language.ts'
import { sayIn } from './texts.ts'

const parts = [account, catalogue, columns, evaluate, help, messages, published, run]
const keys = parts.flatMap((part) => Object.keys(part.en))

test('no text hides another one of the same key', () => {
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
})

test('both languages fill in the same facts', () => {
  const slots = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].toSorted()
  for (const { en, zh } of parts) {
    for (const [key, text] of Object.entries(en)) {
      expect(slots((zh as Record<string, string>)[key] ?? ''), key).toEqual(slots(text))
    }
  }
})

test('facts are filled in, and unknown slots stay', () => {
  const say = sayIn('en')
  expect(say('list.more', { count: 3, cursor: '{x}' })).toBe('3 shown; more with --cursor {x}')
  expect(say('list.more', { count: 3 })).toContain('{cursor}')
})

test.each([
  [['ps'], {}, 'en'],
  [['ps'], { LANG: 'zh_CN.UTF-8' }, 'zh'],
  [['ps'], { LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, 'en'],
  [['ps'], { LANG: 'en_US.UTF-8', SUAN_LANG: 'zh' }, 'zh'],
  [['ps', '--lang', 'en'], { LANG: 'zh_CN.UTF-8' }, 'en'],
  [['--lang=zh', 'ps'], {}, 'zh'],
  [['run', '--', 'x', '--lang', 'zh'], {}, 'en'],
] as const)('%j with %j is in %s', (argv, env, language) => {
  expect(languageOf(argv, env)).toBe(language)
})
