/**
 * The built simulator as people use it. Many seeds together must meet everything that is reachable
 * (reachable.ts), none may find the exchange doing what it must not, and one seed tells one story.
 * SUAN_SIM_RECORDS sets how many records in all (1,000,000 when left out;
 * 4,000,000 in `.ci/long`).
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { ensureBuilt } from '../tools/built.ts'
import { REACHABLE } from './reachable.ts'
import type { Report } from './report.ts'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)
const RECORDS = Number(process.env['SUAN_SIM_RECORDS'] ?? 1_000_000)
const TIMEOUT_MS = 7_200_000

beforeAll(ensureBuilt)

/** A process of its own for one seed. Rejects with the simulator's words when it finds something. */
async function simulate(seed: number, steps: number): Promise<Report> {
  const sim = ['sim', '--json', '--seed', `${seed}`, '--steps', `${steps}`]
  const { stdout } = await run(process.execPath, [join(root, 'suan'), ...sim])
  return JSON.parse(stdout) as Report
}
/** Many seeds, a few processes (scripts/soak.mjs); their reports as they ended. Rejects likewise. */
async function soak(...args: string[]): Promise<Report[]> {
  const script = join(root, 'scripts/soak.mjs')
  const { stdout } = await run(process.execPath, [script, '--json', ...args], {
    maxBuffer: 1 << 28,
  })
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'))
  return lines.map((line) => JSON.parse(line) as Report)
}
/** Names of a group with a count of zero in every report, reachable.ts knowing them or not. */
function neverMet(reports: readonly Report[], group: keyof typeof REACHABLE): string[] {
  const names = new Set(reports.flatMap((each) => Object.keys(each[group])))
  return [...names].filter((name) => reports.every((each) => (each[group][name] ?? 0) === 0))
}

test('seeds that found something run for ever', { timeout: TIMEOUT_MS }, async () => {
  const reports = await soak('--runs', join(import.meta.dirname, 'seeds.json'))
  expect(reports.map(({ violation }) => violation)).toEqual(reports.map(() => null))
})

test('one seed tells one story, another seed another', { timeout: TIMEOUT_MS }, async () => {
  const alone = await Promise.all([simulate(11, 4_000), simulate(11, 4_000)])
  expect(alone[1]).toEqual(alone[0])
  // The same in a process that has told others before.
  const folder = mkdtempSync(join(tmpdir(), 'suan-sim-'))
  const file = join(folder, 'runs.json')
  const runs = [12, 13, 11, 11, 11].map((seed) => ({ seed, steps: 4_000 }))
  writeFileSync(file, JSON.stringify(runs))
  const reports = await soak('--runs', file)
  rmSync(folder, { recursive: true })
  for (const report of reports.filter(({ seed }) => seed === 11)) expect(report).toEqual(alone[0])
  expect(new Set(reports.map(({ hash }) => hash)).size).toBe(3)
})

test('everything reachable is met, and nothing forbidden', { timeout: TIMEOUT_MS }, async () => {
  const started = Date.now()
  const reports = await soak('--records', `${RECORDS}`, '--from', '101')
  const records = reports.reduce((sum, each) => sum + each.records, 0)
  console.log(`${records} records in ${Math.round((Date.now() - started) / 1_000)} s`)
  expect(records).toBeGreaterThanOrEqual(RECORDS)
  expect(new Set(reports.map(({ hash }) => hash)).size).toBe(reports.length)
  const groups = Object.keys(REACHABLE) as (keyof typeof REACHABLE)[]
  const missed = groups.map((group) => [group, neverMet(reports, group)] as const)
  expect(missed).toEqual(missed.map(([group]) => [group, []]))
})
