// The repository looked at as data. With SUAN_TIDY_UPDATE=1 the lists of names that no test
// mentions yet are rewritten; a change that makes such a list longer must say why.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  codeFaults,
  type CodeEntry,
  listFaults,
  ruleFaults,
  ruleIds,
  uncited,
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
    expect(listFaults(committedList('uncited-rules.txt', rules), rules)).toEqual([])
  })
  test('every code has both texts and an existing rule', async () => {
    expect(codeFaults(await codes(), ruleIds(files, 'en'))).toEqual([])
  })
  test('every code is met in a test, or is on the list of those that are not', async () => {
    const names = uncited(Object.keys(await codes()), files)
    expect(listFaults(committedList('uncited-codes.txt', names), names)).toEqual([])
  })
})

async function codes(): Promise<Readonly<Record<string, CodeEntry>>> {
  const path = join(root, 'src/messages/codes.ts')
  if (!existsSync(path)) return {}
  const module: { CODES: Readonly<Record<string, CodeEntry>> } = await import(path)
  return module.CODES
}

function committedList(name: string, actual: readonly string[]): string {
  const path = join(root, 'test/tidy', name)
  if (process.env['SUAN_TIDY_UPDATE'] === '1' && (existsSync(path) || actual.length > 0)) {
    writeFileSync(path, actual.map((line) => `${line}\n`).join(''))
  }
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
