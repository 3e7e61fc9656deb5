// Each row of the table of attacks (spec/delivery.md section 6): a lying daemon, a real exchange, its
// real door. What needs control groups is in machine/.
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { MemoryProof, fillMemory, findDevices, inspect } from '../../src/agent/index.ts'
import { conduct } from '../../src/cli/index.ts'
import { BLOCK_WORDS, encode, fromHex } from '../../src/kernel/index.ts'
import { answerFault } from '../../src/models/index.ts'
import { SLA_PROFILES, meterStatement } from '../../src/messages/index.ts'
import { numberOf, toSla, type Challenge } from '../../src/wire/index.ts'
import {
  ApiVenue,
  addNode,
  listGoods,
  openParty,
  SYMBOL,
  until,
  type Party,
  type TestNode,
} from '../support/api-venue.ts'
import { INVENTORY, measured, signedReport } from '../support/report.ts'
import { testFolder } from '../support/test-folder.ts'
import { caught, printCaught } from './caught.ts'
import { LyingNode, memoryClaim, working, type Strategy } from './lying-node.ts'

let venue: ApiVenue
let goods: Awaited<ReturnType<typeof listGoods>>
let assessor: Party
const open: LyingNode[] = []
printCaught()
beforeAll(async () => {
  venue = await ApiVenue.start({ beatMs: 300 })
  goods = await listGoods(venue)
  const { profile } = toSla({ sla: 1, version: 1, profile: SLA_PROFILES.markets })
  await venue.operator.setSla({ params: { sla_id: 'sla_1' }, body: { version: 1, profile } })
  await venue.operator.attachSla({ params: { symbol: SYMBOL }, body: { sla_id: 'sla_1' } })
  assessor = await openParty(venue, 'assessor')
})
afterAll(async () => {
  for (const liar of open) liar.close()
  await venue.stop()
})

const verifier = {
  faultOf: async (...given: Parameters<typeof answerFault>) => answerFault(...given),
}

interface Suspect {
  readonly seller: Party
  readonly node: TestNode
  readonly liar: LyingNode
}

/** A node that is online and connected, of a provider of its own when none is given. */
async function suspect(strategy: Strategy, of?: Party): Promise<Suspect> {
  const seller = of ?? (await openParty(venue, 'provider'))
  const node = await addNode(venue, seller, goods)
  const liar = new LyingNode(node, strategy)
  open.push(liar)
  await until(async () => (await targetOf(node)) !== undefined)
  return { seller, node, liar }
}

async function targetOf(node: TestNode) {
  const { data } = await assessor.client.listChallengeTargets()
  return data.find((one) => one.node_id === node.id)
}

const SIZES = { matrix: 64, memory: 128 }
const hex = () => randomBytes(32).toString('hex')

async function challenge(
  { node }: Suspect,
  proof: 'matrix' | 'memory',
  { commit_ms = 20_000, answer_ms = 20_000 } = {},
) {
  const body = { node_id: node.id, proof, seed: hex(), size: SIZES[proof], commit_ms, answer_ms }
  const opened = await assessor.client.openChallenge({ body })
  return finish(opened.challenge, node)
}

async function finish(opened: Challenge, node: TestNode) {
  const target = await targetOf(node)
  if (target === undefined) throw new Error('the node is online')
  const { client } = assessor
  const { challenge: over, fault } = await conduct({ client, verifier }, opened, target)
  return { end: over.end, fault }
}

const proofsOf = ({ node }: Suspect) =>
  assessor.client.listChallenges({ params: { node_id: node.id } })
const device = (kind: 'machine' | 'gpu', id: string) => ({ kind, id_hash: id, model: 'H100' })
const claim = ({ node }: Suspect, ...devices: ReturnType<typeof device>[]) =>
  node.daemon.claimDevices({ params: { node_id: node.id }, body: { devices } })

test('an honest node passes both kinds, and everybody can read and check it', async () => {
  const honest = await suspect(working())
  expect((await proofsOf(honest)).passed_at).toBeNull()
  expect(await challenge(honest, 'matrix')).toEqual({ end: 'passed', fault: null })
  expect(await challenge(honest, 'memory')).toEqual({ end: 'passed', fault: null })
  const anybody = venue.client()
  const { data, passed_at, failing } = await anybody.listChallenges({
    params: { node_id: honest.node.id },
  })
  expect({ failing, kinds: data.map(({ proof }) => proof) }).toEqual({
    failing: [],
    kinds: ['memory', 'matrix'],
  })
  expect(passed_at).not.toBeNull()
  const answer = await anybody.getAnswer({ params: { challenge_id: data[0]!.id } })
  let size = 0
  for await (const part of answer) size += part.length
  expect(size).toBeGreaterThan(10_000)
})

test('forged inventory, spoofed nvidia-smi: what a machine says of itself proves nothing', async () => {
  const owner = await suspect(working())
  const forger = await suspect(async () => null)
  // A card of somebody else's, as a spoofed nvidia-smi shows it: the machine believes its own tools.
  const folder = testFolder('suan-spoofed-')
  const spoofed = 'GPU-1, NVIDIA H100, 81559, 00000000:01:00.0, 550.1'
  writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\necho '${spoofed}'\n`, { mode: 0o755 })
  vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`)
  const { inventory } = await inspect(folder)
  vi.unstubAllEnvs()
  expect(inventory.gpus).toMatchObject([{ uuid: 'GPU-1', name: 'NVIDIA H100' }])
  const [card] = findDevices({ ...inventory, cpuModel: '' }).filter(({ kind }) => kind === 'gpu')
  const shown = device('gpu', card?.idHash ?? '')
  await claim(owner, device('machine', hex()), shown)
  await expect(claim(forger, shown)).rejects.toMatchObject({ code: 'DEVICE_CLAIMED' })
  // One that does not exist can be claimed; the work that it should do is not done.
  await claim(forger, device('gpu', hex()))
  expect((await proofsOf(forger)).passed_at).toBeNull()
  expect(await challenge(forger, 'matrix', { commit_ms: 300 })).toMatchObject({ end: 'silent' })
  expect((await proofsOf(forger)).failing).toEqual(['matrix'])
  caught(
    'forged inventory',
    'DEVICE_CLAIMED for a card of others; no work, so silent: sold ungraded',
  )
})

test('forged results: noise, swapped rows, a share of the rows and a shorter memory are wrong', async () => {
  const spoiled: [proof: 'matrix' | 'memory', strategy: Strategy][] = [
    ['matrix', working({ matrix: (product) => product.set(product.map((one) => one + 1)) })],
    ['matrix', working({ matrix: (product) => product.set(product.toReversed()) })],
    ['matrix', working({ matrix: (product) => void product.fill(0, product.length / 2) })],
    [
      'memory',
      working({
        memory: (blocks) => void blocks.copyWithin(64 * BLOCK_WORDS, 0, 64 * BLOCK_WORDS),
      }),
    ],
  ]
  const liar = await suspect(working())
  for (const [proof, strategy] of spoiled) {
    liar.liar.strategy = strategy
    const { end, fault } = await challenge(liar, proof)
    expect(end).toBe('wrong')
    expect(['row', 'block', 'path', 'step']).toContain(fault)
  }
  expect((await proofsOf(liar)).failing.toSorted()).toEqual(['matrix', 'memory'])
  // It passes again when it does the work.
  liar.liar.strategy = working()
  expect(await challenge(liar, 'matrix')).toMatchObject({ end: 'passed' })
  expect((await proofsOf(liar)).failing).toEqual(['memory'])
  caught('forged results', 'opened rows and blocks are computed again: wrong')
})

test('forged results: a report that says more than its runs is refused at the door', async () => {
  const { node } = await suspect(working())
  const about = { ...measured(), venue: 'test', node: node.number }
  const { bytes } = signedReport(node, about, { inventory: { ...INVENTORY, cores: 64 } })
  const refused = node.daemon.reportEvaluation({ body: bytes })
  await expect(refused).rejects.toMatchObject({ code: 'REPORT_UNVERIFIED' })
})

test('forged results: a failed challenge ends the report and the grade', async () => {
  const params = { sku_id: goods.product }
  const minimums = [{ metric: 'points.general', at_least: 800 }]
  await venue.operator.setThresholds({ params, body: { thresholds: [{ grade: 'A', minimums }] } })
  const liar = await suspect(working({ matrix: (product) => void product.fill(0) }))
  const about = { ...measured(), venue: 'test', node: liar.node.number }
  await liar.node.daemon.reportEvaluation({ body: signedReport(liar.node, about).bytes })
  const graded = async () => {
    const { grades } = await liar.seller.client.getNode({ params: { node_id: liar.node.id } })
    return grades.map(({ grade }) => grade)
  }
  expect(await graded()).toEqual(['A'])
  expect(await challenge(liar, 'matrix')).toMatchObject({ end: 'wrong', fault: 'row' })
  expect(await graded()).toEqual([])
})

test('relaying to a better machine: what comes after the deadline is too late', async () => {
  const slow: Strategy = async (one) => {
    await sleep(1_500)
    return working()(one)
  }
  const relay = await suspect(slow)
  expect(await challenge(relay, 'matrix', { commit_ms: 700 })).toMatchObject({ end: 'silent' })
  // Memory that is kept elsewhere is filled again before it can be read: longer than an answer may take.
  const elsewhere: Strategy = async ({ seed, size }) => {
    const { root } = memoryClaim(new MemoryProof(fillMemory(fromHex(seed), size)))
    return { root, answer: () => null }
  }
  relay.liar.strategy = elsewhere
  expect(await challenge(relay, 'memory', { answer_ms: 700 })).toMatchObject({ end: 'late' })
  caught('relayed challenges', 'silent or late by the exchange’s clock')
})

test('one device sold many times: the second claim of it is refused', async () => {
  const machine = hex()
  const seller = await openParty(venue, 'provider')
  const first = await suspect(working(), seller)
  const second = await suspect(working(), seller)
  await claim(first, device('machine', machine))
  await expect(claim(second, device('machine', machine))).rejects.toMatchObject({
    code: 'DEVICE_CLAIMED',
  })
  const { data } = await assessor.client.listDevices({ params: { node_id: first.node.id } })
  expect(data).toEqual([device('machine', machine)])
  caught('one device on many nodes', 'DEVICE_CLAIMED: a device belongs to one node')
})

test('N sybil nodes on one machine: a simultaneous audit leaves it time for one', async () => {
  const seller = await openParty(venue, 'provider')
  // One machine, whatever its names: what is asked of it waits for what it does already.
  const WORK_MS = 5_000
  let queue: Promise<unknown> = Promise.resolve()
  const shared: Strategy = (one) => {
    const turn = queue.then(async () => {
      await sleep(WORK_MS)
      return working()(one)
    })
    queue = turn
    return turn
  }
  const sybils = await Promise.all([1, 2, 3].map(() => suspect(shared, seller)))
  // Alone, each of them passes.
  const deadline = { commit_ms: 1.6 * WORK_MS }
  expect(await challenge(sybils[2]!, 'matrix', deadline)).toMatchObject({ end: 'passed' })
  const task = { proof: 'matrix' as const, seed: hex(), size: SIZES.matrix }
  const audit = await assessor.client.openAudit({
    body: { account_id: seller.account, ...task, ...deadline, answer_ms: 50_000 },
  })
  expect(new Set(audit.challenges.map(({ opened_at }) => opened_at)).size).toBe(1)
  expect(new Set(audit.challenges.map(({ seed }) => seed)).size).toBe(3)
  const ends = await Promise.all(
    audit.challenges.map(async (one) => {
      const { node } = sybils.find((each) => each.node.id === one.node_id)!
      return (await finish(one, node)).end
    }),
  )
  expect(ends.filter((end) => end === 'passed')).toHaveLength(1)
  expect(ends.filter((end) => end === 'silent')).toHaveLength(2)
  caught('sybil nodes on one machine', 'simultaneous audit: one passed, the others silent')
})

/** Buys a core of a node at ¥0.10 and has it delivering. */
async function sold(of: Suspect) {
  const buyer = await openParty(venue, 'buyer', '100.00')
  const params = { node_id: of.node.id, sku_id: goods.product }
  await of.seller.client.setOffer({ params, body: { price: '0.10', max_units: 4 } })
  await until(async () => {
    const { data } = await of.seller.client.listOffers({ query: { available: true } })
    return data.some((offer) => offer.node_id === of.node.id)
  })
  const order = { symbol: SYMBOL, side: 'buy', units: 1, price: '0.10' } as const
  const body = { ...order, time_in_force: 'IOC' } as const
  await buyer.client.placeOrder({ body })
  const { data } = await of.node.daemon.listAssignments({ params: { node_id: of.node.id } })
  const [{ lease, nonce } = { lease: null, nonce: '' }] = data
  if (lease === null) throw new Error('the node was sold')
  await of.node.daemon.reportReady({ params: { lease_id: lease.id }, body: { nonce } })
  // Other tests' orders go to their own nodes.
  await of.node.daemon.setNodeStatus({
    params: { node_id: of.node.id },
    body: { status: 'draining' },
  })
  return { buyer, lease }
}

test('dead but "up": a socket that gives no nonce back is no contact', async () => {
  const dead = await suspect(working())
  const { lease } = await sold(dead)
  const { node, seller } = dead
  const beats = [{ lease_id: lease.id, nonce: 'ab'.repeat(16) }]
  node.daemon.openStream().subscribe('beats', { node_id: node.id }, () => {})
  for (let round = 0; round < 4; round++) await assessor.client.beat({ body: { beats } })
  await until(async () => {
    const { connected } = await seller.client.getNode({ params: { node_id: node.id } })
    return !connected
  })
  expect(await targetOf(node)).toBeUndefined()
  caught('dead but "up"', 'three rounds of nonces unanswered: out of contact, minutes are breaches')
})

test('inflated usage: more seconds than the lease lasted are not billed', async () => {
  const greedy = await suspect(working())
  const { buyer, lease } = await sold(greedy)
  await buyer.client.closeAllocation({ params: { allocation_id: lease.allocation_id } })
  const { node } = greedy
  const head = { period: 1, previous: '00'.repeat(32) }
  const totals = { coveredSeconds: 3_600, cpuUs: 3_600_000_000, memoryPeakMib: 1 }
  const readings = [{ lease: numberOf('lease', lease.id) ?? 0, ...totals }]
  const statement = { venue: 'test', node: node.number, ...head, readings }
  const { seq } = await node.daemon.reportMeters({
    body: {
      node_id: node.id,
      ...head,
      readings: [
        {
          lease_id: lease.id,
          covered_seconds: totals.coveredSeconds,
          cpu_us: totals.cpuUs,
          memory_peak_mib: totals.memoryPeakMib,
          final: true,
        },
      ],
      signature: node.sign(encode(meterStatement, statement)),
    },
  })
  const { data } = await buyer.client.listUsage({ query: { min_seq: seq } })
  expect(data[0]?.accepted_seconds).toBeLessThan(60)
  caught('inflated usage', 'billed: the smaller of the lease clock and the meter')
})

test('log forging: the digest of a log that was never stored is not taken', async () => {
  const forger = await suspect(working())
  const { buyer, lease } = await sold(forger)
  const { workload } = await buyer.client.startWorkload({
    params: { allocation_id: lease.allocation_id },
    body: { spec: { command: ['true'] } },
  })
  const body = { status: 'done', exit_code: 0, end: 'EXITED', log_digest: hex() } as const
  const forged = forger.node.daemon.reportWorkload({
    params: { workload_id: workload.id },
    body,
  })
  await expect(forged).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await buyer.client.closeAllocation({ params: { allocation_id: lease.allocation_id } })
  caught('log forging', 'NOT_FOUND: a log counts by the digest of bytes that the buyer can read')
})

test('image substitution: every engine that runs images is tried with another one', () => {
  const cases = readFileSync(join(import.meta.dirname, '../conformance/cases/images.ts'), 'utf8')
  expect(cases).toContain('IMAGE_DIGEST')
  caught('image substitution', 'IMAGE_DIGEST: `name@sha256:…` means those bytes (conformance)')
})

interface Listed {
  readonly engine: string
  readonly case: string
}
const NEEDED = ['fork-bomb', 'kernel-files', 'mounts', 'network', 'tenants']

test('tenant escapes: the conformance suite tries each, and containers hold all of them', () => {
  const read = (path: string) =>
    readFileSync(join(import.meta.dirname, '../conformance', path), 'utf8')
  const cases = read('cases/abuse.ts')
  const listed = JSON.parse(read('not-enforceable.json')) as Listed[]
  for (const name of NEEDED) {
    expect(cases).toContain(`abuse.${name}`)
    const where = listed.filter((one) => one.case === `abuse.${name}`).map(({ engine }) => engine)
    expect(where).not.toContain('docker')
    expect(where).not.toContain('podman')
  }
  caught('tenant escape', 'conformance cases abuse.*, run on every engine')
})

test('malicious seller reads data: said, not prevented (only tier T4 would)', () => {
  const hardening = readFileSync(join(import.meta.dirname, '../../docs/hardening.md'), 'utf8')
  expect(hardening).toContain('A provider can always read what runs on its machine')
  caught(
    'malicious seller reads data',
    'not caught: documented, only tier `confidential` (T4) helps',
  )
})
