/** The fake cluster does what the driver's cases ask of a real one, but for isolation and limits. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ALL_NODES, Cluster, fleetNodes, kubernetesDriver } from '../../src/agent/index.ts'
import { DriverBench } from './bench.ts'
import { CASES } from './cases/index.ts'
import { ensureBuilt } from '../tools/built.ts'
import { granted, rightOf } from '../tools/fake-kubernetes/rights.ts'
import { FakeKubernetes } from '../tools/fake-kubernetes/server.ts'

let fake: FakeKubernetes
let bench: DriverBench

beforeAll(async () => {
  ensureBuilt()
  fake = await FakeKubernetes.start()
  fake.node('n1')
  const options = { cluster: access(), node: 'n1', courier: 'fake' }
  bench = new DriverBench(async (folder) => kubernetesDriver(folder, options))
  await bench.begin()
})
afterAll(async () => {
  await bench.end()
  await fake.stop()
})

const access = () => ({ config: fake.config, context: null })

const OF =
  /^(life\.(stop|grace|funding|close|adopted|notice-due)|output\.|start\.|inputs\.|inside\.(program|port|reached))/
/** A real one has no two streams either; the fake mounts nothing, and preloads what its host does. */
const WITHOUT: readonly string[] = ['output.streams', 'inputs.anywhere', 'inputs.hostile']
const cases = CASES.filter(({ id }) => OF.test(id) && !WITHOUT.includes(id))

test.each(cases)('$id: $title', async ({ run }) => {
  await run(bench)
  expect(await bench.driver.reconcile()).toContain(1)
})

/** Asked for in place of a get by clusters that are newer than any we have. */
const NEWER = ['create /pods/exec', 'create /pods/portforward']

test('the rights of the manifest are those that are used, and no others', async () => {
  await expect(bench.driver.fetchImage('none', () => {})).resolves.toBe(null)
  for await (const nodes of fleetNodes(new Cluster(access()), ALL_NODES)) {
    expect(nodes).toEqual([{ name: 'n1', closed: null }])
    fake.node('n2')
    if (nodes.length > 0) break
  }
  const changes = fleetNodes(new Cluster(access()), ALL_NODES)
  await changes.next()
  const changed = changes.next()
  fake.node('n3', {}, { unschedulable: true })
  const n3 = { name: 'n3', closed: 'it is cordoned' }
  expect((await changed).value).toContainEqual(n3)
  const used = new Set([...fake.taken.map(rightOf), ...NEWER])
  expect([...used].sort()).toEqual([...granted()].sort())
})
