// The checks of tidiness, each shown a fault that it must find and a clean case it must pass.
import { describe, expect, test } from 'vitest'
import { codeFaults, ruleFaults, ruleIds, uncited } from './citations.ts'
import { goldenFaults } from './golden.ts'
import { pageFaults } from './languages.ts'
import { importFaults } from './rooms.ts'
import { lengthFaults, medianLines, nameFaults, wordFaults } from './text.ts'

const of = (files: Record<string, string>) => new Map(Object.entries(files))

/** Joins the parts of a word that may not stand in any file of the project. */
const word = (...parts: string[]) => parts.join('')

describe('imports', () => {
  test.each([
    [
      'src/kernel/a.ts',
      "import { x } from '../messages/index.ts'",
      'kernel may not import messages',
    ],
    ['src/api/a.ts', "import { x } from '../engine/index.ts'", 'api may not import engine'],
    [
      'src/web/b/a.tsx',
      "import type { X } from '../../agent/index.ts'",
      'web may not import agent',
    ],
    ['src/engine/a.ts', "import { x } from '../journal/file.ts'", 'door of journal'],
    ['src/engine/a.ts', "export { x } from '../journal/file.ts'", 'door of journal'],
    ['src/engine/a.ts', "const x = await import('../journal/file.ts')", 'door of journal'],
    ['src/engine/a.ts', "import {\n  x,\n  y,\n} from '../agent/index.ts'", 'may not import agent'],
    ['bench/a.ts', "import { x } from '../src/journal/file.ts'", 'door of journal'],
    ['src/engine/a.test.ts', "import { x } from '../journal/file.ts'", 'door of journal'],
    ['src/cellar/a.ts', "import { x } from '../kernel/index.ts'", 'not in the table'],
    ['src/kernel/a.ts', "import { readFileSync } from 'node:fs'", 'without Node'],
    ['src/web/a.ts', "import 'node:fs'", 'without Node'],
    ['src/exchange/a.ts', "import { x } from '@noble/hashes/sha2.js'", 'this package'],
    ['src/exchange/ledger/a.ts', "import { x } from '../trading/b.ts'", 'desk ledger may not'],
    ['src/exchange/ledger/a.ts', "import { x } from '../flows/b.ts'", 'desk ledger may not'],
  ])('%s: %s', (path, text, fault) => {
    expect(importFaults(of({ [path]: text }))).toEqual([expect.stringContaining(fault)])
  })

  test.each([
    ['src/engine/a.ts', "import { x } from '../journal/index.ts'"],
    ['src/engine/a.ts', "import { x } from './b/c.ts'"],
    ['src/engine/a.ts', "import { x } from 'node:fs'"],
    ['src/kernel/a.ts', "import { sha256 } from '@noble/hashes/sha2.js'"],
    ['src/cli/a.ts', "const { x } = await import('../engine/index.ts')"],
    ['src/api/a.test.ts', "import { x } from '../engine/index.ts'"],
    ['src/kernel/a.test.ts', "import { x } from 'node:fs'"],
    ['src/exchange/trading/a.ts', "import { x } from '../ledger/b.ts'"],
    ['src/exchange/desks.ts', "import { x } from './trading/b.ts'"],
    ['src/exchange/flows/a.ts', "import { x } from '../trading/b.ts'"],
    ['test/sim/a.ts', "import { x } from '../../src/exchange/index.ts'"],
  ])('%s may say %s', (path, text) => {
    expect(importFaults(of({ [path]: text }))).toEqual([])
  })
})

describe('text', () => {
  test('a file of 400 lines passes and one of 401 does not', () => {
    expect(lengthFaults(of({ 'src/a/b.ts': 'x\n'.repeat(400) }))).toEqual([])
    expect(lengthFaults(of({ 'src/a/b.ts': 'x\n'.repeat(401) }))).toHaveLength(1)
  })

  test('the median leaves tests out', () => {
    const files = { 'src/a/b.ts': 'x\n', 'src/a/c.ts': 'x\nx\n', 'src/a/d.ts': 'x\nx\nx\n' }
    expect(medianLines(of({ ...files, 'src/a/d.test.ts': 'x\n'.repeat(90) }))).toBe(2)
  })

  test.each([
    ['docs/a.md', word('TO', 'DO: write this')],
    ['src/a.ts', word('// FIX', 'ME')],
    ['src/a.ts', word('// XX', 'X')],
    ['src/a.test.ts', word('test', '.only("x", f)')],
    ['src/a.test.ts', word('describe', '.skip("x", f)')],
    ['src/a.test.ts', word('test.concurrent', '.skip("x", f)')],
    ['src/a.ts', word('// @ts-', 'ignore')],
    ['src/a.ts', word('// oxlint', '-disable-next-line no-var')],
    ['src/a.ts', word('f(x as ', 'any)')],
    ['README.md', word('cd /wor', 'k/main')],
    ['src/a.ts', word("const home = '/roo", "t/.config'")],
    ['.npmrc', word('registry=https://registry', '.npmjs.org/')],
    ['package-lock.json', word('"reso', 'lved": "https://example.test/a.tgz"')],
  ])('%s may not say %s', (path, text) => {
    expect(wordFaults(of({ [path]: `fine\n${text}\nfine\n` }))).toHaveLength(1)
  })

  test.each([
    ['src/a.ts', '// as fast as any other; no need to skip (or only look)'],
    ['src/a.ts', "mount('/work', '/home')"],
    ['package-lock.json', word('"integrity": "sha512-XX', 'X+a"')],
  ])('%s may say %s', (path, text) => {
    expect(wordFaults(of({ [path]: text }))).toEqual([])
  })

  test('a file name in camel case is found', () => {
    expect(nameFaults(of({ 'src/a/orderBook.ts': '', 'src/a/order-book.test.ts': '' }))).toEqual([
      'src/a/orderBook.ts: file names are in kebab-case',
    ])
  })
})

describe('citations', () => {
  const files = of({
    'docs/rulebook/en/ledger.md': '## LED-001 Sums\n\nSee LED-009.\n- **LED-002** Holds\n',
    'docs/rulebook/zh/ledger.md': '## LED-001 合计\n\n| LED-003 | 冻结 |\n',
    'src/a/b.test.ts': "test('LED-001: sums', () => expect(code).toBe('NO_FUNDS'))",
    'src/a/b.ts': 'LED-002 PRICE_BAND',
  })

  test('rules are read where they are defined, not where they are mentioned', () => {
    expect([...ruleIds(files, 'en')]).toEqual(['LED-001', 'LED-002'])
    expect([...ruleIds(of({ 'docs/rulebook/ledger.zh.md': '- LED-001' }), 'zh')]).toHaveLength(1)
  })
  test('a rule of one language only is found', () => {
    expect(ruleFaults(files)).toEqual([
      'LED-002: missing in the Chinese rulebook',
      'LED-003: missing in the English rulebook',
    ])
  })
  test('a name counts as cited only in a test, and only as a whole word', () => {
    expect(uncited(['LED-001', 'LED-002'], files)).toEqual(['LED-002'])
    expect(uncited(['NO_FUNDS', 'NO', 'PRICE_BAND'], files)).toEqual(['NO', 'PRICE_BAND'])
  })
  test('texts and rules of codes are compared', () => {
    const rules = new Set(['LED-001'])
    const good = { rule: 'LED-001', en: 'Need {sum}.', zh: '需要 {sum}。' }
    expect(codeFaults({ GOOD: good }, rules)).toEqual([])
    expect(codeFaults({ A: { ...good, en: ' ' } }, rules)).toHaveLength(2)
    expect(codeFaults({ A: { ...good, zh: 'Need {sum}.' } }, rules)).toHaveLength(1)
    expect(codeFaults({ A: { ...good, zh: '需要 {amount}。' } }, rules)).toHaveLength(1)
    expect(codeFaults({ A: { ...good, rule: 'LED-007' } }, rules)).toHaveLength(1)
  })
})

test('golden journals that the changelog does not know are found', () => {
  const golden = ['test/golden/1-market.jsonl', '{}\n'] as const
  const [fault = ''] = goldenFaults(new Map([golden, ['CHANGELOG.md', 'golden 000000000000']]))
  const words = /golden [0-9a-f]{12}$/.exec(fault)?.[0] ?? ''
  expect(goldenFaults(new Map([golden, ['CHANGELOG.md', words]]))).toEqual([])
  const other = [golden[0], '{"a":1}\n'] as const
  expect(goldenFaults(new Map([other, ['CHANGELOG.md', words]]))).toHaveLength(1)
})

describe('pages in two languages', () => {
  const english = '# A\n[zh](zh/a.md)\n| x |\n- one\n```\n# no heading\n```\n'
  const chinese = '# 甲\n[en](../a.md)\n| 子 |\n- 一\n```\n# 非标题\n```\n'
  const faults = (en: string, zh: string) => pageFaults(of({ 'docs/a.md': en, 'docs/zh/a.md': zh }))
  test.each([
    ['a heading', `${chinese}## 乙\n`, ['headings 1 2, in English 1']],
    ['a row', `${chinese}| 丑 |\n`, ['tableRows 2, in English 1']],
    ['an item', `${chinese}1. 二\n`, ['listItems 2, in English 1']],
    ['code', `${chinese}\`\`\`\n\`\`\`\n`, ['fences 4, in English 2']],
    ['a link', chinese.replace('../a.md', 'b.md'), ['does not link its English page']],
    ['nothing', chinese, []],
  ])('%s more or less', (_what, zh, found) => {
    expect(faults(english, zh)).toEqual(found.map((each) => expect.stringContaining(each)))
  })
  test('an English page without its link, and a Chinese page alone', () => {
    expect(faults(english.replace('zh/', ''), chinese)).toHaveLength(1)
    expect(pageFaults(of({ 'docs/zh/b.md': '# 乙\n' }))).toHaveLength(1)
  })
})
