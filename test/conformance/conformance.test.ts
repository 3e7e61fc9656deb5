/** The matrix as tests: every case on every engine that this machine has, and the table at the end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from '../tools/built.ts'
import type { MatrixRow } from './case.ts'
import { CASES } from './cases/index.ts'
import { ENGINES } from './engines.ts'
import { readListed } from './listed.ts'
import { absent, Column } from './matrix.ts'
import { asTable } from './print.ts'

const strict = process.env['CI'] === 'true'
const listed = readListed()
const rows: MatrixRow[] = []
const missing: string[] = []

beforeAll(ensureBuilt)
afterAll(() => console.log(asTable(rows)))

const engines = await Promise.all(
  ENGINES.map(async ({ name, find }) => ({ name, found: await find() })),
)
const columns = engines.flatMap(({ name, found }) => {
  if (found.present) return [new Column(name, found, { listed, strict })]
  missing.push(`${name}: ${found.why}`)
  rows.push(...CASES.map(({ id }) => absent(name, id, found.why)))
  return []
})

describe.each(columns)('$engine', (column) => {
  beforeAll(() => column.begin())
  afterAll(() => column.end())
  test.each(CASES)('$id: $title, or it is listed', async (each) => {
    const row = await column.cell(each)
    rows.push(row)
    expect(row, row.reason ?? '').not.toHaveProperty('result', 'fail')
  })
})

test('on the machines of continuous integration every engine is there', () => {
  expect(strict ? missing : []).toEqual([])
})
