/** The matrix as tests: every case on every engine that this machine has, and the table at the end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from '../tools/built.ts'
import type { MatrixRow } from './case.ts'
import { CASES } from './cases/index.ts'
import { ENGINES, inOrder } from './engines.ts'
import { readListed } from './listed.ts'
import { absent, runMatrix } from './matrix.ts'
import { asTable } from './print.ts'

const strict = process.env['CI'] === 'true'
const found = await Promise.all(
  ENGINES.map(async (engine) => ({ ...engine, found: await engine.find() })),
)
const present = found.flatMap((each) =>
  each.found.present ? [{ ...each, find: async () => each.found }] : [],
)
const missing = found.flatMap(({ name, found: each }) =>
  each.present ? [] : [{ name, why: each.why }],
)
const rows = missing.flatMap(({ name, why }) => CASES.map(({ id }) => absent(name, id, why)))
/** by engine and case: a test waits for its cell of the one run */
const told = new Map<string, (row: MatrixRow) => void>()
let whole: Promise<void>

beforeAll(() => {
  ensureBuilt()
  whole = runMatrix(present, CASES, { listed: readListed(), strict }, (row) => {
    rows.push(row)
    told.get(`${row.engine} ${row.case}`)?.(row)
  })
})
afterAll(async () => {
  await whole
  console.log(asTable(inOrder(rows)))
})

describe.each(present)('$name', ({ name }) => {
  const cells = CASES.map(({ id, title }) => ({
    id,
    title,
    row: new Promise<MatrixRow>((resolve) => told.set(`${name} ${id}`, resolve)),
  }))
  test.each(cells)('$id: $title, or it is listed', async (cell) => {
    const row = await Promise.race([cell.row, whole.then(() => cell.row)])
    expect(row, row.reason ?? '').not.toHaveProperty('result', 'fail')
  })
})

test('on the machines of continuous integration every engine is there', () => {
  expect(strict ? missing : []).toEqual([])
})
