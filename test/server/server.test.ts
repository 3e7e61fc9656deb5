// `suan server` as an operator and a sandbox user meet it: built, in a folder of its own.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { ensureBuilt } from '../tools/built.ts'
import { freePort } from '../tools/free-port.ts'
import { startProgram, type Running } from '../tools/running.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const main = join(root, 'dist/cli/main.js')
const READY_MS = 120_000
const END_MS = 60_000

const folders: string[] = []
const running: Running[] = []
let port = 0

beforeAll(async () => {
  ensureBuilt()
  port = await freePort()
})
afterEach(async () => {
  for (const program of running.splice(0)) {
    program.signal('SIGKILL')
    await program.ended(END_MS)
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'suan-server-'))
  folders.push(folder)
  return folder
}
function suan(folder: string, ...args: string[]): Running {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    SUAN_DATA_DIR: folder,
    SUAN_PORT: `${port}`,
    LANG: 'C.UTF-8',
  }
  const program = startProgram([process.execPath, main, ...args], { cwd: folder, env })
  running.push(program)
  return program
}
async function started(folder: string, ...flags: string[]): Promise<Running> {
  const server = suan(folder, 'server', ...flags)
  await server.printed(/Ctrl-C stops it/, READY_MS)
  return server
}
async function stopped(server: Running): Promise<void> {
  server.signal('SIGINT')
  expect(await server.ended(END_MS), server.output()).toBe(0)
}
const inAnHour = (): string => String(Math.floor(Date.now() / 1_000) + 3_600)

/** What the door answers to a GET, or to a POST of this body. */
async function json(path: string, token?: string, body?: object): Promise<Record<string, unknown>> {
  const key = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const post = { method: 'POST', body: JSON.stringify(body) }
  const headers = { ...key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  const init = body === undefined ? { headers } : { ...post, headers }
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
  return (await response.json()) as Record<string, unknown>
}

test('API-008 without the sandbox flag there is no play money and no ready-made key', async () => {
  const folder = newFolder()
  const server = await started(folder)
  expect(server.output()).not.toMatch(/sign-in#/)
  expect(await json('/v1/status')).toMatchObject({ sandbox: false, mode: 'INTERNAL' })
  const path = join(folder, 'secrets/operator.token')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const token = readFileSync(path, 'utf8').trim()
  expect(token).toMatch(/^suan_live_/)
  expect(await json('/v1/whoami', token)).toMatchObject({ account: { handle: 'operator' } })
  const faucet = await fetch(`http://127.0.0.1:${port}/v1/sandbox/faucet`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ amount: '10.00' }),
  })
  expect(await faucet.json()).toMatchObject({ code: 'SANDBOX_ONLY' })
  await stopped(server)
})

test('a sandbox sells this machine, runs a program on it, and keeps everything over a restart', async () => {
  const folder = newFolder()
  let server = await started(folder, '--sandbox')
  const words = [
    'run',
    '--cpu',
    '1',
    '--memory',
    '128MiB',
    '--max-price',
    '1.00',
    '-y',
    '-o',
    'json',
  ]
  const run = suan(folder, ...words, '--', 'sh', '-c', 'echo out; exit 7')
  expect(await run.ended(READY_MS), run.output()).toBe(7)
  expect(run.output()).toMatch(/^out$/m)
  expect(statSync(join(folder, 'context.toml')).mode & 0o777).toBe(0o600)
  await stopped(server)
  const before = suan(folder, 'fsck')
  expect(await before.ended(READY_MS), before.output()).toBe(0)

  server = await started(folder, '--sandbox')
  const usage = suan(folder, 'ps', '-a', '-o', 'json')
  expect(await usage.ended(END_MS), usage.output()).toBe(0)
  expect(usage.output()).toMatch(/"exit_code": 7/)
  await stopped(server)
})

test('read models are built again while people sign in, trade and look at what they own', async () => {
  const folder = newFolder()
  const server = await started(folder, '--sandbox', '--no-provider')
  const token = readFileSync(join(folder, 'secrets/buyer.token'), 'utf8').trim()
  const operator = readFileSync(join(folder, 'secrets/operator.token'), 'utf8').trim()
  const symbol = 'CPU-S.C.LOCAL'
  const link = { label: 'link', credential: 'link', scopes: ['read'], expires_at: inAnHour() }
  const { token: link_token } = await json('/v1/keys', token, link)
  const seen: Record<string, unknown>[] = []
  const rebuild = suan(folder, 'rebuild', '--url', `http://127.0.0.1:${port}`)
  for (let state = 'none'; state === 'none' || state === 'running';) {
    state = String((await json('/v1/admin/read-models', operator))['rebuild'])
    if (state !== 'running') continue
    if (seen.length === 0) seen.push(await json('/v1/sessions', undefined, { link_token }))
    const placed = await json('/v1/orders', token, { symbol, side: 'buy', units: 1, price: '0.01' })
    const { id } = placed['order'] as { id: string }
    seen.push(placed, await json(`/v1/orders/${id}`, token), await json('/v1/balances', token))
  }
  expect(await rebuild.ended(READY_MS), rebuild.output()).toBe(0)
  expect(rebuild.output()).toMatch(/^\{"rebuilt":\d+\}$/m)
  expect(seen.length).toBeGreaterThan(3)
  expect(seen.filter((answer) => 'code' in answer)).toEqual([])
  const { applied_seq: seq } = await json('/v1/admin/read-models', operator)
  const history = await json(`/v1/orders?min_seq=${Number(seq)}`, token)
  expect(history['data']).not.toEqual([])
  await stopped(server)
})

test('Ctrl-C closes running leases with PROVIDER_SHUTDOWN and writes their bills', async () => {
  const folder = newFolder()
  const server = await started(folder, '--sandbox')
  const words = ['run', '--cpu', '1', '--memory', '128MiB', '--max-price', '1.00', '-y']
  const run = suan(folder, ...words, '--', 'sh', '-c', 'while true; do echo tick; sleep 1; done')
  await run.printed(/tick[\s\S]*tick/, READY_MS)
  await stopped(server)
  const exported = suan(folder, 'journal', 'export')
  expect(await exported.ended(READY_MS)).toBe(0)
  expect(exported.output()).toMatch(/"kind":"ReportWorkload"[^\n]*"end":"PROVIDER_SHUTDOWN"/)
  const readings = exported.output().match(/"final":true/g) ?? []
  expect(readings).toHaveLength(1)
})

test('a second server on the same folder, or on a taken port, says what is wrong', async () => {
  const folder = newFolder()
  await started(folder, '--sandbox', '--no-provider')
  const same = suan(folder, 'server', '--sandbox')
  expect(await same.ended(END_MS)).toBe(9)
  expect(same.output()).toMatch(/Another server \(process \d+\) uses/)
  const other = suan(newFolder(), 'server', '--sandbox', '--no-provider')
  expect(await other.ended(END_MS)).toBe(9)
  expect(other.output()).toMatch(new RegExp(`Port ${port} is in use`))
})
