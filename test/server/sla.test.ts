// A promise of delivery that pays by itself: the built server, its prober, and a daemon that goes away.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { READY_MS, Sandbox } from '../tools/sandbox.ts'

/** A minute of lease, three heartbeats, and the round in which the prober tells. */
const BREACH_MS = 150_000

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(async () => {
  // One that was stopped in the middle does not end with its server.
  const pid = daemonOf(sandbox.folder)
  if (pid !== null) process.kill(pid, 'SIGKILL')
  await sandbox.stop('SIGKILL')
})

/** Asks again until the answer is one that is looked for. */
async function until<T>(what: string, ms: number, look: () => Promise<T | null>): Promise<T> {
  const endMs = Date.now() + ms
  for (;;) {
    const found = await look()
    if (found !== null) return found
    if (Date.now() > endMs) throw new Error(`not within ${ms} ms: ${what}`)
    await sleep(500)
  }
}

/** The provider's daemon, by its command line; null when there is none. */
function daemonOf(folder: string): number | null {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const found = pids.find((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      return words.includes('provider') && words.includes(join(folder, 'provider'))
    } catch {
      return false
    }
  })
  return found === undefined ? null : Number(found)
}

interface Allocation {
  readonly id: string
  readonly leases: readonly { readonly id: string; readonly status: string }[]
}
interface LeaseSla {
  readonly breaches?: readonly { readonly from_minute: number; readonly sources: string[] }[]
  readonly credits?: readonly { readonly paid: string; readonly breach_minutes: number }[]
}

test('SLA-004 SLA-009 a daemon that is cut off: breach minutes and the credit, with nobody present', async () => {
  // 1. Somebody rents, and leaves.
  const need = ['--cpu', '1', '--memory', '128MiB', '--max-price', '1.00', '-y', '--detach']
  const run = sandbox.suan(['run', ...need, '--', 'sleep', '600'])
  expect(await run.ended(READY_MS), run.output()).toBe(0)
  const { lease, allocation } = await until('a lease that delivers', READY_MS, async () => {
    const { data } = await sandbox.call<{ data: Allocation[] }>('/v1/allocations?open=true')
    const [first] = data
    const found = first?.leases[0]
    if (first === undefined || found?.status !== 'delivering') return null
    return { lease: found.id, allocation: first.id }
  })
  // 2. The daemon is cut off: its socket stays open, and nothing comes through it.
  const daemon = daemonOf(sandbox.folder) ?? 0
  expect(daemon).toBeGreaterThan(0)
  process.kill(daemon, 'SIGSTOP')
  const sla = await until('a breach minute', BREACH_MS, async () => {
    const view = await sandbox.call<LeaseSla>(`/v1/leases/${lease}/sla`)
    // The read models may still be catching up.
    return (view.breaches ?? []).length > 0 ? view : null
  })
  expect(sla.breaches?.[0]).toMatchObject({ from_minute: 0, sources: ['agent', 'prober'] })
  process.kill(daemon, 'SIGCONT')
  // 3. The lease ends, and the credit is there.
  await sandbox.call(`/v1/allocations/${allocation}`, { method: 'DELETE' })
  const credited = await until('the credit', READY_MS, async () => {
    const view = await sandbox.call<LeaseSla>(`/v1/leases/${lease}/sla`)
    return view.credits?.[0] ?? null
  })
  expect(credited.breach_minutes).toBeGreaterThan(0)
  expect(Number(credited.paid)).toBeGreaterThan(0)
  const metrics = await (await fetch(`${sandbox.url}/metrics`)).text()
  expect(metrics).toMatch(/^suan_delivery_breaches_total\{kind="minute"\} [1-9]/m)
  const lines = await sandbox.call<{ data: { rule: string; amount: string }[] }>('/v1/ledger')
  const credit = lines.data.find(({ rule }) => rule === 'SLA-009')
  expect(credit?.amount).toBe(`-${credited.paid}`)
})
