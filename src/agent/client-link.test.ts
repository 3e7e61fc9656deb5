/** The daemon against a whole exchange: real engine, real API, real programs. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiVenue, listGoods, openParty, SYMBOL, type Party } from '../../test/support/api-venue.ts'
import { measured, signedReport } from '../../test/support/report.ts'
import { ensureBuilt } from '../../test/tools/built.ts'
import { numberOf, type Workload } from '../wire/index.ts'
import { clientLink, nodeClient } from './client-link.ts'
import { processDriver } from './drivers/process.ts'
import { loadIdentity } from './identity.ts'
import { inspect } from './inspect/inspect.ts'
import { leasesFolder, NodeAgent } from './node/node-agent.ts'
import { usualOffering } from './offering.ts'
import { registerNode } from './register-node.ts'

let venue: ApiVenue
let folder: string
let buyer: Party
let seller: Party
let agent: NodeAgent
let nodeId: string

beforeAll(async () => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'suan-link-'))
  venue = await ApiVenue.start()
  const goods = await listGoods(venue)
  seller = await openParty(venue, 'provider')
  buyer = await openParty(venue, 'buyer', '100.00')
  const identity = loadIdentity(folder)
  const { site } = await seller.client.addSite({ body: { hub_id: goods.hub, handle: 'home' } })
  const registration = { publicKey: identity.publicKey, handle: 'n1', siteId: site.id }
  const node = await registerNode(seller.client, registration)
  expect(await registerNode(seller.client, registration)).toBe(node)

  const link = clientLink(nodeClient(venue.url, identity), identity.publicKey)
  const driver = await processDriver(leasesFolder(folder))
  const facts = await link.facts()
  expect(facts).toMatchObject({ venue: 'test', node, meterPeriod: 0 })
  const inspection = await inspect(folder)
  const { attested, reserve, maxUnits } = usualOffering(inspection)
  const inventoryDigest = inspection.digest
  await link.attest({ attested, reserve, isolation: driver.isolation, inventoryDigest })
  const { inventory } = inspection
  const { bytes } = signedReport(identity, { ...measured(), ...facts }, { inventory })
  await link.reportEvaluation(bytes)
  await link.setStatus('online')
  agent = new NodeAgent({ link, driver, identity, folder })
  await agent.start()
  await link.setOffer({ sku: numberOf('sku', goods.product) ?? 0, price: '0.10', maxUnits })
  for (;;) {
    const found = (await seller.client.listNodes()).data[0]
    nodeId = found?.id ?? ''
    if (found?.connected === true) return
    await sleep(20)
  }
})
afterAll(async () => {
  await agent.stop({ closeLeases: true })
  await venue.stop()
  rmSync(folder, { recursive: true })
})

test('an exchange that goes in the middle of an answer is to be asked again', async () => {
  const cutting = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': 100 })
    response.write('{"part":', () => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(cutting, 'listening')
  const { port } = cutting.address() as { port: number }
  const identity = loadIdentity(folder)
  const link = clientLink(nodeClient(`http://127.0.0.1:${port}`, identity), identity.publicKey)
  const again = { name: 'Fault', retryable: true }
  try {
    await expect(link.fetchSpec(1)).rejects.toMatchObject(again)
    const input = async () => {
      for await (const _part of link.fetchInput(1, '00'.repeat(32))) continue
    }
    await expect(input()).rejects.toMatchObject(again)
    await expect(link.facts()).rejects.toMatchObject(again)
  } finally {
    cutting.close()
  }
})

async function run(command: string[], outputPath?: string): Promise<Workload> {
  const spec = { command, ...(outputPath === undefined ? {} : { output_path: outputPath }) }
  const placed = await buyer.client.placeOrder({
    body: {
      symbol: SYMBOL,
      side: 'buy',
      units: 1,
      price: '0.10',
      time_in_force: 'IOC',
      workload: { spec, close_allocation: true },
    },
  })
  expect(placed.order.status).toBe('filled')
  for (;;) {
    const { data } = await buyer.client.listWorkloads()
    const mine = data.find((each) => each.allocation_id === placed.allocation_ids[0])
    if (mine?.ended_at !== null && mine !== undefined) return mine
    await sleep(30)
  }
}

async function text(stream: ReadableStream<Uint8Array>): Promise<string> {
  let all = ''
  for await (const chunk of stream) all += Buffer.from(chunk).toString('latin1')
  return all
}

test('the machine is listed with what it has and how it was measured', async () => {
  const node = await seller.client.getNode({ params: { node_id: nodeId } })
  expect(node).toMatchObject({ status: 'online', connected: true, isolation: 'none' })
  expect(node.attested.cores).toBeGreaterThan(0)
  expect(node.evaluation).toMatchObject({ suite: 'suan-2', provisional: false })
})

/** Processor time is counted in hundredths of a second: this takes several. */
const WORK = 'i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done'

test('a bought program runs; its log, output, exit code, meter and money come back', async () => {
  const workload = await run(
    ['sh', '-c', `${WORK}; echo hi; mkdir out; echo result > out/x; exit 4`],
    'out',
  )
  expect(workload).toMatchObject({ status: 'failed', exit_code: 4, end: 'EXITED' })
  const params = { workload_id: workload.id }
  expect(await text(await buyer.client.getWorkloadLog({ params }))).toContain('hi\n')
  expect(await text(await buyer.client.getWorkloadOutput({ params }))).toContain('result\n')
  const allocation = { allocation_id: workload.allocation_id }
  let lease = (await buyer.client.getAllocation({ params: allocation })).leases[0]
  while (lease?.settled_at === null) {
    await sleep(30)
    lease = (await buyer.client.getAllocation({ params: allocation })).leases[0]
  }
  expect(lease).toMatchObject({ status: 'closed', end: 'WORKLOAD_DONE', fault: 'none' })
  expect(lease?.cpu_us).toBeGreaterThan(0)
  const node = await seller.client.getNode({ params: { node_id: nodeId } })
  expect(node.leased.cores).toBe(0)
  expect(node.meter_period).toBeGreaterThan(0)
})

test('live output reaches the buyer while the program runs', async () => {
  const seen: string[] = []
  const stream = buyer.client.openStream()
  const running = run(['sh', '-c', 'for i in 1 2 3; do echo line $i; sleep 0.3; done'])
  let id: string | undefined
  while (id === undefined) {
    id = (await buyer.client.listWorkloads({ query: { open: true } })).data[0]?.id
  }
  stream.subscribe('logs', { workload_id: id }, (frame) => {
    seen.push(Buffer.from(frame.data.data, 'base64url').toString())
  })
  expect(await running).toMatchObject({ status: 'done', exit_code: 0 })
  while (seen.join('') !== 'line 1\nline 2\nline 3\n') await sleep(20)
  stream.close()
})
