import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decode, sha256Hex } from '../../kernel/index.ts'
import { parseMounts } from '../cgroup/find.ts'
import { parseCpu } from './cpu.ts'
import { engineSockets, findEngines, findProgram } from './engines.ts'
import { parseGpus } from './gpu.ts'
import { inventory } from '../../messages/index.ts'
import { availableMib, inspect } from './inspect.ts'

const V2 = 'cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3'
const V3 = `${V2} avx avx2 bmi1 bmi2 f16c fma abm movbe xsave`
const V4 = `${V3} avx512f avx512bw avx512cd avx512dq avx512vl`

describe('processor', () => {
  test.each([
    ['fpu sse2', 'x86-64-v1'],
    [V2, 'x86-64-v2'],
    [V3, 'x86-64-v3'],
    [V4, 'x86-64-v4'],
    [V4.replace('fma', ''), 'x86-64-v2'],
  ])('flags %s are level %s', (flags, level) => {
    const text = `model name\t: Test 9000\nflags\t\t: ${flags} hypervisor\n`
    expect(parseCpu(text, 'x64', 'x')).toEqual({
      model: 'Test 9000',
      isaLevel: level,
      virtual: true,
    })
  })
  test('other architectures go by their own name', () => {
    expect(parseCpu('Features : fp asimd\n', 'arm64', 'Neoverse')).toEqual({
      model: 'Neoverse',
      isaLevel: 'arm64',
      virtual: false,
    })
  })
})

test('cards are read from nvidia-smi, odd lines are left out', () => {
  const csv =
    'GPU-1, NVIDIA H100 80GB HBM3, 81559, 00000000:17:00.0, 550.54\nNo devices\n, [N/A], [N/A]\n'
  expect(parseGpus(csv)).toEqual([
    {
      uuid: 'GPU-1',
      name: 'NVIDIA H100 80GB HBM3',
      memoryMib: 81_559,
      busId: '00000000:17:00.0',
      driver: '550.54',
    },
  ])
})

describe('control groups', () => {
  const line = (folder: string, type: string, options: string) =>
    `30 24 0:26 / ${folder} rw,relatime - ${type} ${type} ${options}\n`
  const v1 =
    line('/cg/cpu,cpuacct', 'cgroup', 'rw,cpu,cpuacct') +
    line('/cg/memory', 'cgroup', 'rw,memory') +
    line('/cg/pids', 'cgroup', 'rw,pids')
  const v2 = line('/cg/unified', 'cgroup2', 'rw')

  test('version 1 is taken where it has the controllers, hybrid or not', () => {
    for (const mounts of [v1, v2 + v1]) {
      const host = parseMounts(mounts)
      expect(host.version).toBe(1)
      expect(host.roots.get('cpuacct')).toBe('/cg/cpu,cpuacct')
      expect(host.roots.get('pids')).toBe('/cg/pids')
    }
  })
  test('version 2 has one folder for all', () => {
    expect([...new Set(parseMounts(v2).roots.values())]).toEqual(['/cg/unified'])
  })
  test('none is version 0', () => {
    expect(parseMounts('').version).toBe(0)
  })
})

test('engines: sockets named by the environment come first, programs are found on PATH', () => {
  const environment = { DOCKER_HOST: 'unix:///a.sock', CONTAINER_HOST: 'tcp://b', PATH: '/nowhere' }
  expect(engineSockets(environment)[0]).toBe('/a.sock')
  expect(engineSockets(environment)).not.toContain('tcp://b')
  expect(findProgram('sh')).toMatch(/\/sh$/)
  expect(findEngines(environment).map((engine) => engine.name)).not.toContain('unshare')
})

test('free memory is MemAvailable', () => {
  expect(availableMib('MemTotal: 9 kB\nMemAvailable:    2048 kB\n')).toBe(2)
})

test('this machine is inspected; the same machine has the same digest', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'suan-inspect-'))
  try {
    const [first, second] = [await inspect(folder), await inspect(folder)]
    expect(first.digest).toBe(second.digest)
    expect(first.digest).toBe(sha256Hex(first.bytes))
    expect(decode(inventory, first.bytes)).toEqual(first.inventory)
    expect(first.inventory.cores).toBeGreaterThan(0)
    expect(first.inventory.memoryMib).toBeGreaterThanOrEqual(first.freeMemoryMib)
    expect(first.freeMemoryMib).toBeGreaterThan(0)
    expect(first.inventory.diskMib).toBeGreaterThan(first.freeDiskMib)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
