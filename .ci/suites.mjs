// Runs the suites in order, goes on after a failure, and ends with one line of counts.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const system = ['--config', 'vitest.system.config.ts']

/** Suites about everything but containers start their programs in the quicker sandbox. */
const quick = { SUAN_DRIVER: 'oci' }

/** Every suite: a script of package.json, or vitest with these arguments (if the folder exists). */
const suites = [
  { name: 'format', script: 'format:check' },
  { name: 'lint', script: 'lint' },
  { name: 'types', script: 'check' },
  { name: 'unused', script: 'knip' },
  { name: 'tidy', vitest: ['test/tidy'] },
  { name: 'tests', vitest: ['--exclude', 'test/tidy/**'] },
  { name: 'conformance', folder: 'test/conformance', vitest: [...system, 'test/conformance'] },
  { name: 'slurm', folder: 'test/slurm', vitest: [...system, 'test/slurm'] },
  { name: 'server', folder: 'test/server', vitest: [...system, 'test/server'] },
  { name: 'postgres', folder: 'test/postgres', vitest: [...system, 'test/postgres'] },
  { name: 'examples', folder: 'examples', vitest: [...system, 'examples'], env: quick },
  { name: 'browser', folder: 'test/e2e', vitest: [...system, 'test/e2e'], env: quick },
  { name: 'fresh machine', folder: 'test/fresh', vitest: [...system, 'test/fresh'] },
  { name: 'poison', folder: 'test/poison', vitest: [...system, 'test/poison'], env: quick },
  { name: 'faults', folder: 'test/faults', vitest: [...system, 'test/faults'], env: quick },
  { name: 'disks', folder: 'test/disks', vitest: [...system, 'test/disks'], env: quick },
  { name: 'simulation', folder: 'test/sim', vitest: [...system, 'test/sim'] },
  { name: 'crash', folder: 'test/crash', vitest: [...system, 'test/crash'], env: quick },
]

const reports = mkdtempSync(join(tmpdir(), 'suan-ci-'))
const lines = []
let passed = 0
let failed = 0
for (const suite of suites) {
  if (suite.folder !== undefined && !existsSync(suite.folder)) continue
  console.log(`\n== ${suite.name}`)
  const started = Date.now()
  const counts = suite.script === undefined ? runVitest(suite) : runScript(suite.script)
  passed += counts.passed
  failed += counts.failed
  const seconds = ((Date.now() - started) / 1000).toFixed(0)
  lines.push(`${suite.name}: ${counts.line}, ${seconds} s`)
}
rmSync(reports, { recursive: true })
console.log(`\n${lines.join('\n')}\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

/** A check that is no test counts only when it fails. */
function runScript(script) {
  const ok = run('npm', ['run', '--silent', script])
  return { passed: 0, failed: ok ? 0 : 1, line: ok ? 'ok' : 'failed' }
}

/** Runs vitest and reads its counts; an end without a report, or an error between tests, is one failure. */
function runVitest({ name, vitest, env = {} }) {
  const report = join(reports, `${name.replaceAll(' ', '-')}.json`)
  const output = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const ok = run('node_modules/.bin/vitest', ['run', ...vitest, ...output], env)
  if (!existsSync(report)) return { passed: 0, failed: 1, line: 'ended without a report' }
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(
    readFileSync(report, 'utf8'),
  )
  const faults = numFailedTests === 0 && !ok ? 1 : numFailedTests
  const rest = numPendingTests > 0 ? `, ${numPendingTests} not run` : ''
  const line = `${numPassedTests} passed, ${faults} failed${rest}`
  return { passed: numPassedTests, failed: faults, line }
}

function run(command, args, env = {}) {
  const options = { stdio: 'inherit', env: { ...process.env, ...env } }
  return spawnSync(command, args, options).status === 0
}
