/**
 * The built simulator as people use it: every seed lives through everything, and each tells the same
 * story twice. What it must meet is in reachable.ts.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Report } from './report.ts'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)

/** Rejects with the simulator's own words when the exchange did what it must not. */
async function simulate(seed: number, steps: number): Promise<Report> {
  const args = [join(root, 'suan'), 'sim', '--json', '--seed', `${seed}`, '--steps', `${steps}`]
  const { stdout } = await run(process.execPath, args, { maxBuffer: 1 << 26 })
  return JSON.parse(stdout) as Report
}

test('one seed tells one story, another seed another', async () => {
  const [first, again, other] = [
    await simulate(1, 6_000),
    await simulate(1, 6_000),
    await simulate(2, 6_000),
  ]
  expect(again).toEqual(first)
  expect(other.hash).not.toBe(first.hash)
})
