// What a stranger meets: a clone, Node, npm, git and coreutils, and the two commands of README.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../tools/free-port.ts'
import type { Running } from '../tools/running.ts'
import { makeStranger, type Stranger } from './stranger.ts'

const firstStartMs = 300_000
const laterStartMs = 60_000
const endMs = 60_000

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

/** Starts the exchange, sees that it answers, presses Ctrl-C, and sees that nothing stays. */
async function expectStartAndStop(readyMs: number): Promise<void> {
  const server = stranger.start(['npm', 'start'], { SUAN_PORT: `${port}` })
  started.push(server)
  await server.printed(new RegExp(`http://(?:127\\.0\\.0\\.1|localhost):${port}\\b`), readyMs)
  const alive = await fetch(`http://127.0.0.1:${port}/livez`)
  expect(alive.status).toBe(200)
  server.signal('SIGINT')
  expect(await server.ended(endMs), server.output()).toBe(0)
  expect(stranger.processes()).toEqual([])
  await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow('fetch failed')
}

test('npm start installs, builds and serves until Ctrl-C', async () => {
  await expectStartAndStop(firstStartMs)
})

test('a second start serves again', async () => {
  await expectStartAndStop(laterStartMs)
})

test('npm test runs', async () => {
  const tests = stranger.start(['npm', 'test', '--', 'src/kernel'])
  started.push(tests)
  await tests.printed(/Tests\s.*\b\d+ passed/, 300_000)
  expect(await tests.ended(endMs), tests.output()).toBe(0)
})
