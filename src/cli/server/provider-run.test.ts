/** A daemon that a server started ends with it, whatever it is busy with, and by itself when it is refused. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ApiVenue, listGoods, openParty } from '../../../test/support/api-venue.ts'
import { ensureBuilt } from '../../../test/tools/built.ts'
import type { DaemonStage } from './daemon-child.ts'

const NOBODY_THERE = 'http://127.0.0.1:9'

let folder: string
let venue: ApiVenue
let child: ChildProcess | null = null
const servers: Server[] = []

beforeAll(async () => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'suan-provider-run-'))
  venue = await ApiVenue.start()
  await listGoods(venue)
})
afterEach(() => {
  child?.kill('SIGKILL')
  for (const server of servers.splice(0)) server.close()
})
afterAll(async () => {
  await venue.stop()
  rmSync(folder, { recursive: true })
})

/** Starts a daemon as a server does. */
function startDaemon(url: string, token = 'none'): ChildProcess {
  child = fork(
    join(import.meta.dirname, '../../../dist/cli/main.js'),
    ['provider', 'run', '--data', folder, '--driver', 'process'],
    { env: { ...process.env, SUAN_URL: url, SUAN_API_KEY: token }, stdio: 'ignore' },
  )
  return child
}

async function stage(daemon: ChildProcess, wanted: DaemonStage['stage']): Promise<void> {
  for (;;) {
    const [message] = (await once(daemon, 'message')) as [DaemonStage]
    if (message.stage === wanted) return
  }
}

/** Closes the channel as the death of its server does, and waits for the daemon's own end. */
async function leave(daemon: ChildProcess): Promise<unknown> {
  const ended = once(daemon, 'exit')
  daemon.disconnect()
  return Promise.race([ended.then(([code]) => code), sleep(30_000, 'still running')])
}

test('its server goes before the daemon has loaded', async () => {
  const daemon = startDaemon(NOBODY_THERE)
  await once(daemon, 'spawn')
  expect(await leave(daemon)).toBe(0)
})

test('its server goes while the daemon tries to reach the exchange', async () => {
  const daemon = startDaemon(NOBODY_THERE)
  await stage(daemon, 'machine')
  await sleep(500)
  expect(await leave(daemon)).toBe(0)
})

test('its server goes while the daemon waits for an answer', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  servers.push(silent)
  await once(silent, 'listening')
  const { port } = silent.address() as { port: number }
  const daemon = startDaemon(`http://127.0.0.1:${port}`)
  await once(silent, 'connection')
  expect(await leave(daemon)).toBe(0)
})

test('a daemon that is refused ends and says so, while its server is there', async () => {
  const [code] = (await once(startDaemon(venue.url), 'exit')) as [number]
  expect(code).toBe(3)
})

test('its server goes while the daemon measures, and once it is listed', async () => {
  const { token } = await openParty(venue, 'provider')
  const first = startDaemon(venue.url, token)
  await stage(first, 'evaluating')
  expect(await leave(first)).toBe(0)
  const second = startDaemon(venue.url, token)
  await Promise.race([stage(second, 'listed'), stage(second, 'unlisted')])
  expect(await leave(second)).toBe(0)
})
