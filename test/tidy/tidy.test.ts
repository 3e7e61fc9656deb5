// The repository looked at as data.
import { describe, expect, test } from 'vitest'
import { CODES } from '../../src/messages/index.ts'
import { codeFaults, ruleFaults, ruleIds, uncited } from './citations.ts'
import { readRepository } from './repository.ts'
import { goldenFaults } from './golden.ts'
import { pageFaults } from './languages.ts'
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
  test('every rule is cited by a test', () => {
    expect(uncited(ruleIds(files, 'en'), files)).toEqual([])
  })
  test('every code has both texts and an existing rule', () => {
    expect(codeFaults(CODES, ruleIds(files, 'en'))).toEqual([])
  })
  test('Chinese pages are built as the English ones, and linked', () => {
    expect(pageFaults(files)).toEqual([])
  })
  test('the changelog tells of the golden journals as they are', () => {
    expect(goldenFaults(files)).toEqual([])
  })
  test('every code is met in a test', () => {
    expect(uncited(Object.keys(CODES), files)).toEqual([])
  })
})
