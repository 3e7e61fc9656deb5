// An assessor that goes on by itself, with every chance drawn.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LyingNode, working } from '../../../test/attacks/lying-node.ts'
import { ApiVenue, addNode, listGoods, openParty, until } from '../../../test/support/api-venue.ts'
import { ensureBuilt } from '../../../test/tools/built.ts'
import { SMALL } from '../assess/task.ts'
import { startAssessor } from './assessor.ts'

let venue: ApiVenue
beforeAll(async () => {
  ensureBuilt()
  venue = await ApiVenue.start()
})
afterAll(() => venue.stop())

const SIZES = { ...SMALL, order: 32, memoryMib: 1 }

test('nodes are challenged and judged without anybody', async () => {
  const goods = await listGoods(venue)
  const seller = await openParty(venue, 'provider')
  const { token, client } = await openParty(venue, 'assessor')
  const node = await addNode(venue, seller, goods)
  const daemon = new LyingNode(node, working())
  await until(async () => (await client.listChallengeTargets()).data.length === 1)
  const notes: Record<string, unknown>[] = []
  const assessor = startAssessor({
    url: venue.url,
    token,
    note: (what, facts) => void notes.push({ what, ...facts }),
    lookMs: 50,
    plan: {
      sizes: SIZES,
      auditSizes: SIZES,
      challengeSeconds: 0.001,
      witnessSeconds: 0.001,
      auditSeconds: 0.001,
    },
  })
  await until(() => notes.some((one) => one['end'] === 'passed'))
  await assessor.stop()
  daemon.close()
  const { passed_at, data } = await client.listChallenges({ params: { node_id: node.id } })
  expect(passed_at).not.toBeNull()
  expect(data.some((one) => one.audit_id !== null || one.end === 'passed')).toBe(true)
})
