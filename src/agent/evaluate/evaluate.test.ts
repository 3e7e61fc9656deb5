import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decode } from '../../kernel/index.ts'
import { ensureBuilt } from '../../../test/tools/built.ts'
import { loadIdentity, verifySignature } from '../identity.ts'
import { parsePressure, stealPermille } from './conditions.ts'
import { DgemmKernel, PRODUCT_SUM } from './dgemm-kernel.ts'
import { evaluate, isProvisional } from './evaluate.ts'
import { IntegerKernel, SET_CHECKSUM } from './integer-kernel.ts'
import { ChaseKernel } from './memory-kernel.ts'
import { evaluationReport, signReport } from './report.ts'
import { percentile, summarize } from './statistics.ts'

let folder: string
beforeAll(() => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'suan-evaluate-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('kernels', () => {
  test('integer work gives its checksum, again and again', () => {
    const kernel = new IntegerKernel()
    expect([kernel.runSet(), kernel.runSet()]).toEqual([SET_CHECKSUM, SET_CHECKSUM])
  })
  test('the matrix product is the one of exact integers', () => {
    const a = (i: number, j: number) => BigInt(((i * 7 + j * 13) % 17) - 8)
    const b = (i: number, j: number) => BigInt(((i * 5 + j * 11) % 19) - 7)
    let sum = 0n
    for (let i = 0; i < 256; i++) {
      for (let j = 0; j < 256; j++) {
        let element = 0n
        for (let k = 0; k < 256; k++) element += a(i, k) * b(k, j)
        sum += element * BigInt(1 + ((i * 256 + j) % 7))
      }
    }
    expect(Number(sum)).toBe(PRODUCT_SUM)
    expect(new DgemmKernel().run()).toBe(PRODUCT_SUM)
  })
  test('the pointer chase visits every line before it comes back', () => {
    const kernel = new ChaseKernel()
    expect(kernel.run(1024 * 1024)).toBe(0)
    expect(kernel.run(1024 * 1024 - 1)).not.toBe(0)
  })
})

test('median, spread and percentile', () => {
  expect(summarize([3, 1, 2])).toEqual({ median: 2, spreadPpm: 500_000 })
  expect(summarize([4, 4])).toEqual({ median: 4, spreadPpm: 0 })
  expect(percentile([5, 1, 2, 3, 4], 0.5)).toBe(3)
  expect(percentile([7], 0.99)).toBe(7)
})

describe('provisional', () => {
  const quiet = { loadPermille: 0, pressurePermille: 0 }
  const calm = [{ metric: 'm', value: 1, spreadPpm: 50_000 }]
  test('not when quiet and steady', () => {
    expect(isProvisional(calm, quiet, 0)).toBe(false)
  })
  test.each([
    ['figures that scatter', [{ metric: 'm', value: 1, spreadPpm: 50_001 }], quiet, 0],
    ['a loaded machine', calm, { loadPermille: 301, pressurePermille: 0 }, 0],
    ['tasks that wait', calm, { loadPermille: 0, pressurePermille: 101 }, 0],
    ['a hypervisor that takes time', calm, quiet, 21],
  ])('%s', (_what, metrics, before, steal) => {
    expect(isProvisional(metrics, before, steal)).toBe(true)
  })
})

test('conditions are read from the kernel', () => {
  expect(parsePressure('some avg10=18.64 avg60=1.00\nfull avg10=0.00\n')).toBe(186)
  const base = { loadPermille: 0, pressurePermille: 0 }
  const before = { ...base, stealTicks: 10, totalTicks: 1_000 }
  expect(stealPermille(before, { ...base, stealTicks: 15, totalTicks: 1_100 })).toBe(50)
})

test('this machine is measured and the signed report binds venue, node and machine', async () => {
  const measurement = await evaluate(folder, { runs: 2, runMs: 20 })
  const names = measurement.metrics.map((metric) => metric.metric)
  expect(names.slice(0, 6)).toEqual([
    'int_1t_ops_per_s',
    'int_nt_ops_per_s',
    'dgemm_nt_mflops',
    'triad_mb_per_s',
    'latency_ns',
    'disk_write_mb_per_s',
  ])
  for (const metric of measurement.metrics) expect(metric.value, metric.metric).toBeGreaterThan(0)
  expect(readdirSync(folder)).toEqual([])

  const identity = loadIdentity(folder)
  const about = { venue: 'test', node: 7, inventoryDigest: 'ab'.repeat(32) }
  const signed = signReport(measurement, about, identity)
  expect(verifySignature(identity.publicKey, signed.bytes, signed.signature)).toBe(true)
  expect(decode(evaluationReport, signed.bytes)).toMatchObject({
    ...about,
    publicKey: identity.publicKey,
    provisional: measurement.provisional,
  })
})
