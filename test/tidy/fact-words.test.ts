// Every phrase that the core puts into a refusal's facts can be said in Chinese.
import { expect, test } from 'vitest'
import { wordFact } from '../../src/messages/index.ts'
import { isTest, readRepository } from './repository.ts'

const LITERAL = String.raw`(?:'([^'\n]*)'|\`([^\`\n]*)\`)`
/** `what: '…'`, `why: '…'`, `const why = '…'`, and the last argument of the helpers that refuse. */
const PHRASES = [
  new RegExp(String.raw`\b(?:what|why|dimension)(?:: | = )${LITERAL}`, 'g'),
  new RegExp(
    String.raw`\b(?:fieldUnless|invalid)\([^']*(?:'\w+'[^']*?)+,\s*${LITERAL},?\s*\)`,
    'g',
  ),
]
/** Answers of a quote, which clients word themselves, and names that are the same everywhere. */
const isName = (phrase: string): boolean => /^[A-Z_]+$/.test(phrase)

test('facts of refusals have Chinese words', () => {
  const phrases = new Set<string>()
  for (const [path, text] of readRepository()) {
    if (!/^src\/(?:exchange|api)\//.test(path) || isTest(path)) continue
    for (const pattern of PHRASES) {
      for (const [, plain, template] of text.matchAll(pattern)) {
        phrases.add(plain ?? template?.replaceAll(/\$\{[^}]*\}/g, '7') ?? '')
      }
    }
  }
  const found = [...phrases].filter((phrase) => !isName(phrase))
  expect(found.length).toBeGreaterThan(60)
  expect(found.filter((phrase) => wordFact(phrase, 'zh') === phrase)).toEqual([])
})
