// Public results are read whole or not at all, with the line of what is wrong; models are matched by
// their words. The real files are read where they are.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readCsv } from './csv.ts'
import { modelKey } from './match.ts'
import { readPublished } from './read.ts'

const HEAD = 'name,category,bus,memory_mb,max_tdp_w,g3d_mark,gpu_compute_ops,samples'
const gpus = (...lines: string[]): string => [HEAD, ...lines].join('\n')

test('quotes, commas and lines within quotes, and empty lines', () => {
  expect(readCsv('a,"b, ""c""\nd"\r\n\n1,\n')).toEqual({
    rows: [
      { line: 1, cells: ['a', 'b, "c"\nd'] },
      { line: 4, cells: ['1', ''] },
    ],
    openQuoteAt: null,
  })
  expect(readCsv('a\n"b').openQuoteAt).toBe(2)
})

describe('a file', () => {
  test('is known by its header', () => {
    const file = readPublished(gpus('H100 PCIe,Workstation,PCIe,,350,100,,3'))
    expect(file).toEqual({
      format: 'passmark-gpu',
      faults: null,
      rows: [
        {
          line: 2,
          model: 'H100 PCIe',
          detail: 'Workstation, PCIe',
          figures: [
            { figure: 'graphics_3d', value: '100', unit: '' },
            { figure: 'samples', value: '3', unit: '' },
            { figure: 'max_tdp', value: '350', unit: 'W' },
          ],
        },
      ],
    })
  })

  test.each([
    ['HEADER', 'a,b\n1,2', { line: 1 }],
    ['HEADER', '', { line: 1 }],
    ['EMPTY', HEAD, { line: 1 }],
    ['QUOTE', gpus('"X,,,,,1,,1'), { line: 2 }],
    ['COLUMNS', gpus('A,,,,,1,,1', 'B,,,,,1,,1,9'), { line: 3, value: '9 of 8' }],
    ['MODEL', gpus(' ,,,,,1,,1'), { line: 2, column: 'name' }],
    ['NUMBER', gpus('A,,,,,many,,1'), { line: 2, column: 'g3d_mark', value: 'many' }],
    ['NUMBER', gpus('A,,,,,,,1'), { line: 2, column: 'g3d_mark', value: '' }],
    ['NUMBER', gpus('A,,,,x,1,,1'), { line: 2, column: 'max_tdp_w', value: 'x' }],
    ['NUMBER', gpus('A,,,,,1e9,,1'), { line: 2, column: 'g3d_mark' }],
  ] as const)('that is wrong is refused: %s %j', (code, text, where) => {
    expect(readPublished(text).faults).toMatchObject([{ code, ...where }])
  })

  test('has every fault told, not the first alone', () => {
    expect(readPublished(gpus('A,,,,,x,,y', ',,,,,1,,1')).faults).toHaveLength(3)
  })
})

describe('models', () => {
  test.each([
    ['cpu', 'exact', 'Intel(R) Xeon(R) Platinum 8480+', 'Intel Xeon Platinum 8480+ @ 2.00GHz'],
    ['cpu', 'exact', 'AMD EPYC 9654 96-Core Processor', 'AMD EPYC 9654'],
    ['cpu', 'exact', 'Intel Xeon X3360 Processor', 'Intel Xeon X3360 @ 2.83GHz'],
    ['gpu', 'exact', 'NVIDIA GeForce RTX 4090', 'GeForce RTX 4090'],
    ['gpu', 'model', 'NVIDIA H100 80GB HBM3', 'NVIDIA H100-SXM5-80GB'],
    ['gpu', 'model', 'NVIDIA A100-SXM4-80GB', 'NVIDIA A100 80GB PCIe'],
  ] as const)('%s %s: %s is %s', (kind, by, one, other) => {
    expect(modelKey(one, kind, by)).toBe(modelKey(other, kind, by))
  })
  test.each([
    ['cpu', 'Intel Xeon Platinum 8480+', 'Intel Xeon Platinum 8480'],
    ['cpu', 'AMD EPYC 7401', 'AMD EPYC 7401P'],
    ['cpu', 'AMD EPYC', 'AMD EPYC 9654'],
    ['gpu', 'GeForce RTX 4090', 'GeForce RTX 4090 Laptop GPU'],
    ['gpu', 'RTX A1000', 'A100'],
  ] as const)('%s: %s is not %s', (kind, one, other) => {
    expect(modelKey(one, kind, 'model')).not.toBe(modelKey(other, kind, 'model'))
  })
})

const FOLDER = resolve(process.env['SUAN_DATA'] ?? resolve('..', 'shared', 'data'), 'specs')
const FILES = [
  ['mlperf_training_v5.0.csv', 'mlperf-training', 201],
  ['specpower_2026-03-09.csv', 'specpower', 1_088],
  ['passmark_cpus.csv', 'passmark-cpu', 5_149],
  ['passmark_gpus.csv', 'passmark-gpu', 2_702],
] as const
const found = FILES.filter(([name]) => existsSync(resolve(FOLDER, name)))
if (found.length < FILES.length) console.log(`public files that are not in ${FOLDER} are left out`)

describe('the real files', () => {
  test('are named', () => expect(FILES).toHaveLength(4))
  for (const [name, format, rows] of found) {
    test(`${name} is read whole`, () => {
      const file = readPublished(readFileSync(resolve(FOLDER, name), 'utf8'))
      expect(file.faults).toBeNull()
      expect(file).toMatchObject({ format })
      expect(file.faults === null ? file.rows.length : 0).toBe(rows)
    })
  }
})
