/** One daemon sells the nodes of a cluster, through the real exchange and the real command line. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { System, until } from '../crash/system.ts'
import { ensureBuilt } from '../tools/built.ts'
import { FakeKubernetes, NO_IMAGES } from '../tools/fake-kubernetes/server.ts'

const SOLD = { 'suan.io/sell': 'true' }
const FLAGS = ['--kube-nodes', 'suan.io/sell=true', '--courier', 'fake']

let root: string
let fake: FakeKubernetes
let system: System

beforeAll(async () => {
  ensureBuilt()
  root = mkdtempSync(join(tmpdir(), 'suan-fleet-'))
  fake = await FakeKubernetes.start()
  for (const name of ['n1', 'n2', 'n3']) fake.node(name, SOLD)
  fake.node('kept')
  fake.node('ill', { ...SOLD, [NO_IMAGES]: '' })
  system = await System.at(root, { provider: false, env: { SUAN_KUBECONFIG: fake.config } })
  system.startServer()
  await system.serverReady()
})
afterAll(async () => {
  await system.destroy()
  await fake.stop()
  rmSync(root, { recursive: true, force: true })
})

/** Nodes as the exchange knows them, by machine. */
async function nodes(): Promise<Record<string, string>> {
  const { data } = await system.client('provider').listNodes()
  const machines = new Map(
    [...system.sellerPrinted().matchAll(/"what":"node looked after".*/g)].map(([line]) => {
      const { machine, number } = JSON.parse(`{${line}`) as { machine: string; number: number }
      return [number, machine]
    }),
  )
  return Object.fromEntries(
    data.map((node) => {
      const how = node.connected ? node.status : 'silent'
      return [machines.get(node.number) ?? node.handle, how]
    }),
  )
}

async function standing(wanted: Record<string, string>): Promise<void> {
  let found = {}
  await until(`the nodes are ${JSON.stringify(wanted)}`, async () => {
    found = await nodes()
    return isDeepStrictEqual(found, wanted)
  }).catch((error: unknown) => {
    console.log(found, system.sellerPrinted().slice(-4_000))
    throw error
  })
}

/** Rents one core, which is all that a node of the fake has. */
async function rent(seconds: number): Promise<void> {
  const need = ['--cpu', '1', '--memory', '128MiB', '--max-price', '1.00', '-y', '--detach']
  await system.cli(['run', ...need, '--', 'sleep', String(seconds)], {
    SUAN_API_KEY: system.token('buyer'),
  })
}

test('a selector that the cluster does not take ends it, and it says so', async () => {
  const flags = ['--kube-nodes', 'a b', '--courier', 'fake', '--data', join(root, 'wrong')]
  const key = { SUAN_API_KEY: system.token('provider') }
  const { status, output } = await system.tryCli(['provider', 'run', ...flags], key)
  expect([status, output]).toEqual([1, expect.stringMatching(/KUBERNETES_SETTINGS.*nodes a b/)])
})

test('three nodes that work are three nodes of the exchange, and work lands on each', async () => {
  await system.startSeller(...FLAGS)
  await standing({ n1: 'online', n2: 'online', n3: 'online' })
  for (let each = 0; each < 3; each++) await rent(600)
  await until('each node runs one', () => fake.running().join() === 'n1,n2,n3')
  expect(system.sellerPrinted()).toMatch(
    /"node to be tried again","machine":"ill","why":".*IMAGE_NOT_FOUND/,
  )
})

test('a node that is cordoned takes no more, and what runs there goes on', async () => {
  fake.node('n2', SOLD, { unschedulable: true })
  await standing({ n1: 'online', n2: 'draining', n3: 'online' })
  expect(fake.running()).toEqual(['n1', 'n2', 'n3'])
  fake.node('n2', SOLD)
  await standing({ n1: 'online', n2: 'online', n3: 'online' })
  fake.node('n2', SOLD, { unschedulable: true })
  await standing({ n1: 'online', n2: 'draining', n3: 'online' })
})

test('a daemon that was killed takes over what runs, on closed nodes too', async () => {
  await system.killSeller()
  await system.startSeller(...FLAGS)
  await standing({ n1: 'online', n2: 'draining', n3: 'online' })
  expect(fake.running()).toEqual(['n1', 'n2', 'n3'])
})

test('a node that vanishes ends as typed, and one that comes is sold', async () => {
  fake.removeNode('n3')
  fake.node('n4', SOLD)
  await standing({ n1: 'online', n2: 'draining', n3: 'silent', n4: 'online' })
  expect(fake.running()).toEqual(['n1', 'n2'])
  const { data } = await system.client('buyer').listWorkloads()
  expect(data.filter(({ end }) => end !== null)).toMatchObject([{ end: 'EVICTED' }])
  await rent(600)
  await until('it lands on the new node', () => fake.running().join() === 'n1,n2,n4')
})

test('told to stop it ends all that runs and itself', async () => {
  expect(await system.stopSeller()).toBe(0)
  expect(fake.running()).toEqual([])
})
