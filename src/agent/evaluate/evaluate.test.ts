import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from '../../../test/tools/built.ts'
import { IntegerKernel, SET_CHECKSUM } from '../../kernel/index.ts'
import { SUITE_DIGEST, SUITE_METRICS } from '../../messages/index.ts'
import { REFERENCE_DIGEST, checkReport, evidenceRoot, judge } from '../../models/index.ts'
import { parseReport, reportBytes } from '../../wire/index.ts'
import { loadIdentity, verifySignature } from '../identity.ts'
import { inspect } from '../inspect/inspect.ts'
import { CompressKernel, ROUND_CHECKSUM } from './compress-kernel.ts'
import { foreignPermille, parsePressure, stealPermille } from './conditions.ts'
import { DgemmKernel, PRODUCT_SUM } from './dgemm-kernel.ts'
import { QUICK } from './effort.ts'
import { evaluate, type Measurement } from './evaluate.ts'
import { NO_TOOLS } from './tools/measure-tools.ts'
import { FloatKernel, SET_POSITION } from './fp-kernel.ts'
import { Int8Kernel, SingleKernel } from './matmul-kernel.ts'
import { ChaseKernel } from './memory-kernel.ts'
import { findMeter, workPerJoule } from './power.ts'
import { signReport } from './report.ts'
import { percentile } from './statistics.ts'
import { suiteDigest } from './suite.ts'

let folder: string
beforeAll(() => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'suan-evaluate-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('kernels give the same bits on every machine, again and again', () => {
  test.each([
    ['integer', () => new IntegerKernel(), SET_CHECKSUM],
    ['float', () => new FloatKernel(), SET_POSITION],
  ] as const)('%s', (_name, make, expected) => {
    const kernel = make()
    expect([kernel.runSet(), kernel.runSet()]).toEqual([expected, expected])
  })
  test('compression gives its bytes back', () => {
    const kernel = new CompressKernel()
    expect([kernel.run(), kernel.run()]).toEqual([ROUND_CHECKSUM, ROUND_CHECKSUM])
  })
  test('the matrix product is the one of exact integers, in every precision', () => {
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
    const kernels = [new DgemmKernel(), new SingleKernel(), new Int8Kernel()]
    expect(kernels.map((kernel) => kernel.run())).toEqual([PRODUCT_SUM, PRODUCT_SUM, PRODUCT_SUM])
  })
  test('the pointer chase visits every line before it comes back', () => {
    const kernel = new ChaseKernel()
    expect(kernel.run(1024 * 1024)).toBe(0)
    expect(kernel.run(1024 * 1024 - 1)).not.toBe(0)
  })
  test('golden: the suite suan-2 is frozen', () => {
    expect(suiteDigest()).toBe(SUITE_DIGEST)
  })
})

test('percentile by nearest rank', () => {
  expect(percentile([5, 1, 2, 3, 4], 0.5)).toBe(3)
  expect(percentile([7], 0.99)).toBe(7)
})

test('conditions are what others and the hypervisor took', () => {
  expect(parsePressure('some avg10=18.64 avg60=1.00\nfull avg10=0.00\n')).toBe(186)
  const before = { totalMs: 1_000, busyMs: 500, ownMs: 100, stealMs: 10 }
  const after = { totalMs: 2_000, busyMs: 1_400, ownMs: 800, stealMs: 60 }
  expect(foreignPermille(before, after)).toBe(200)
  expect(stealPermille(before, after)).toBe(50)
  expect(foreignPermille(before, before)).toBe(0)
})

describe('energy', () => {
  const rapl = () => join(folder, 'rapl')
  const setCounter = (microjoules: number) =>
    writeFileSync(join(rapl(), 'energy_uj'), String(microjoules))
  beforeAll(() => {
    mkdirSync(rapl())
    setCounter(9_000_000)
    writeFileSync(join(rapl(), 'max_energy_range_uj'), '10000000')
  })
  test('without a counter there is none', () => {
    expect(findMeter(join(folder, 'nowhere'))).toBeNull()
  })
  test('all work over all energy, also where the counter starts anew', async () => {
    const meter = findMeter(rapl())
    if (meter === null) throw new Error('the counter is there')
    let calls = 0
    const perJoule = await workPerJoule(meter, async () => {
      // 15 pieces of work; 2 J are used in all: 1 up to where the counter wraps, 1 after it.
      if (++calls === 15) setCounter(1_000_000)
      return 4
    })
    expect([calls, perJoule]).toEqual([15, 30])
  })
})

async function reportOf(measurement: Measurement) {
  const identity = loadIdentity(folder)
  const { inventory } = await inspect(folder)
  const about = {
    software: 'test',
    venue: 'test',
    node: 7,
    inventory,
    referenceDigest: REFERENCE_DIGEST,
    judgement: judge(measurement),
    evidenceRoot: evidenceRoot(measurement),
  }
  return { identity, about, file: signReport(measurement, about, identity) }
}

test('EVA-010: a quick look says of itself that it rates nothing; its report holds', async () => {
  const measurement = await evaluate({ folder, url: null, effort: QUICK })
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  const names = measurement.metrics.map(({ metric }) => metric)
  const left = ['rtt_ns', 'jitter_ns', 'delivered_ppm', 'download_kb_per_s', 'int_ops_per_joule']
  const direct = ['disk_read_mb_per_s', 'disk_reads_per_s', 'disk_writes_per_s']
  const everywhere = Object.keys(SUITE_METRICS).filter((n) => ![...left, ...direct].includes(n))
  expect(names).toEqual(expect.arrayContaining(everywhere))
  for (const { metric, runs } of measurement.metrics)
    expect(Math.min(...runs), metric).toBeGreaterThan(0)
  const { identity, file } = await reportOf(measurement)
  expect(file.report.judgement.rated).toBe(false)
  expect(file.report.judgement.reasons).toContain('TOO_FEW_RUNS')

  const signed = parseReport(file.bytes)
  expect(signed?.report).toEqual(file.report)
  const signatureHolds = verifySignature(
    identity.publicKey,
    reportBytes(file.report),
    file.signature,
  )
  const checks = checkReport(file.report, { signatureHolds, nowUs: Date.now() * 1_000 })
  expect(checks.filter(({ ok }) => !ok)).toEqual([])
})

test('EVA-003: on a loaded machine the measurement is not rated', async () => {
  const spin = join(folder, 'spin.mjs')
  writeFileSync(spin, "process.send('spinning'); for (;;);")
  const neighbours = Array.from({ length: availableParallelism() }, () => fork(spin))
  try {
    await Promise.all(
      neighbours.map(async (one) => new Promise((begun) => one.once('message', begun))),
    )
    const measurement = await evaluate({
      folder,
      url: null,
      effort: { runs: 5, mostRuns: 5, runMs: 40 },
      tools: NO_TOOLS,
    })
    expect(measurement.conditions.foreignPermille).toBeGreaterThan(100)
    const { rated, reasons } = judge(measurement)
    expect(rated).toBe(false)
    expect(reasons).toContain('LOADED')
  } finally {
    for (const one of neighbours) one.kill('SIGKILL')
  }
})
