// The rows that need a real machine: a daemon of its own process, control groups, neighbours.
import { spawn, type ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { conduct } from '../../../src/cli/index.ts'
import { runChain } from '../../../src/agent/index.ts'
import { witnessWork } from '../../../src/kernel/index.ts'
import { answerFault } from '../../../src/models/index.ts'
import { FaultyProvider, until } from '../../faults/provider.ts'
import { openParty, type Party } from '../../support/api-venue.ts'
import { caught, printCaught } from '../caught.ts'

const [RUNS, RUN_MS] = [6, 150]
let fastest = 0

let provider: FaultyProvider
let assessor: Party
/** What is missing of less than a second is missing of nothing. */
const BILLED_MS = 3_000
const neighbours: ChildProcess[] = []
printCaught()
beforeAll(async () => {
  provider = await FaultyProvider.open()
  assessor = await openParty(provider.venue, 'assessor')
})
afterAll(async () => {
  calm()
  await provider.close()
})

const verifier = {
  faultOf: async (...given: Parameters<typeof answerFault>) => answerFault(...given),
}

async function only() {
  const { data } = await assessor.client.listChallengeTargets()
  const [target] = data
  if (target === undefined) throw new Error('the node is online')
  return target
}

async function prove(proof: 'matrix' | 'memory' | 'witness', size: number) {
  const found = await only()
  // By the report of an idle machine, which the machine of a test hardly ever is.
  const target = { ...found, int_nt_ops_per_s: blocksPerSecond() * found.cores }
  const lease_id = proof === 'witness' ? (target.leases[0]?.lease_id ?? null) : null
  const task = { proof, seed: 'ab'.repeat(32), size, commit_ms: 60_000, answer_ms: 60_000 }
  const { challenge } = await assessor.client.openChallenge({
    body: { node_id: target.node_id, lease_id, ...task },
  })
  return conduct({ client: assessor.client, verifier }, challenge, target)
}

/**
 * Of one core that nobody else uses: by processor time, not by the clock, and the best of several, since
 * other threads of this process count too and share the core's caches.
 */
function blocksPerSecond(): number {
  for (let at = 0; at < RUNS; at++) {
    const from = process.cpuUsage()
    const end = performance.now() + RUN_MS
    const states = runChain(new Uint8Array(32), 0, () => performance.now() >= end)
    const { user, system } = process.cpuUsage(from)
    fastest = Math.max(fastest, Math.floor((witnessWork([states.length]) * 1e6) / (user + system)))
  }
  return fastest
}

/**
 * Programs outside of every lease, on all processors. Each is a session of its own: the scheduler
 * weighs all of one session as one neighbour, which would leave a lease of one core nearly all of it.
 */
function spin(count: number): void {
  const options = { stdio: 'ignore', detached: true } as const
  for (let at = 0; at < count; at++) {
    neighbours.push(spawn('sh', ['-c', 'while :; do :; done'], options))
  }
}
function calm(): void {
  for (const one of neighbours.splice(0)) one.kill('SIGKILL')
}

test('an honest daemon passes; it names its machine, and its leases go on', async () => {
  const { challenge: matrix, fault } = await prove('matrix', 256)
  expect({ end: matrix.end, fault }).toEqual({ end: 'passed', fault: null })
  const { challenge: memory } = await prove('memory', 16_384)
  expect(memory.end).toBe('passed')
  const { data } = await assessor.client.listDevices({
    params: { node_id: matrix.node_id },
  })
  expect(data.every(({ id_hash }) => /^[0-9a-f]{64}$/.test(id_hash))).toBe(true)
})

test('oversubscription after rating: neighbours that spin are seen from inside, and cost', async () => {
  // 1. The buyer's own program uses all of the lease: it stands still for the witness, and goes on.
  const allocation = await provider.buy('while :; do :; done')
  await provider.running(allocation)
  const alone = await prove('witness', 700)
  expect({ end: alone.challenge.end, fault: alone.fault }).toEqual({ end: 'passed', fault: null })
  const again = prove('witness', 700)
  await expect(again).rejects.toMatchObject({ code: 'CHALLENGE_REFUSED' })
  // 2. The same cores sold elsewhere: neighbours in no lease of this exchange.
  spin(2 * availableParallelism())
  const usedUs = async () => (await provider.lease(allocation)).cpu_us
  const before = await usedUs()
  await until(async () => (await usedUs()) > before)
  await provider.buyer.client.closeAllocation({ params: { allocation_id: allocation } })
  await provider.ended(allocation)
  const second = await provider.buy('sleep 600')
  await provider.running(second)
  const { ready_at } = await provider.lease(second)
  await until(async () => Date.now() > Date.parse(ready_at ?? '') + BILLED_MS)
  const crowded = await prove('witness', 700)
  calm()
  expect({ end: crowded.challenge.end, fault: crowded.fault }).toEqual({
    end: 'passed',
    fault: null,
  })
  expect(crowded.challenge.ratio_ppm).toBeLessThan(950_000)
  // 3. What was missing is paid, and the node's own share of its report is public.
  const rules = async () =>
    (await provider.buyer.client.listLedger({})).data.map(({ rule }) => rule)
  // The read models follow the journal.
  await until(async () => (await rules()).includes('PRF-010'))
  const proofs = await assessor.client.listChallenges({
    params: { node_id: crowded.challenge.node_id },
  })
  expect(proofs.witnesses_ppm).toHaveLength(2)
  const ratio = ((crowded.challenge.ratio_ppm ?? 0) / 1e6).toFixed(2)
  caught('oversubscription', `witness inside the lease: ${ratio} of the report; PRF-010 credits`)
}, 300_000)
