/**
 * The built simulator as people use it. Many seeds together must meet everything that is reachable
 * (reachable.ts), none may find the exchange doing what it must not, and one seed tells one story.
 * SUAN_SIM_RECORDS sets how many records in all (1,000,000 when left out;
 * 4,000,000 in `.ci/long`).
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { ensureBuilt } from '../tools/built.ts'
import { REACHABLE } from './reachable.ts'
import type { Report } from './report.ts'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)
const RECORDS = Number(process.env['SUAN_SIM_RECORDS'] ?? 1_000_000)
/** Longer runs spend more and more on the state's size, shorter ones on the venue's opening. */
const STEPS = 40_000
const TIMEOUT_MS = 7_200_000
const AT_ONCE = 2
/** young objects are most of what there is */
const FLAGS = ['--max-semi-space-size=64']

beforeAll(ensureBuilt)

/** Rejects with the simulator's own words when the exchange did what it must not. */
async function simulate(seed: number, steps: number): Promise<Report> {
  const sim = ['sim', '--json', '--seed', `${seed}`, '--steps', `${steps}`]
  const args = [...FLAGS, join(root, 'suan'), ...sim]
  const { stdout } = await run(process.execPath, args, { maxBuffer: 1 << 26 })
  return JSON.parse(stdout) as Report
}
/** All of them, as many at once as there are cores. */
async function simulateAll(
  runs: readonly { readonly seed: number; readonly steps: number }[],
): Promise<Report[]> {
  const queue = [...runs]
  const reports: Report[] = []
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      reports.push(await simulate(next.seed, next.steps))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return reports
}
/** Names of a group with a count of zero in every report, reachable.ts knowing them or not. */
function neverMet(reports: readonly Report[], group: keyof typeof REACHABLE): string[] {
  const names = new Set(reports.flatMap((each) => Object.keys(each[group])))
  return [...names].filter((name) => reports.every((each) => (each[group][name] ?? 0) === 0))
}

test('seeds that found something run for ever', { timeout: TIMEOUT_MS }, async () => {
  const kept = JSON.parse(readFileSync(join(import.meta.dirname, 'seeds.json'), 'utf8')) as {
    seed: number
    steps: number
  }[]
  const reports = await simulateAll(kept)
  expect(reports.map(({ violation }) => violation)).toEqual(kept.map(() => null))
})

test('one seed tells one story, another seed another', { timeout: TIMEOUT_MS }, async () => {
  const [first, again, other] = await Promise.all([
    simulate(11, 4_000),
    simulate(11, 4_000),
    simulate(12, 4_000),
  ])
  expect(again).toEqual(first)
  expect(other?.hash).not.toBe(first?.hash)
})

test('everything reachable is met, and nothing forbidden', { timeout: TIMEOUT_MS }, async () => {
  const started = Date.now()
  const seeds = Array.from({ length: Math.ceil(RECORDS / STEPS) }, (_, index) => index + 101)
  const reports = await simulateAll(seeds.map((seed) => ({ seed, steps: STEPS })))
  const records = reports.reduce((sum, each) => sum + each.records, 0)
  console.log(`${records} records in ${Math.round((Date.now() - started) / 1_000)} s`)
  expect(records).toBeGreaterThanOrEqual(RECORDS)
  expect(new Set(reports.map(({ hash }) => hash)).size).toBe(reports.length)
  const groups = Object.keys(REACHABLE) as (keyof typeof REACHABLE)[]
  const missed = groups.map((group) => [group, neverMet(reports, group)] as const)
  expect(missed).toEqual(missed.map(([group]) => [group, []]))
})
