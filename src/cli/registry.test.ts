import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { COMMANDS } from './registry.ts'
import { sayIn } from './texts.ts'

test.each([
  ['en', 'docs/commands.md'],
  ['zh', 'docs/zh/commands.md'],
] as const)(
  'the %s page of commands has each of them once, in the words of its help',
  (lang, path) => {
    const page = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
    const cells = page.matchAll(/^\| `([^`]+)` \| (.*?) \|/gm)
    const rows = [...cells].map(([, name = '', text = '']) => [name, text] as const)
    const shown = COMMANDS.filter((one) => one.hidden !== true)
    const words = new Map(shown.map((one) => [one.name, sayIn(lang)(one.summary)]))
    expect(new Map(rows)).toEqual(words)
    expect(rows).toHaveLength(words.size)
  },
)
