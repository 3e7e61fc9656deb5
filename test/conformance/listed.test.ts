import { expect, test } from 'vitest'
import { CASES } from './cases/index.ts'
import { ENGINES } from './engines.ts'
import { readListed } from './listed.ts'
import { LISTED_MOST } from './listed-most.ts'

const listed = readListed()

test('what is not enforceable does not grow', () => {
  expect(listed.length).toBeLessThanOrEqual(LISTED_MOST)
})

test('the list names engines and cases that exist, each cell once, each with a reason', () => {
  const engines = new Set(ENGINES.map(({ name }) => name))
  const cases = new Set(CASES.map(({ id }) => id))
  const cells = listed.map((each) => `${each.engine} ${each.case}`)
  expect(listed.filter((each) => !engines.has(each.engine) || !cases.has(each.case))).toEqual([])
  expect(new Set(cells).size).toBe(cells.length)
  expect(listed.filter(({ reason }) => reason.length < 20)).toEqual([])
})

test('every case has a number of its own', () => {
  expect(new Set(CASES.map(({ id }) => id)).size).toBe(CASES.length)
})
