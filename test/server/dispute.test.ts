// A machine that stands still while its meter counts on: the buyer's witness notices, and the money waits.
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
/** How long the witness stands still: much more than its beat of ten seconds. */
const STILL_MS = 25_000

const folders: string[] = []
const running: Running[] = []
let port = 0

beforeAll(async () => {
  ensureBuilt()
  port = await freePort()
})
afterEach(async () => {
  for (const pid of witnesses()) process.kill(pid, 'SIGCONT')
  for (const program of running.splice(0)) {
    program.signal('SIGINT')
    await program.ended(END_MS)
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function suan(folder: string, args: string[], token?: string): Running {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    SUAN_DATA_DIR: folder,
    SUAN_PORT: `${port}`,
    SUAN_DRIVER: process.env['SUAN_DRIVER'] ?? '',
    LANG: 'C.UTF-8',
    ...(token === undefined ? {} : { SUAN_API_KEY: token }),
  }
  const program = startProgram([process.execPath, main, ...args], { cwd: folder, env })
  running.push(program)
  return program
}

/** What a command printed for programs. */
async function asked<T>(folder: string, args: string[], token?: string): Promise<T> {
  const program = suan(folder, [...args, '--json'], token)
  expect(await program.ended(END_MS), program.output()).toBe(0)
  return JSON.parse(program.output()) as T
}

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
  const folder = mkdtempSync(join(tmpdir(), 'suan-dispute-'))
  folders.push(folder)
  const server = suan(folder, ['server', '--sandbox'])
  await server.printed(/Ctrl-C stops it/, READY_MS)
  const tokenOf = (name: string) =>
    readFileSync(join(folder, `secrets/${name}.token`), 'utf8').trim()
  // 1. Somebody rents and looks for itself; what it rents stands still for a while.
  const need = ['--cpu', '1', '--memory', '128MiB', '--max-price', '1.00', '-y', '--witness']
  const run = suan(folder, ['run', ...need, '--', 'sleep', '45'])
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
  const { data } = await asked<{ data: Dispute[] }>(folder, ['disputes', '--open'])
  const [dispute] = data as [Dispute]
  const { seller, buyer } = dispute
  expect(seller.seconds - buyer.seconds).toBeGreaterThan(10)
  expect(buyer.readings).toBeGreaterThan(0)
  const columns = suan(folder, ['dispute', dispute.id], tokenOf('provider'))
  expect(await columns.ended(END_MS)).toBe(0)
  expect(columns.output()).toMatch(/SELLER +BUYER/)
  const kept = suan(folder, ['dispute', dispute.id, '--evidence'], tokenOf('provider'))
  expect(await kept.ended(END_MS), kept.output()).toBe(0)
  expect(kept.output()).toMatch(/^[0-9a-f]{64} \d+$/m)
  // 3. Two persons of the operator decide for the buyer.
  const operator = tokenOf('operator')
  const post = async <T>(path: string, body: object): Promise<T> => {
    const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' }
    const url = `http://127.0.0.1:${port}${path}`
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
    return (await answer.json()) as T
  }
  const me = await asked<{ account: { id: string }; member: { id: string } }>(
    folder,
    ['whoami'],
    operator,
  )
  const second = { member_id: me.member.id, handle: 'second' }
  const { user_id } = await post<{ user_id: string }>('/v1/admin/users', second)
  const key = { label: 'second', scopes: ['read', 'admin'], account_id: me.account.id, user_id }
  const { token } = await post<{ token: string }>('/v1/keys', key)
  const reason = ['--reason', 'the witness stood still']
  const accept = ['--accept', `${buyer.seconds}`, ...reason]
  const made = await asked<{ proposal_id: string }>(
    folder,
    ['dispute', dispute.id, ...accept],
    operator,
  )
  await asked(folder, ['dispute', dispute.id, '--approve', made.proposal_id], token)
  const decided = await asked<Dispute>(folder, ['dispute', dispute.id])
  expect(decided.decision?.by).toBe('operator')
  expect(Number(decided.decision?.returned)).toBeGreaterThan(0)
  const lease = await asked<{ accepted_seconds: number; settlement: string }>(folder, [
    'get',
    dispute.lease_id,
  ])
  expect(lease).toMatchObject({ accepted_seconds: buyer.seconds, settlement: 'settled' })
})
