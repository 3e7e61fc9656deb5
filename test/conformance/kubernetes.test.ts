/** What only a cluster can do to a workload: on a real one where this machine has or can bring up one. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kubernetesDriver, type Allocation, type KubernetesOptions } from '../../src/agent/index.ts'
import { testFolder } from '../support/test-folder.ts'
import { ensureBuilt } from '../tools/built.ts'
import { findKubernetes, TestApi } from '../tools/kubernetes.ts'
import { DriverBench, end, printed } from './bench.ts'
import { soldByAccount } from './sold-by-account.ts'

const found = findKubernetes()
const clusters = 'why' in found ? [] : [found]
if ('why' in found) console.log(`no Kubernetes on this machine: ${found.why}`)

test('on the machines of continuous integration there is a cluster', () => {
  expect(process.env['CI'] === 'true' ? clusters.length : 1).toBe(1)
})

describe.each(clusters)('Kubernetes $version', (cluster) => {
  let options: KubernetesOptions
  let api: TestApi
  let bench: DriverBench

  beforeAll(async () => {
    ensureBuilt()
    options = await cluster.begin()
    api = new TestApi(options)
    bench = new DriverBench(async (folder) => kubernetesDriver(folder, options))
    await bench.begin()
  }, 180_000)
  afterAll(async () => {
    await bench.end()
    await cluster.end()
  }, 120_000)

  const podOf = (handle: { readonly folder: string }): string => {
    const { launch } = JSON.parse(readFileSync(join(handle.folder, 'plan.json'), 'utf8')) as {
      readonly launch: { readonly namespace: string; readonly pod: { metadata: { name: string } } }
    }
    return `/api/v1/namespaces/${launch.namespace}/pods/${launch.pod.metadata.name}`
  }
  const namespaceOf = ({ handle }: Allocation): string =>
    handle.kind === 'namespace' ? handle.name : ''

  test('a pod that somebody deletes has ended for that reason, and is not run again', async () => {
    const script = 'trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.1; done'
    const handle = await bench.start({ command: ['sh', '-c', script] })
    await printed(handle, 'up')
    await api.call('DELETE', podOf(handle))
    const result = await end(handle)
    expect(result).toMatchObject({ end: 'EVICTED', stdout: 'up\nbye\n' })
    while ((await api.call('GET', podOf(handle))) !== 404) await sleep(100)
    await sleep(1_000)
    expect(await api.call('GET', podOf(handle))).toBe(404)
  }, 60_000)

  test('an image that cannot be had is told before anything is paid, and at the start', async () => {
    const image = 'localhost/none:1'
    const fetched = bench.driver.fetchImage(image, () => {})
    await expect(fetched).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' })
    await expect(bench.start({ image })).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' })
  }, 90_000)

  test('programs of one allocation that want more than was bought run one after the other', async () => {
    const both = await Promise.all(
      [0, 1].map(() => bench.start({ command: ['sh', '-c', 'echo on; sleep 1; echo off'] })),
    )
    let most = 0
    while (both.some((handle) => handle.exit() === null)) {
      most = Math.max(most, await api.running(namespaceOf(bench.allocation)))
      await sleep(100)
    }
    const results = await Promise.all(both.map(end))
    expect(results.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
      [0, 'on\noff\n'],
      [0, 'on\noff\n'],
    ])
    expect(most).toBe(1)
  }, 60_000)

  test('one that waits for room can be ended before it ran', async () => {
    const first = await bench.start({ command: ['sh', '-c', 'echo up; sleep 300'] })
    await printed(first, 'up')
    const second = await bench.start({ command: ['sh', '-c', 'echo never'] })
    await sleep(2_000)
    second.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 0 })
    expect(await end(second)).toMatchObject({ end: 'STOPPED_BY_BUYER', stdout: '' })
    first.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 0 })
    await end(first)
  }, 60_000)

  test('the namespace has its quota, its policy and an account without rights', async () => {
    const name = namespaceOf(bench.allocation)
    const core = `/api/v1/namespaces/${name}`
    const policies = `/apis/networking.k8s.io/v1/namespaces/${name}/networkpolicies/suan`
    for (const path of [`${core}/resourcequotas/suan`, `${core}/serviceaccounts/suan`, policies]) {
      expect(await api.call('GET', path)).toBe(200)
    }
    const inside = await bench.shell(
      'grep -E "^(CapEff|Seccomp|NoNewPrivs):" /proc/self/status; id -u; ls /var/run/secrets 2>&1',
    )
    expect(inside.stdout).toMatch(/^CapEff:\t0{16}$/m)
    expect(inside.stdout).toMatch(/^Seccomp:\t2$/m)
    expect(inside.stdout).toMatch(/^65534$/m)
    expect(inside.stdout).toMatch(/No such file/)
  }, 60_000)

  test('an output is fetched also from a program that was stopped', async () => {
    const script =
      'mkdir out; trap "echo saved > out/state; exit 0" TERM; echo up; while :; do sleep 0.1; done'
    const handle = await bench.start({ command: ['sh', '-c', script], outputPath: 'out' })
    await printed(handle, 'up')
    handle.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 10 })
    await end(handle)
    expect(readFileSync(join(handle.folder, 'work', 'out', 'state'), 'utf8')).toBe('saved\n')
  }, 60_000)

  test('what a longer program used is counted', async () => {
    const spin = 'e=$(($(date +%s)+25)); while [ $(date +%s) -lt $e ]; do :; done'
    const result = await bench.shell(spin)
    expect(result.cpuUs).toBeGreaterThan(2_000_000)
    expect(result.memoryPeakBytes).toBeGreaterThan(0)
    const used = await bench.driver.usage(bench.allocation)
    expect(used.cpuUs).toBeGreaterThanOrEqual(result.cpuUs)
  }, 60_000)

  test('what a daemon left in the cluster is found by the next one, and put away', async () => {
    const folder = testFolder('suan-kubernetes-')
    const agent = 'left'
    const resources = { cores: 1, memoryMib: 64, diskMib: 16, cards: 0 }
    const request = { lease: 5, resources, folder: join(folder, '5') }
    await kubernetesDriver(folder, { ...options, agent }).openAllocation(request)
    rmSync(folder, { recursive: true })
    mkdirSync(folder)
    const next = kubernetesDriver(folder, { ...options, agent })
    expect(await next.reconcile()).toEqual([5])
    await next.closeAllocation(await next.openAllocation(request))
    rmSync(request.folder, { recursive: true })
    expect(await next.reconcile()).toEqual([])
  }, 60_000)

  test('its machine is what other pods leave free, whole cores of it', async () => {
    const machine = await bench.driver.machine?.()
    expect(machine).toMatchObject({ name: options.node })
    expect(machine?.cores).toBeGreaterThan(0)
    expect(machine?.memoryMib).toBeGreaterThan(256)
  })

  test('a service account with the rights of the manifest sells the nodes that match', async () => {
    await bench.closeAll()
    await expect(soldByAccount(options)).resolves.toBeUndefined()
  }, 240_000)
})
