// What a stranger meets: a clone, Node, npm, git and coreutils, and the two commands of README.
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../tools/free-port.ts'
import type { Running } from '../tools/running.ts'
import { makeStranger, type Stranger } from './stranger.ts'

const firstStartMs = 300_000
const laterStartMs = 60_000
const endMs = 60_000
const testMs = 900_000

/**
 * Rooms that see nothing of the machine but Node. Their tests have run in this checkout, and a second
 * time takes minutes: here they run in `.ci/long`, by SUAN_FRESH=all.
 */
const alike = ['src/api', 'src/exchange', 'src/projections', 'test/fuzz', 'test/scenarios', 'bench']
const excluded = alike.flatMap((folder) => ['--exclude', `${folder}/**`])
const chosen = process.env['SUAN_FRESH'] === 'all' ? [] : ['--', ...excluded]

let stranger: Stranger
let port: number
const started: Running[] = []

beforeAll(async () => {
  stranger = makeStranger()
  port = await freePort()
  const clone = stranger.start(['git', 'clone', stranger.origin, stranger.clone])
  expect(await clone.ended(60_000), clone.output()).toBe(0)
})

afterAll(async () => {
  for (const program of started) {
    program.signal('SIGKILL')
    await program.ended(endMs)
  }
  stranger.leave()
})

/** Starts the exchange and waits until it says that it is ready. */
async function npmStart(readyMs: number): Promise<Running> {
  const server = stranger.start(['npm', 'start'], { SUAN_PORT: `${port}` })
  started.push(server)
  await server.printed(/Ctrl-C stops it/, readyMs)
  expect(server.output()).toContain(`http://127.0.0.1:${port}`)
  const alive = await fetch(`http://127.0.0.1:${port}/livez`)
  expect(alive.status).toBe(200)
  return server
}

/** Presses Ctrl-C, and sees that nothing stays. */
async function interrupt(server: Running): Promise<void> {
  server.signal('SIGINT')
  expect(await server.ended(endMs), server.output()).toBe(0)
  expect(stranger.processes()).toEqual([])
  await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow('fetch failed')
}

/** Types a line at the stranger's shell, as it was printed; answers what it said. */
async function typed(line: string): Promise<string> {
  const program = stranger.start(['sh', '-c', line])
  started.push(program)
  expect(await program.ended(endMs), program.output()).toBe(0)
  return program.output()
}

/** Which tests failed, then all of it: a log of CI is often cut. */
function whatFailed(output: string): string {
  const failed = output
    .split('\n')
    .filter((line) => /^\W*FAIL\W/.test(stripVTControlCharacters(line)))
  return [...failed.map((line) => line.trim()), output].join('\n')
}

test('npm start installs, builds and serves; the commands that it prints work', async () => {
  const server = await npmStart(firstStartMs)
  const printed = server.output().split('\n')
  const lines = printed.map((line) => line.trim()).filter((line) => line.startsWith('./suan '))
  expect(lines.map((line) => line.split(' ')[1])).toEqual(['search', 'run', 'wallet'])
  const [search = '', run = '', balance = ''] = lines
  expect(await typed(search)).toContain('CPU-S')
  const ran = await typed(run)
  expect(ran).toMatch(/^1\n2\n3$/m)
  expect(ran).toMatch(/exit code 0, .*cost ¥0\.0000\d+/)
  expect(await typed(balance)).toMatch(/¥9,999\.9999\d\d/)
  await interrupt(server)
})

test('a second start serves again and has kept all state', async () => {
  const server = await npmStart(laterStartMs)
  expect(await typed('./suan wallet balance')).toMatch(/¥9,999\.9999\d\d/)
  expect(await typed('./suan ps --all')).toContain('done')
  await interrupt(server)
})

test(
  'npm test runs everything, and says what it left out',
  { timeout: testMs + endMs },
  async () => {
    const tests = stranger.start(['npm', 'test', ...chosen])
    started.push(tests)
    expect(await tests.ended(testMs), whatFailed(tests.output())).toBe(0)
    expect(tests.output()).toMatch(/Tests\s.*\b\d{3,} passed/)
    expect(tests.output()).toMatch(/left out on this machine: /)
  },
)
