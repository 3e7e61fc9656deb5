/** Programs that misbehave: each ends for a typed reason, and the bill is right to the second. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { billOf, clockSeconds, FaultyProvider, type Ended } from './provider.ts'

let provider: FaultyProvider

beforeAll(async () => {
  provider = await FaultyProvider.open()
})
afterAll(() => provider.close())

/** Every second that it ran is paid, and none more. */
function expectFairBill({ lease }: Ended): void {
  expect(lease.billed).toBe(billOf(lease.accepted_seconds))
  expect(lease.accepted_seconds).toBeLessThanOrEqual(Math.floor(clockSeconds(lease)))
  expect(lease.accepted_seconds).toBeGreaterThanOrEqual(Math.floor(clockSeconds(lease)) - 1)
  expect(Number(lease.escrow)).toBe(0)
}

test('a program that forks for ever ends with PROCESS_LIMIT', async () => {
  const bomb = 'sleep 1; i=0; while :; do sleep 300 & i=$((i+1)); done'
  const ended = await provider.ended(await provider.buy(bomb))
  expect(ended.workload).toMatchObject({ status: 'failed', end: 'PROCESS_LIMIT' })
  expect(ended.lease).toMatchObject({ end: 'WORKLOAD_DONE', fault: 'none' })
  expect(ended.log).toMatch(/fork/i)
  expectFairBill(ended)
})

test('a program that eats memory ends with OUT_OF_MEMORY', async () => {
  const eats = 'sleep 1; x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done'
  const ended = await provider.ended(await provider.buy(eats))
  expect(ended.workload).toMatchObject({ status: 'failed', end: 'OUT_OF_MEMORY' })
  expect(ended.lease).toMatchObject({ end: 'WORKLOAD_DONE', fault: 'none' })
  expectFairBill(ended)
})

test('a program that writes more than its disk ends with DISK_FULL', async () => {
  const ended = await provider.ended(
    await provider.buy('head -c 20000000 /dev/zero > x; sleep 300'),
  )
  expect(ended.workload).toMatchObject({ status: 'failed', end: 'DISK_FULL' })
  expect(ended.lease).toMatchObject({ end: 'WORKLOAD_DONE', fault: 'none' })
  expectFairBill(ended)
})

test('a program that ignores SIGTERM is ended after its grace', async () => {
  const deaf = 'trap "" TERM; echo deaf; (trap "" TERM; sleep 300) & while :; do sleep 0.05; done'
  const allocation = await provider.buy(deaf)
  // Before that it may still be on its way into its container.
  const { id } = await provider.printed(allocation, 'deaf')
  const params = { workload_id: id }
  await provider.buyer.client.stopWorkload({ params, query: { grace_seconds: 1 } })
  const ended = await provider.ended(allocation)
  expect(ended.workload).toMatchObject({ status: 'terminated', end: 'STOPPED_BY_BUYER' })
  expect(ended.workload.exit_code).toBe(137)
  expectFairBill(ended)
})
