/** A driver that promises what it does not keep is found out, and the matrix fails. */
import { describe, expect, test } from 'vitest'
import { processDriver, type Driver } from '../../src/agent/index.ts'
import { ensureBuilt } from '../tools/built.ts'
import { CASES } from './cases/index.ts'
import type { MatrixRow } from './case.ts'
import { absent, exitCode, runColumn } from './matrix.ts'
import type { ConformanceEngine } from './engines.ts'

/** A bare process that is sold as a container, and counts less than it uses. */
async function lyingDriver(folder: string): Promise<Driver> {
  const honest = await processDriver(folder)
  return {
    ...honest,
    name: 'docker',
    isolation: 'container',
    capabilities: { ...honest.capabilities, images: true },
    usage: async (allocation) => ({ ...(await honest.usage(allocation)), cpuUs: 1 }),
  }
}

const LIAR: ConformanceEngine = {
  name: 'liar',
  find: async () => ({ present: true, version: '1', image: null, make: lyingDriver }),
}

describe('a lying driver', () => {
  test('fails the cells of what it claims, passes others, and fails the whole', async () => {
    ensureBuilt()
    const rows = await column(LIAR, ['output.streams', 'isolation.files', 'meter.counts'], true)
    expect(rows.map((row) => `${row.case} ${row.result}`)).toEqual([
      'output.streams pass',
      'meter.counts fail',
      'isolation.files fail',
    ])
    expect(exitCode(rows, false)).toBe(1)
  })

  test('that admits a lack which the list does not have fails in continuous integration', async () => {
    const modest: ConformanceEngine = {
      ...LIAR,
      find: async () => ({ present: true, version: '1', image: null, make: processDriver }),
    }
    const strict = await column(modest, ['isolation.files'], true)
    expect(strict).toMatchObject([{ result: 'fail' }])
    const lenient = await column(modest, ['isolation.files'], false)
    expect(lenient).toMatchObject([{ result: 'not-enforceable' }])
    expect(exitCode(lenient, false)).toBe(0)
  })

  test('that cannot begin fails every cell', async () => {
    const broken: ConformanceEngine = {
      name: 'broken',
      find: async () => ({
        present: true,
        version: '1',
        image: null,
        make: () => Promise.reject(new Error('no engine')),
      }),
    }
    const rows = await column(broken, ['output.streams'], false)
    expect(rows).toMatchObject([{ result: 'fail', reason: expect.stringContaining('no engine') }])
  })
})

test('an absent engine fails in continuous integration only', () => {
  const rows = [absent('none', 'output.streams', 'it is not here')]
  expect([exitCode(rows, false), exitCode(rows, true)]).toEqual([0, 1])
})

async function column(
  engine: ConformanceEngine,
  ids: readonly string[],
  strict: boolean,
): Promise<MatrixRow[]> {
  const rows: MatrixRow[] = []
  const cases = CASES.filter(({ id }) => ids.includes(id))
  await runColumn(engine, cases, { listed: [], strict }, (row) => rows.push(row))
  return rows
}
