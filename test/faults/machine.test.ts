/** Trouble of the provider's machine: work goes on where it can, and nobody pays for what was not. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { billOf, clockSeconds, FaultyProvider, until } from './provider.ts'
import { OwnNetwork } from './network.ts'

const COUNTS = (seconds: number) =>
  `i=0; while [ $i -lt ${seconds * 10} ]; do i=$((i+1)); echo $i; sleep 0.1; done`
const counted = (seconds: number) =>
  Array.from({ length: seconds * 10 }, (_, i) => `${i + 1}\n`).join('')

describe.each([
  ['ten minutes ahead', 600_000],
  ['ten minutes behind', -600_000],
])('a provider whose clock is %s', (_title, skewMs) => {
  test('is measured, sells, runs and bills as any other', async () => {
    const shim = join(import.meta.dirname, 'clock-shim.mjs')
    const provider = await FaultyProvider.open({
      env: { NODE_OPTIONS: `--import=${shim}`, SUAN_TEST_SKEW_MS: String(skewMs) },
    })
    const { workload, lease, log } = await provider.ended(await provider.buy(COUNTS(3)))
    expect(workload).toMatchObject({ end: 'EXITED', exit_code: 0 })
    expect(log).toBe(counted(3))
    expect(lease).toMatchObject({ end: 'WORKLOAD_DONE', fault: 'none' })
    expect(lease.accepted_seconds).toBeGreaterThanOrEqual(3)
    expect(lease.accepted_seconds).toBeLessThanOrEqual(Math.floor(clockSeconds(lease)))
    expect(lease.billed).toBe(billOf(lease.accepted_seconds))
    await provider.close()
  })
})

test('a network that is cut suspends the lease; the program goes on and is paid as it ran', async () => {
  let network: OwnNetwork | null = null
  const cable = { wrap: [] as string[] }
  const provider = await FaultyProvider.open({
    wrap: cable.wrap,
    prepare: async (port) => {
      network = await OwnNetwork.open(port)
      cable.wrap.push(...network.wrap)
      return network.url
    },
  })
  const wire = network as OwnNetwork | null
  if (wire === null) throw new Error('the network was opened')
  const allocation = await provider.buy(COUNTS(12))
  await provider.running(allocation)
  wire.cut()
  await until(async () => (await provider.lease(allocation)).status === 'suspended')
  expect(await provider.isConnected()).toBe(false)
  await sleep(4_000)
  // Nothing was destroyed by silence alone.
  expect(await provider.workload(allocation)).toMatchObject({ status: 'running', end: null })
  wire.mend()
  await until(() => provider.isConnected())
  const { workload, lease, log } = await provider.ended(allocation)
  expect(workload).toMatchObject({ end: 'EXITED', exit_code: 0 })
  expect(log).toBe(counted(12))
  expect(lease).toMatchObject({ end: 'WORKLOAD_DONE', fault: 'none' })
  // Its supervisor vouched for the whole time, cut or not.
  expect(lease.accepted_seconds).toBeGreaterThanOrEqual(12)
  expect(lease.accepted_seconds).toBeLessThanOrEqual(Math.floor(clockSeconds(lease)))
  expect(lease.billed).toBe(billOf(lease.accepted_seconds))
  await provider.close()
  await wire.close()
})

test('a disk that fills up loses output, not the program, its end or its bill', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'suan-small-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder])
  const filler = join(folder, 'filler')
  try {
    const provider = await FaultyProvider.open({ folder })
    const allocation = await provider.buy(`${COUNTS(6)}; exit 7`)
    await provider.running(allocation)
    fill(filler)
    await sleep(3_000)
    rmSync(filler)
    const { workload, lease } = await provider.ended(allocation)
    expect(workload).toMatchObject({ end: 'EXITED', exit_code: 7 })
    expect(lease).toMatchObject({ end: 'WORKLOAD_DONE', fault: 'none' })
    expect(lease.accepted_seconds).toBeGreaterThanOrEqual(5)
    expect(lease.billed).toBe(billOf(lease.accepted_seconds))

    fill(filler)
    const unstarted = await provider.buy('echo never')
    const failed = await provider.endedLease(unstarted)
    expect(failed).toMatchObject({ end: 'START_FAILED', fault: 'provider', billed: '0.00' })
    rmSync(filler)
    await provider.close()
  } finally {
    execFileSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true })
  }
})

/** Writes until nothing more fits. */
function fill(path: string): void {
  for (let part = 0; ; part++) {
    try {
      writeFileSync(path, Buffer.alloc(part === 0 ? 1 << 20 : 512), { flag: 'a' })
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return
      throw error
    }
  }
}
