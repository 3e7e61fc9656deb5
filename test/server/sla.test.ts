// A promise of delivery that pays by itself: the built server, its prober, and a daemon that goes away.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { ensureBuilt } from '../tools/built.ts'
import { freePort } from '../tools/free-port.ts'
import { startProgram, type Running } from '../tools/running.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const main = join(root, 'dist/cli/main.js')
const READY_MS = 120_000
const END_MS = 60_000
/** A minute of lease, three heartbeats, and the round in which the prober tells. */
const BREACH_MS = 150_000

const folders: string[] = []
const running: Running[] = []
let port = 0

beforeAll(async () => {
  ensureBuilt()
  port = await freePort()
})
afterEach(async () => {
  // One that was stopped in the middle does not end with its server.
  for (const folder of folders) {
    const pid = daemonOf(folder)
    if (pid !== null) process.kill(pid, 'SIGKILL')
  }
  for (const program of running.splice(0)) {
    program.signal('SIGKILL')
    await program.ended(END_MS)
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function suan(folder: string, ...args: string[]): Running {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    SUAN_DATA_DIR: folder,
    SUAN_PORT: `${port}`,
    SUAN_DRIVER: process.env['SUAN_DRIVER'] ?? '',
    LANG: 'C.UTF-8',
  }
  const program = startProgram([process.execPath, main, ...args], { cwd: folder, env })
  running.push(program)
  return program
}

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
  const folder = mkdtempSync(join(tmpdir(), 'suan-sla-'))
  folders.push(folder)
  const server = suan(folder, 'server', '--sandbox')
  await server.printed(/Ctrl-C stops it/, READY_MS)
  const token = readFileSync(join(folder, 'secrets/buyer.token'), 'utf8').trim()
  const get = async <T>(path: string): Promise<T> => {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).json() as Promise<T>
  }
  // 1. Somebody rents, and leaves.
  const need = ['--cpu', '1', '--memory', '128MiB', '--max-price', '1.00', '-y', '--detach']
  const run = suan(folder, 'run', ...need, '--', 'sleep', '600')
  expect(await run.ended(READY_MS), run.output()).toBe(0)
  const { lease, allocation } = await until('a lease that delivers', READY_MS, async () => {
    const { data } = await get<{ data: Allocation[] }>('/v1/allocations?open=true')
    const [first] = data
    const found = first?.leases[0]
    if (first === undefined || found?.status !== 'delivering') return null
    return { lease: found.id, allocation: first.id }
  })
  // 2. The daemon is cut off: its socket stays open, and nothing comes through it.
  const daemon = daemonOf(folder) ?? 0
  expect(daemon).toBeGreaterThan(0)
  process.kill(daemon, 'SIGSTOP')
  const sla = await until('a breach minute', BREACH_MS, async () => {
    const view = await get<LeaseSla>(`/v1/leases/${lease}/sla`)
    // The read models may still be catching up.
    return (view.breaches ?? []).length > 0 ? view : null
  })
  expect(sla.breaches?.[0]).toMatchObject({ from_minute: 0, sources: ['agent', 'prober'] })
  process.kill(daemon, 'SIGCONT')
  // 3. The lease ends, and the credit is there.
  const headers = { authorization: `Bearer ${token}` }
  const path = `http://127.0.0.1:${port}/v1/allocations/${allocation}`
  await fetch(path, { method: 'DELETE', headers })
  const credited = await until('the credit', READY_MS, async () => {
    const view = await get<LeaseSla>(`/v1/leases/${lease}/sla`)
    return view.credits?.[0] ?? null
  })
  expect(credited.breach_minutes).toBeGreaterThan(0)
  expect(Number(credited.paid)).toBeGreaterThan(0)
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  expect(metrics).toMatch(/^suan_delivery_breaches_total\{kind="minute"\} [1-9]/m)
  const lines = await get<{ data: { rule: string; amount: string }[] }>('/v1/ledger')
  const credit = lines.data.find(({ rule }) => rule === 'SLA-009')
  expect(credit?.amount).toBe(`-${credited.paid}`)
})
