// The daemon measures again in a process of its own, reports it, and gives way to a lease at once.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiVenue, listGoods, openParty, type Party } from '../../../test/support/api-venue.ts'
import { ensureBuilt } from '../../../test/tools/built.ts'
import {
  clientLink,
  inspect,
  loadIdentity,
  NO_TOOLS,
  nodeClient,
  registerNode,
} from '../../agent/index.ts'
import { idOf } from '../../wire/index.ts'
import { daysBetween, measureAgain, type Measuring } from './measure-node.ts'

let venue: ApiVenue
let seller: Party
let folder: string
let measuring: Measuring
const notes: Record<string, string | number>[] = []

beforeAll(async () => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'suan-again-'))
  venue = await ApiVenue.start()
  const goods = await listGoods(venue)
  seller = await openParty(venue, 'provider')
  const identity = loadIdentity(folder)
  const { site } = await seller.client.addSite({ body: { hub_id: goods.hub, handle: 'again' } })
  const { publicKey } = identity
  await registerNode(seller.client, { publicKey, handle: 'again', siteId: site.id })
  const link = clientLink(nodeClient(venue.url, identity), publicKey)
  measuring = {
    provider: seller.client,
    link,
    url: venue.url,
    facts: await link.facts(),
    identity,
    // Another machine than the one that is here: there is a reason.
    inspection: { ...(await inspect(folder)), digest: '00'.repeat(32) },
    folder,
    tools: NO_TOOLS,
    note: (what, facts = {}) => void notes.push({ what, ...facts }),
    again: async (work) => work(),
  }
})
afterAll(async () => {
  await venue.stop()
  rmSync(folder, { recursive: true })
})

const reports = async (): Promise<number> => {
  const params = { node_id: idOf('node', measuring.facts.node) }
  const status = await venue.client().getStatus()
  const query = { min_seq: status.seq }
  return (await venue.client().listEvaluations({ params, query })).data.length
}
async function lookUntilMeasured(leases: () => number): Promise<unknown> {
  const busy = { leases, load: () => 0, isolation: 'none' } as const
  const remeasurer = measureAgain(measuring, busy, 60)
  remeasurer.stop()
  for (let look = 1; look < 5; look++) await remeasurer.look()
  return remeasurer.look()
}

test('a lease that arrives ends it, and nothing of it is left', async () => {
  let looks = 0
  // Idle for five looks; then, while it measures, one comes.
  expect(await lookUntilMeasured(() => (looks++ < 10 ? 0 : 1))).toBe('inventory')
  expect(notes.at(-1)).toEqual({ what: 'measured again', ended: 'a lease came' })
  expect(await reports()).toBe(0)
  expect(readdirSync(folder).filter((name) => name.startsWith('suan-evaluate-'))).toEqual([])
})

test('another machine is attested, measured and reported', async () => {
  expect(await lookUntilMeasured(() => 0)).toBe('inventory')
  expect(notes.at(-1)).toMatchObject({ what: 'measured again', rated: expect.any(String) })
  expect(await reports()).toBe(1)
  const { data: nodes } = await seller.client.listNodes()
  const here = await inspect(folder)
  expect(nodes[0]?.inventory_digest).toBe(here.digest)
})

test('days between measurements: flag, variable, 60, and none that reports do not live', () => {
  const shell = { say: (key: string) => key }
  expect(daysBetween(undefined, {}, shell)).toBe(60)
  expect(daysBetween(undefined, { SUAN_MEASURE_EVERY: '7' }, shell)).toBe(7)
  expect(daysBetween('0', { SUAN_MEASURE_EVERY: '7' }, shell)).toBe(0)
  for (const odd of ['71', '-1', 'soon', '']) {
    expect(() => daysBetween(odd, {}, shell)).toThrow('usage.measureEvery')
  }
})
