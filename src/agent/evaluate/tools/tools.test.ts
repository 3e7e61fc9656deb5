// Better tools: the real ones where they are, their recorded answers where they are not.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { toolName, type ToolName, type ToolReport } from '../../../messages/index.ts'
import { findProgram } from '../../inspect/engines.ts'
import { QUICK } from '../effort.ts'
import { parseFio } from './fio.ts'
import { argsOf, parseProbe } from './gpu-probe.ts'
import { parseIperf3, peerOf } from './iperf3.ts'
import { ALL_TOOLS, measureTools, NO_TOOLS } from './measure-tools.ts'
import { foundOf, parseCards } from './nvidia.ts'
import { parseOpenblas } from './openblas.ts'
import { runTool } from './run-tool.ts'
import type { ToolChoice } from './tool.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'suan-tools-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const good = (stdout: string) => ({ code: 0, stdout, stderr: '' })
const measureBy = async (name: ToolName, choice: Partial<ToolChoice> = {}): Promise<ToolReport> => {
  const only = { ...ALL_TOOLS, names: [name], ...choice }
  const reports = await measureTools({ choice: only, folder, effort: QUICK })
  expect(reports.map((one) => one.name)).toEqual(toolName.values)
  return reports.find((one) => one.name === name)!
}
const SHA256: unknown = expect.stringMatching(/^[0-9a-f]{64}$/)

describe('a tool that is here measures; where it is not, that is told', () => {
  const hasFio = findProgram('fio') !== null
  const hasIperf3 = findProgram('iperf3') !== null
  const absent = { state: 'absent', version: '', binary: null, metrics: [] }
  test('fio measures the disk five ways and leaves nothing behind', async () => {
    const report = await measureBy('fio')
    const used = { state: 'used', version: expect.stringMatching(/^fio-\d/), binary: SHA256 }
    expect(report).toMatchObject(hasFio ? used : absent)
    for (const { metric, runs } of report.metrics) {
      expect([metric, runs.length, Math.min(...runs) > 0]).toEqual([metric, QUICK.runs, true])
    }
    expect(report.metrics).toHaveLength(hasFio ? 5 : 0)
    expect(readdirSync(folder)).toEqual([])
  })
  test('OpenBLAS gives the exact product, and says which library it was', async () => {
    const report = await measureBy('openblas')
    const detail = expect.stringMatching(/order 1024, \d+ threads, .*openblas/)
    const used = { state: 'used', version: expect.stringContaining('OpenBLAS'), binary: SHA256 }
    expect(report).toMatchObject(report.state === 'absent' ? absent : { ...used, detail })
    expect(report.metrics).toHaveLength(report.state === 'absent' ? 0 : 2)
  })
  test('iperf3 measures to the server that is named, and to no other', async () => {
    expect((await measureBy('iperf3')).state).toBe(hasIperf3 ? 'skipped' : 'absent')
    const port = await freePort()
    const named = { iperf3: `127.0.0.1:${port}` }
    const server = await startServer(hasIperf3 ? 'iperf3' : null, port)
    const report = await measureBy('iperf3', named)
    await server.stop()
    const used = { state: 'used', version: expect.stringContaining('iperf 3'), binary: SHA256 }
    expect(report).toMatchObject(hasIperf3 ? used : absent)
    const runs = report.metrics.map((each) => [each.metric, each.runs.length])
    const both = ['iperf3_up_kbit_per_s', 'iperf3_down_kbit_per_s']
    expect(runs).toEqual(hasIperf3 ? both.map((each) => [each, QUICK.runs]) : [])
    const failed = { ...absent, state: 'failed', detail: expect.stringMatching(/refused/i) }
    expect(await measureBy('iperf3', named)).toMatchObject(hasIperf3 ? failed : absent)
  })
})

describe('a tool that is not here, or does not work', () => {
  test('absence is told of, and nothing is made up', async () => {
    vi.stubEnv('PATH', folder)
    try {
      const choice = { ...ALL_TOOLS, iperf3: 'somewhere', gpuProbe: 'some/image' }
      const reports = await measureTools({ choice, folder, effort: QUICK })
      expect(reports.map(({ state }) => state)).toEqual(toolName.values.map(() => 'absent'))
      expect(reports.every(({ binary, metrics }) => binary === null && metrics.length === 0)).toBe(
        true,
      )
    } finally {
      vi.unstubAllEnvs()
    }
  })
  test('what is not asked for is not run', async () => {
    const reports = await measureTools({ choice: NO_TOOLS, folder, effort: QUICK })
    expect(reports.map(({ state }) => state)).toEqual(toolName.values.map(() => 'skipped'))
  })
  test('one that never ends is ended, with what it started', async () => {
    const late = await runTool({ path: '/bin/sh', args: ['-c', 'sleep 60 | cat'], limitMs: 200 })
    expect(late).toEqual({ code: null, stdout: '', stderr: '' })
  })
  test('a program of that name which fails', async () => {
    const own = join(folder, 'nvidia-smi')
    writeFileSync(own, '#!/bin/sh\necho "Failed to initialize NVML: Driver mismatch"\nexit 9\n')
    chmodSync(own, 0o755)
    vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`)
    try {
      const detail = 'Failed to initialize NVML: Driver mismatch'
      expect(await measureBy('nvidia-smi')).toMatchObject({ state: 'failed', detail })
    } finally {
      vi.unstubAllEnvs()
      rmSync(own)
    }
  })
})

describe('answers as they were recorded, or as their documentation has them', () => {
  test('fio', () => {
    const idle = { iops: 0, bw_bytes: 0 }
    const job = (jobname: string, more: object) => ({
      jobname,
      error: 0,
      read: idle,
      write: idle,
      ...more,
    })
    const jobs = [
      job('lay-out', { write: { iops: 9, bw_bytes: 9 } }),
      job('fio_read_4k_iops', { read: { iops: 65_827.242525, bw_bytes: 269_628_385 } }),
      job('fio_read_4k_iops', { read: { iops: 82_174.4, bw_bytes: 1 } }),
      job('fio_write_1m_kb_per_s', { write: { iops: 2_047, bw_bytes: 2_146_435_072 } }),
      job('fio_fsync_p99_ns', { sync: { lat_ns: { percentile: { '99.000000': 166_912 } } } }),
    ]
    const found = parseFio(good(JSON.stringify({ 'fio version': 'fio-3.33', jobs })))
    expect(found.map(({ metric, runs }) => [metric, runs])).toEqual([
      ['fio_write_1m_kb_per_s', [2_146_435]],
      ['fio_read_1m_kb_per_s', []],
      ['fio_write_4k_iops', []],
      ['fio_read_4k_iops', [65_827, 82_174]],
      ['fio_fsync_p99_ns', [166_912]],
    ])
    const broken = JSON.stringify({ jobs: [job('lay-out', { error: 28 })] })
    expect(() => parseFio(good(broken))).toThrow('lay-out: error 28')
    expect(() => parseFio({ code: null, stdout: '', stderr: '' })).toThrow('exit by signal')
  })
  test('iperf3', () => {
    const second = (bits: number, omitted = false) => ({
      sum: { bits_per_second: bits, omitted },
    })
    const answer = { intervals: [second(9, true), second(1_234_567), second(2_000_000)] }
    expect(parseIperf3('iperf3_up_kbit_per_s', good(JSON.stringify(answer)))).toEqual({
      metric: 'iperf3_up_kbit_per_s',
      runs: [1_235, 2_000],
      shares: [],
    })
    const busy = JSON.stringify({ error: 'the server is busy running a test' })
    expect(() => parseIperf3('x', { code: 1, stdout: busy, stderr: '' })).toThrow('busy')
    expect(() => parseIperf3('x', { code: 1, stdout: '', stderr: 'no' })).toThrow('no')
  })
  test.each([
    ['far.example', 'far.example', '5201'],
    ['far.example:99', 'far.example', '99'],
    ['[::1]:99', '::1', '99'],
    ['[::1]', '::1', '5201'],
    ['::1', '::1', '5201'],
  ])('the server %s', (named, host, port) => {
    expect(peerOf(named)).toEqual({ host, port })
  })
  test('OpenBLAS', () => {
    const parse = (answer: object) => () => parseOpenblas(good(JSON.stringify(answer)))
    expect(parse({ absent: true })).toThrow('no OpenBLAS')
    expect(parse({ exact: false })).toThrow('the product is wrong')
    const trace = 'Traceback\n  File\nMemoryError'
    expect(() => parseOpenblas({ code: 1, stdout: '', stderr: trace })).toThrow('MemoryError')
  })
  test('nvidia-smi: sums over all cards, and nothing for what the driver does not tell', () => {
    const card = 'NVIDIA H100 80GB HBM3, 535.104.05, 81559, 700.00, 69.42'
    const look = parseCards(`${card}\n${card}\n\n`)
    expect(foundOf([look, look])).toEqual({
      version: 'driver 535.104.05',
      detail: '2 x NVIDIA H100 80GB HBM3',
      metrics: [
        { metric: 'nvidia_memory_mib', runs: [163_118, 163_118], shares: [] },
        { metric: 'nvidia_power_limit_mw', runs: [1_400_000, 1_400_000], shares: [] },
        { metric: 'nvidia_power_draw_mw', runs: [138_840, 138_840], shares: [] },
      ],
    })
    const silent = parseCards('Tesla M60, 470.1, 8192, [N/A], [Not Supported]\n')
    expect(foundOf([silent]).metrics.map(({ metric }) => metric)).toEqual(['nvidia_memory_mib'])
    expect(() => foundOf([[]])).toThrow('it lists no card')
  })
  test('a container that measures cards', () => {
    const line = '{"version": "torch 2.4", "metrics": {"gpu_fp16_gflops": [1.4, 2], "gpu_x": 1}}'
    expect(() => parseProbe(good(line))).toThrow('unknown metric gpu_x')
    const known = '{"version": "torch 2.4", "metrics": {"gpu_fp16_gflops": [1.4, 2]}}'
    expect(parseProbe(good(`warming up\n${known}\n\n`))).toEqual({
      version: 'torch 2.4',
      metrics: [{ metric: 'gpu_fp16_gflops', runs: [1, 2], shares: [] }],
    })
    expect(() => parseProbe(good('done'))).toThrow('its last line is not JSON')
    expect(() => parseProbe({ code: 125, stdout: '', stderr: 'a\nno card' })).toThrow('no card')
    const closed = ['--network', 'none', '--read-only', '--pull', 'never']
    const args = argsOf('podman', 'one', 'some/image', { effort: QUICK })
    expect(args).toEqual(expect.arrayContaining([...closed, 'nvidia.com/gpu=all', 'SUAN_RUNS=2']))
    expect(args.at(-1)).toBe('some/image')
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A server of iperf3 that listens; nothing where there is no such program. */
async function startServer(
  program: string | null,
  port: number,
): Promise<{ readonly stop: () => Promise<void> }> {
  if (program === null) return { stop: async () => {} }
  const server = spawn(program, ['-s', '-B', '127.0.0.1', '-p', String(port), '--forceflush'])
  await once(server.stdout, 'data')
  return {
    stop: async () => {
      server.kill()
      await once(server, 'exit')
    },
  }
}
