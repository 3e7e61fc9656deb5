// Plants one mistake after another into a copy of the source and runs the simulator over it: each must
// make it exit 1. `npm run mutants [-- NAME ...]`. Exit 1 when a mistake survives, or when a patch of
// test/mutants does not apply any more.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleSim } from './bundle-sim.mjs'
import { deps } from './prepare.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const patches = join(root, 'test/mutants')
const STEPS = 6_000
/** Tried one after another until one of them tells: a few, and those that found something before. */
const runs = [
  ...[1, 2, 3, 4].map((seed) => ({ seed, steps: STEPS })),
  ...JSON.parse(readFileSync(join(root, 'test/sim/seeds.json'), 'utf8')),
  ...[6, 8, 9, 10].map((seed) => ({ seed, steps: STEPS })),
]

await deps()
const wanted = process.argv.slice(2)
const names = readdirSync(patches)
  .filter((name) => name.endsWith('.patch'))
  .map((name) => name.slice(0, -'.patch'.length))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
const queue = [...names]
const failed = []
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work))
console.log(`${names.length - failed.length} of ${names.length} mistakes were found`)
if (failed.length > 0) console.log(`not found: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 && names.length > 0 ? 0 : 1

async function work() {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const found = await tryOne(name)
    console.log(`${name}: ${found ?? 'SURVIVED'}`)
    if (found === null || found.startsWith('does not')) failed.push(name)
  }
}

/** What told, null when nothing did. */
async function tryOne(name) {
  const folder = mkdtempSync(join(tmpdir(), 'suan-mutant-'))
  try {
    for (const part of ['src', 'test/sim', 'package.json', 'tsconfig.json']) {
      cpSync(join(root, part), join(folder, part), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const patch = join(patches, `${name}.patch`)
    const applied = spawnSync('git', ['apply', '--unidiff-zero', patch], { cwd: folder })
    if (applied.status !== 0) return `does not apply: ${String(applied.stderr)}`.trim()
    const program = join(folder, 'dist/sim/main.js')
    await bundleSim(folder, program)
    for (const { seed, steps } of runs) {
      const told = await simulate(program, seed, steps)
      if (told !== null) return `seed ${seed}: ${told}`
    }
    return null
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The first line of what the simulator complains of, null when it ends well. */
function simulate(program, seed, steps) {
  const script =
    `import { simulate } from ${JSON.stringify(program)}\n` +
    `const err = (text) => process.stderr.write(text)\n` +
    `const options = { seed: ${seed}, steps: ${steps}, json: true, out: () => {}, err }\n` +
    `process.exitCode = await simulate(options)`
  return new Promise((done) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script])
    let words = ''
    child.stderr.on('data', (chunk) => (words += chunk))
    child.on('close', (code) => done(code === 0 ? null : (words.split('\n')[0] ?? '')))
  })
}
