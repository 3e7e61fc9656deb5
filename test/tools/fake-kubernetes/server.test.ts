/** The fake cluster does what the driver's cases ask of a real one, but for isolation and limits. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kubernetesDriver } from '../../../src/agent/index.ts'
import { DriverBench } from '../../conformance/bench.ts'
import { CASES } from '../../conformance/cases/index.ts'
import { ensureBuilt } from '../built.ts'
import { FakeKubernetes } from './server.ts'

let fake: FakeKubernetes
let bench: DriverBench

beforeAll(async () => {
  ensureBuilt()
  fake = await FakeKubernetes.start()
  fake.node('n1')
  const options = { cluster: { config: fake.config, context: null }, node: 'n1', courier: 'fake' }
  bench = new DriverBench(async (folder) => kubernetesDriver(folder, options))
  await bench.begin()
})
afterAll(async () => {
  await bench.end()
  await fake.stop()
})

const OF = /^(life\.(stop|grace|funding|close|adopted)|output\.|start\.|inputs\.)/
/** A real one has no two streams either; the fake mounts nothing, and preloads what its host does. */
const WITHOUT: readonly string[] = ['output.streams', 'inputs.anywhere', 'inputs.hostile']
const cases = CASES.filter(({ id }) => OF.test(id) && !WITHOUT.includes(id))

test.each(cases)('$id: $title', async ({ run }) => {
  await run(bench)
  expect(await bench.driver.reconcile()).toContain(1)
})
