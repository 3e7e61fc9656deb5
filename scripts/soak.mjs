// The simulator over many seeds: `npm run soak -- --records N [--from SEED] [--steps M] [--runs FILE]
// [--json]`. Seeds run from SEED (1) on, M records each (6,000), until N (1,000,000) records are public;
// FILE holds a list of {seed, steps} to run instead. A line for each seed, what was met in all at the
// end (of N records, or of the seeds under way at Ctrl-C); with --json the report of each seed, one a
// line. Exit 1 when an exchange did what it must not.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build, deps } from './prepare.mjs'
import { simulateAll } from './simulate-all.mjs'

const GROUPS = ['commands', 'codes', 'events', 'faults', 'deaths', 'crashPoints', 'ownEnds', 'work']
const text = { type: 'string' }
const { values } = parseArgs({
  options: { records: text, from: text, steps: text, runs: text, json: { type: 'boolean' } },
})
const wanted = count('records', 1_000_000)
const from = count('from', 1)
const steps = count('steps', 6_000)

await deps()
await build()
const program = fileURLToPath(new URL('../dist/sim/main.js', import.meta.url))
const started = performance.now()
const totals = new Map(GROUPS.map((group) => [group, new Map()]))
const wrong = []
let records = 0
let seeds = 0
let isStopped = false
process.once('SIGINT', () => (isStopped = true))
await simulateAll(program, values.runs === undefined ? endless() : listed(values.runs), told)
if (values.json !== true) conclude()
process.exitCode = wrong.length === 0 ? 0 : 1

function* endless() {
  for (let seed = from; ; seed++) yield { seed, steps }
}
function listed(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}

function told({ seed, steps: each, report, code, words }) {
  seeds++
  records += report?.records ?? 0
  for (const group of GROUPS) {
    for (const [name, met] of Object.entries(report?.[group] ?? {})) {
      const sums = totals.get(group)
      sums.set(name, (sums.get(name) ?? 0) + met)
    }
  }
  const seconds = (performance.now() - started) / 1_000
  if (values.json === true) console.log(JSON.stringify(report ?? { seed, violation: words }))
  else console.log(`seed ${seed}: ${report?.records ?? 0} records, ${progress(seconds)}`)
  if (code !== 0) {
    wrong.push(`./suan sim --seed ${seed} --steps ${each}`)
    console.error(words.trim())
  }
  return !isStopped && (values.runs !== undefined || records < wanted)
}
function progress(seconds) {
  return `${records} in all in ${seconds.toFixed(0)} s, ${Math.round(records / seconds)} a second`
}

function conclude() {
  for (const [group, sums] of totals) {
    const met = [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1))
    console.log(`${group}: ${met.map(([name, n]) => `${name} ${n}`).join(', ')}`)
    const missed = met.filter(([, n]) => n === 0).map(([name]) => name)
    if (missed.length > 0) console.log(`${group} never met: ${missed.join(', ')}`)
  }
  const seconds = (performance.now() - started) / 1_000
  console.log(`${seeds} seeds, ${progress(seconds)}, ${wrong.length} went wrong`)
  for (const command of wrong) console.log(`replay: ${command}`)
}

function count(name, without) {
  const value = Number(values[name] ?? without)
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name}: a whole number above 0`)
  return value
}
