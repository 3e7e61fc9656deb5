import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { fakeExchange, runCli } from '../../../test/tools/cli-host.ts'

/** More than the time between two looks. */
const LOOKS_MS = 2_300
/** What was under way at the interrupt has arrived by then. */
const SETTLE_MS = 500

test('Ctrl-C leaves: nothing is asked any more that would keep the process', async () => {
  const exchange = await fakeExchange({
    'GET /v1/allocations/alloc_1': () => ({ id: 'alloc_1', status: 'delivering', leases: [] }),
    'GET /v1/time': () => ({ now: new Date().toISOString(), seq: 1 }),
  })
  const env = { SUAN_URL: exchange.url, SUAN_API_KEY: 'suan_test_k' }
  const { code } = await runCli(['witness', 'alloc_1'], { env, interrupted: true })
  expect(code).toBe(130)
  await sleep(SETTLE_MS)
  const asked = exchange.received.length
  await sleep(LOOKS_MS)
  expect(exchange.received).toHaveLength(asked)
  await exchange.close()
})
