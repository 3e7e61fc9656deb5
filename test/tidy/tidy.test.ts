// The repository looked at as data. With SUAN_TIDY_UPDATE=1 the lists of names that no test
// mentions yet are rewritten; a change that makes such a list longer must say why.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  codeFaults,
  type CodeEntry,
  outdated,
  ruleFaults,
  ruleIds,
  uncited,
  unlisted,
} from './citations.ts'
import { readRepository, root } from './repository.ts'
import { importFaults } from './rooms.ts'
import { lengthFaults, medianLines, nameFaults, wordFaults } from './text.ts'

const files = readRepository()

describe('the repository', () => {
  test('rooms import only what the table allows', () => {
    expect(importFaults(files)).toEqual([])
  })
  test('files are short', () => {
    console.log(`median length of the files under src: ${medianLines(files)} lines`)
    expect(lengthFaults(files)).toEqual([])
  })
  test('files have kebab-case names', () => {
    expect(nameFaults(files)).toEqual([])
  })
  test('no banned words, machine paths or registry hosts', () => {
    expect(wordFaults(files)).toEqual([])
  })
  test('both rulebooks have the same rules', () => {
    expect(ruleFaults(files)).toEqual([])
  })
  test('every rule is cited by a test, or is on the list of those that are not', () => {
    const rules = uncited(ruleIds(files, 'en'), files)
    expectListed('uncited-rules.txt', rules)
  })
  test('every code has both texts and an existing rule', async () => {
    expect(codeFaults(await codes(), ruleIds(files, 'en'))).toEqual([])
  })
  test('every code is met in a test, or is on the list of those that are not', async () => {
    const names = uncited(Object.keys(await codes()), files)
    expectListed('uncited-codes.txt', names)
  })
})

async function codes(): Promise<Readonly<Record<string, CodeEntry>>> {
  const path = join(root, 'src/messages/codes.ts')
  if (!existsSync(path)) return {}
  const module: { CODES: Readonly<Record<string, CodeEntry>> } = await import(path)
  return module.CODES
}

/** The list may never lack a name; it may hold one too many only until the change is finished. */
function expectListed(name: string, actual: readonly string[]): void {
  const path = join(root, 'test/tidy', name)
  const list = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (process.env['SUAN_TIDY_UPDATE'] === '1') {
    const differs = unlisted(list, actual).length + outdated(list, actual).length > 0
    if (differs) writeFileSync(path, actual.map((line) => `${line}\n`).join(''))
    return
  }
  const how = 'run `SUAN_TIDY_UPDATE=1 npx vitest run test/tidy`'
  expect(unlisted(list, actual), `no test mentions these; cite them, or ${how}`).toEqual([])
  if (process.env['CI'] === undefined) return
  expect(outdated(list, actual), `these are off the list now; ${how}`).toEqual([])
}
