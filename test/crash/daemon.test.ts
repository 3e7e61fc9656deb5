// The seller's daemon loses its process while programs run. They go on, and a new daemon takes over:
// nothing is run twice, lost, left behind or billed twice.
import { randomInt } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Lease, Workload } from '../../src/wire/index.ts'
import { ApiVenue, listGoods, openParty, SYMBOL, type Party } from '../support/api-venue.ts'
import { startVictim, type Victim } from '../support/victim.ts'
import { ensureBuilt } from '../tools/built.ts'

const ROUNDS = Number(process.env['SUAN_CRASH_ROUNDS'] ?? 4)
const ROUND_MS = 60_000
const LINES = 25
const PROGRAM = `i=0; while [ $i -lt ${LINES} ]; do i=$((i+1)); echo $i; sleep 0.1; done; exit 7`

let venue: ApiVenue
let folder: string
let buyer: Party
let seller: Party
let daemon: Victim

beforeAll(async () => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'suan-daemon-'))
  venue = await ApiVenue.start()
  const goods = await listGoods(venue)
  seller = await openParty(venue, 'provider')
  buyer = await openParty(venue, 'buyer', '100.00')
  process.env['SUAN_URL'] = venue.url
  process.env['SUAN_API_KEY'] = seller.token
  daemon = await startDaemon()
  const node = (await seller.client.listNodes()).data[0]
  const params = { node_id: node?.id ?? '', sku_id: goods.product }
  await seller.client.setOffer({ params, body: { price: '0.10', max_units: 1 } })
})
afterAll(async () => {
  await daemon.kill()
  await venue.stop()
  rmSync(folder, { recursive: true })
})

async function startDaemon(): Promise<Victim> {
  const main = join(import.meta.dirname, '../../dist/cli/main.js')
  const started = startVictim(main, 'provider', 'run', '--data', folder, '--name', 'n1')
  await until(async () => {
    const node = (await seller.client.listNodes()).data[0]
    return node?.connected === true && node.status === 'online'
  })
  return started
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(50)
}

async function buy(): Promise<string> {
  const body = {
    symbol: SYMBOL,
    side: 'buy' as const,
    units: 1,
    price: '0.10',
    time_in_force: 'IOC' as const,
    workload: { spec: { command: ['sh', '-c', PROGRAM] }, close_allocation: true },
  }
  let allocation: string | undefined
  await until(async () => {
    allocation = (await buyer.client.placeOrder({ body })).allocation_ids[0]
    return allocation !== undefined
  })
  return allocation ?? ''
}

async function workloadOf(allocation: string): Promise<Workload | undefined> {
  const { data } = await buyer.client.listWorkloads()
  return data.find((each) => each.allocation_id === allocation)
}

async function settled(allocation: string): Promise<Lease> {
  let lease: Lease | undefined
  await until(async () => {
    lease = (await buyer.client.getAllocation({ params: { allocation_id: allocation } })).leases[0]
    return lease?.settled_at !== null
  })
  if (lease === undefined) throw new Error('an allocation has a lease')
  return lease
}

async function logOf(workload: string): Promise<string> {
  let text = ''
  const params = { workload_id: workload }
  for await (const chunk of await buyer.client.getWorkloadLog({ params })) {
    text += Buffer.from(chunk).toString()
  }
  return text
}

const clockSeconds = (lease: Lease) =>
  (Date.parse(lease.closed_at ?? '') - Date.parse(lease.ready_at ?? '')) / 1_000

/** Nothing of any lease is left on the machine. */
async function expectClean(): Promise<void> {
  const leases = join(folder, 'leases')
  await until(async () => !existsSync(leases) || readdirSync(leases).length === 0)
}

test(
  `kill -9 of the daemon, ${ROUNDS} times: programs run on and are taken over`,
  {
    timeout: ROUNDS * ROUND_MS,
  },
  async () => {
    const expected = Array.from({ length: LINES }, (_, i) => `${i + 1}\n`).join('')
    for (let round = 0; round < ROUNDS; round++) {
      const allocation = await buy()
      await sleep(randomInt(0, 2_500))
      await daemon.kill()
      await sleep(randomInt(0, 1_500))
      daemon = await startDaemon()
      const lease = await settled(allocation)
      const workload = await workloadOf(allocation)
      expect(workload, `round ${round}`).toMatchObject({ exit_code: 7, end: 'EXITED' })
      expect(await logOf(workload?.id ?? ''), `round ${round}`).toBe(expected)
      expect(lease).toMatchObject({ end: 'WORKLOAD_DONE', fault: 'none' })
      expect(lease.accepted_seconds).toBeLessThanOrEqual(Math.floor(clockSeconds(lease)))
      // While the program ran its supervisor vouched for the allocation, daemon or not.
      expect(lease.accepted_seconds).toBeGreaterThanOrEqual(Math.floor(LINES * 0.1 - 1))
      await expectClean()
    }
    console.log(`daemon: ${ROUNDS} kills, every program ran on and was billed once`)
  },
)

test('what the buyer gave back while the daemon was away is ended when it is back', async () => {
  const allocation = await buy()
  await until(async () => (await workloadOf(allocation))?.status === 'running')
  await daemon.kill()
  await buyer.client.closeAllocation({ params: { allocation_id: allocation } })
  daemon = await startDaemon()
  const lease = await settled(allocation)
  expect(lease).toMatchObject({ end: 'BUYER_CLOSED', fault: 'none' })
  expect(lease.accepted_seconds).toBeLessThanOrEqual(Math.floor(clockSeconds(lease)))
  await expectClean()
})
