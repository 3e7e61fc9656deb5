// A machine that stands still while its meter counts on: the buyer's witness notices, and the money waits.
import { readFileSync, readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { READY_MS, Sandbox } from '../tools/sandbox.ts'

/** How long the witness stands still: much more than its beat of ten seconds. */
const STILL_MS = 25_000

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(async () => {
  for (const pid of witnesses()) process.kill(pid, 'SIGCONT')
  await sandbox.stop()
})

/** Shells that print a witness's chain, by their command line. */
function witnesses(): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0')
      const isShell = /(^|\/)(sh|dash|bash|busybox)$/.test(words[0] ?? '')
      const isChain = words.some((word) => /^h=[0-9a-f]{64}; while/.test(word))
      return isShell && isChain ? [Number(name)] : []
    } catch {
      return []
    }
  })
}

interface Dispute {
  readonly id: string
  readonly lease_id: string
  readonly seller: { readonly seconds: number }
  readonly buyer: { readonly seconds: number; readonly readings: number }
  readonly decision: { readonly by: string; readonly returned: string } | null
}

test('DSP-005 DSP-007 a meter that counts a machine that stands still: the buyer gets its part back', async () => {
  // 1. Somebody rents and looks for itself; what it rents stands still for a while.
  const need = ['--cpu', '1', '--memory', '128MiB', '--max-price', '1.00', '-y', '--witness']
  const run = sandbox.suan(['run', ...need, '--', 'sleep', '45'])
  for (const endMs = Date.now() + READY_MS; witnesses().length === 0;) {
    if (Date.now() > endMs) throw new Error(`no witness: ${run.output()}`)
    await sleep(200)
  }
  // Its first line is out before it stands still.
  await sleep(3_000)
  for (const pid of witnesses()) process.kill(pid, 'SIGSTOP')
  await sleep(STILL_MS)
  for (const pid of witnesses()) process.kill(pid, 'SIGCONT')
  expect(await run.ended(READY_MS), run.output()).toBe(0)
  expect(run.output()).toMatch(/suan dispute disp_/)
  // 2. Both sides see what each counted.
  const { data } = await sandbox.asked<{ data: Dispute[] }>(['disputes', '--open'])
  const [dispute] = data as [Dispute]
  const { seller, buyer } = dispute
  expect(seller.seconds - buyer.seconds).toBeGreaterThan(10)
  expect(buyer.readings).toBeGreaterThan(0)
  const provider = sandbox.token('provider')
  expect(await sandbox.said(0, ['dispute', dispute.id], provider)).toMatch(/SELLER +BUYER/)
  const kept = await sandbox.said(0, ['dispute', dispute.id, '--evidence'], provider)
  expect(kept).toMatch(/^[0-9a-f]{64} \d+$/m)
  type Report = { readonly signed: boolean; readonly chained: boolean }
  const reports = await sandbox.asked<{ data: Report[] }>(['dispute', dispute.id, '--reports'])
  expect(reports.data.length).toBeGreaterThan(0)
  expect(reports.data.every(({ signed, chained }) => signed && chained)).toBe(true)
  // 3. Two persons of the operator decide for the buyer.
  const operator = sandbox.token('operator')
  const post = <T>(path: string, body: object) =>
    sandbox.call<T>(path, { method: 'POST', token: operator, body })
  const me = await sandbox.asked<{ account: { id: string }; member: { id: string } }>(
    ['whoami'],
    operator,
  )
  const second = { member_id: me.member.id, handle: 'second' }
  const { user_id } = await post<{ user_id: string }>('/v1/admin/users', second)
  const key = { label: 'second', scopes: ['read', 'admin'], account_id: me.account.id, user_id }
  const { token } = await post<{ token: string }>('/v1/keys', key)
  const reason = ['--reason', 'the witness stood still']
  const accept = ['--accept', `${buyer.seconds}`, ...reason]
  const made = await sandbox.asked<{ proposal_id: string }>(
    ['dispute', dispute.id, ...accept],
    operator,
  )
  await sandbox.asked(['dispute', dispute.id, '--approve', made.proposal_id], token)
  const decided = await sandbox.asked<Dispute>(['dispute', dispute.id])
  expect(decided.decision?.by).toBe('operator')
  expect(Number(decided.decision?.returned)).toBeGreaterThan(0)
  const lease = await sandbox.asked<{ accepted_seconds: number; settlement: string }>([
    'get',
    dispute.lease_id,
  ])
  expect(lease).toMatchObject({ accepted_seconds: buyer.seconds, settlement: 'settled' })
})
