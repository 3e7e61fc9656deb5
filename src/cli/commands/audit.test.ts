// An assessor's commands against a real exchange whose nodes work, or lie.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LyingNode, working } from '../../../test/attacks/lying-node.ts'
import {
  ApiVenue,
  addNode,
  listGoods,
  openParty,
  until,
  type Party,
  type TestNode,
} from '../../../test/support/api-venue.ts'
import { ensureBuilt } from '../../../test/tools/built.ts'
import { runCli } from '../../../test/tools/cli-host.ts'

let venue: ApiVenue
let assessor: Party
let seller: Party
const nodes: TestNode[] = []
const daemons: LyingNode[] = []

beforeAll(async () => {
  ensureBuilt()
  venue = await ApiVenue.start()
  const goods = await listGoods(venue)
  assessor = await openParty(venue, 'assessor')
  seller = await openParty(venue, 'provider')
  const spoil = { matrix: (product: Int32Array) => product.fill(7) }
  for (const strategy of [working(), working(spoil)]) {
    const node = await addNode(venue, seller, goods)
    nodes.push(node)
    daemons.push(new LyingNode(node, strategy))
  }
  await until(async () => (await assessor.client.listChallengeTargets()).data.length === 2)
})
afterAll(async () => {
  for (const daemon of daemons) daemon.close()
  await venue.stop()
})

const suan = (...args: string[]) =>
  runCli(args, { env: { SUAN_URL: venue.url, SUAN_API_KEY: assessor.token } })

test('suan audit NODE: opens, waits, checks, judges, and says so', async () => {
  const { code, stdout } = await suan('audit', nodes[0]!.id, '--order', '48', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    data: [{ node_id: nodes[0]!.id, proof: 'matrix', size: 48, end: 'passed', fault: null }],
  })
  const memory = await suan('audit', nodes[0]!.id, '--proof', 'memory', '--memory', '1MiB')
  expect(memory.code).toBe(0)
  expect(memory.stdout).toMatch(/PROOF .* RESULT/)
  expect(memory.stdout).toMatch(/memory .* passed/)
})

test('suan audit ACCOUNT: all nodes at once; exit status 1 when one lies', async () => {
  const { code, stdout } = await suan('audit', seller.account, '--order', '48', '--json')
  expect(code).toBe(1)
  const { data } = JSON.parse(stdout) as { data: { node_id: string; end: string }[] }
  expect(new Map(data.map(({ node_id, end }) => [node_id, end]))).toEqual(
    new Map([
      [nodes[0]!.id, 'passed'],
      [nodes[1]!.id, 'wrong'],
    ]),
  )
})

test('suan proofs NODE: history for everybody, in both languages', async () => {
  const good = await runCli(['proofs', nodes[0]!.id], { env: { SUAN_URL: venue.url } })
  expect(good.stdout).toMatch(/^Last passed at /)
  const bad = await suan('proofs', nodes[1]!.id, '--lang', 'zh')
  expect(bad.stdout).toMatch(/未通过：矩阵/)
  expect(bad.stdout).toMatch(/错误/)
})

test('what is no target is said', async () => {
  const { code, stderr } = await suan('audit', 'node_zz')
  expect(code).toBe(2)
  expect(stderr).toContain('node_zz')
  const buyer = await openParty(venue, 'buyer')
  const foreign = await runCli(['audit', nodes[0]!.id], {
    env: { SUAN_URL: venue.url, SUAN_API_KEY: buyer.token },
  })
  expect(foreign.code).toBe(3)
})
