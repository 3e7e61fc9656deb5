// Plants one mistake after another into a copy of the source and runs the simulator over it: each must
// make it exit 1. Where the simulator does not go (a patch says so: "Found by: FILE"), that suite must fail.
// `npm run mutants [-- NAME ...]`. Exit 1 when a mistake survives, or when a patch of
// test/mutants does not apply any more.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleSim } from './bundle-sim.mjs'
import { deps } from './prepare.mjs'
import { simulateAll } from './simulate-all.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const patches = join(root, 'test/mutants')
/** Tried one after another until one of them tells: short stories first, most mistakes show in them. */
const runs = [
  ...Array.from({ length: 40 }, (_, index) => ({ seed: index + 1, steps: 3_000 })),
  ...JSON.parse(readFileSync(join(root, 'test/sim/seeds.json'), 'utf8')),
  ...Array.from({ length: 20 }, (_, index) => ({ seed: index + 101, steps: 10_000 })),
]

await deps()
const wanted = process.argv.slice(2)
const names = readdirSync(patches)
  .filter((name) => name.endsWith('.patch'))
  .map((name) => name.slice(0, -'.patch'.length))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
/** The source as it is must pass all that a mistake has to survive; it comes first. */
const CONTROL = 'no mistake'
const queue = wanted.length === 0 ? [CONTROL, ...names] : [...names]
const failed = []
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work))
const missed = failed.filter((name) => name !== CONTROL)
console.log(`${names.length - missed.length} of ${names.length} mistakes were found`)
if (failed.length > 0) console.log(`not as it must be: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 && names.length > 0 ? 0 : 1

async function work() {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const found = await tryOne(name)
    if (name === CONTROL) console.log(`${name}: ${found ?? 'nothing found'}`)
    else console.log(`${name}: ${found ?? 'SURVIVED'}`)
    const isRight = name === CONTROL ? found === null : found?.startsWith('does not') === false
    if (!isRight) failed.push(name)
  }
}

/** What told, null when nothing did. */
async function tryOne(name) {
  const folder = mkdtempSync(join(tmpdir(), 'suan-mutant-'))
  try {
    const patch = join(patches, `${name}.patch`)
    const suite = name === CONTROL ? null : suiteOf(patch)
    const parts =
      suite === null ? ['test/sim'] : ['test', 'vitest.config.ts', 'vitest.system.config.ts']
    for (const part of ['src', 'package.json', 'tsconfig.json', ...parts]) {
      cpSync(join(root, part), join(folder, part), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    if (name !== CONTROL) {
      const applied = spawnSync('git', ['apply', '--unidiff-zero', patch], { cwd: folder })
      if (applied.status !== 0) return `does not apply: ${String(applied.stderr)}`.trim()
    }
    if (suite !== null) return suiteFails(folder, suite)
    const program = join(folder, 'dist/sim/main.js')
    await bundleSim(folder, program)
    return await firstFound(program)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The test file that finds it; null where the simulator does. */
function suiteOf(patch) {
  return /^Found by: (\S+)$/m.exec(readFileSync(patch, 'utf8'))?.[1] ?? null
}

/** What fails in the suite, null when it passes. */
function suiteFails(folder, suite) {
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', suite]
  const env = { ...process.env, NO_COLOR: '1' }
  const options = { cwd: folder, encoding: 'utf8', env }
  const { status, stdout } = spawnSync(process.execPath, args, options)
  // A suite that does not start says nothing about the mistake.
  const hasFailed = /Tests .*\d+ failed/.test(stdout)
  return status !== 0 && hasFailed ? `${suite} fails` : null
}

/** The first line of what the simulator complains of, null when all runs end well. */
async function firstFound(program) {
  let found = null
  let records = 0
  const told = ({ seed, steps, code, report, words }) => {
    records += report?.records ?? 0
    if (code !== 0)
      found = `seed ${seed}, ${steps} steps, ${records} records: ${words.split('\n')[0]}`
    return found === null
  }
  await simulateAll(program, runs, told, 1)
  return found
}
