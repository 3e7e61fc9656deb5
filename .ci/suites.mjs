// Runs the checks, then the suites in three lanes side by side; goes on after a failure, and ends with
// one line of counts.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

const system = ['--config', 'vitest.system.config.ts']

/** Suites about everything but containers start their programs in the quicker sandbox. */
const quick = { SUAN_DRIVER: 'oci' }

/** Every suite: a script of package.json, or vitest with these arguments. Cheapest first, alone. */
const checks = [
  { name: 'format', script: 'format:check' },
  { name: 'lint', script: 'lint' },
  { name: 'types', script: 'check' },
  { name: 'unused', script: 'knip' },
  { name: 'tidy', vitest: ['test/tidy'] },
]

/**
 * What mostly computes, and beside it two lanes of what mostly waits. The browser and the network cuts
 * are in one lane: a browser gives up its requests when another suite makes or cuts an interface, as
 * the clusters do, which begin a lane and are gone when the browser comes. Disks that lose their power
 * come after the cut networks, whose namespaces would keep them mounted. The attacks take the whole
 * machine for a minute, which a cluster that is brought up does not bear.
 */
const lanes = [
  [
    { name: 'server', vitest: [...system, 'test/server'] },
    { name: 'tests', vitest: ['--exclude', 'test/tidy/**'] },
    { name: 'fresh machine', vitest: [...system, 'test/fresh'] },
    { name: 'poison', vitest: [...system, 'test/poison'], env: quick },
  ],
  [
    { name: 'conformance', vitest: [...system, 'test/conformance'] },
    { name: 'slurm', vitest: [...system, 'test/slurm'] },
    { name: 'postgres', vitest: [...system, 'test/postgres'] },
    { name: 'attacks', vitest: [...system, 'test/attacks/machine'], env: quick },
  ],
  [
    { name: 'crash', vitest: [...system, 'test/crash'], env: quick },
    { name: 'examples', vitest: [...system, 'examples'], env: quick },
    { name: 'browser', vitest: [...system, 'test/e2e'], env: quick },
    { name: 'faults', vitest: [...system, 'test/faults'], env: quick },
    { name: 'disks', vitest: [...system, 'test/disks'], env: quick },
    { name: 'simulation', vitest: [...system, 'test/sim'] },
  ],
]

const reports = mkdtempSync(join(tmpdir(), 'suan-ci-'))
const lines = []
/** what failed, said again at the end: a log is long, and often cut */
const failures = []
let passed = 0
let failed = 0
for (const check of checks) await runSuite(check)
await Promise.all(
  lanes.map(async (lane) => {
    for (const suite of lane) await runSuite(suite)
  }),
)
rmSync(reports, { recursive: true })
console.log(`\n${[...failures, ...lines].join('\n')}\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

/** A suite's output is printed whole when it has ended: another one may be printing. */
async function runSuite(suite) {
  const started = Date.now()
  const log = join(reports, 'log-' + suite.name.replaceAll(' ', '-'))
  const counts = await (suite.vitest === undefined ? runScript(suite, log) : runVitest(suite, log))
  passed += counts.passed
  failed += counts.failed
  const seconds = ((Date.now() - started) / 1000).toFixed(0)
  const line = `${suite.name}: ${counts.line}, ${seconds} s`
  lines.push(line)
  console.log(`\n== ${suite.name}\n${readFileSync(log, 'utf8')}== ${line}`)
}

/** A check that is no test counts only when it fails. */
async function runScript({ script }, log) {
  const ok = await run('npm', ['run', '--silent', script], log)
  return { passed: 0, failed: ok ? 0 : 1, line: ok ? 'ok' : 'failed' }
}

/** Runs vitest and reads its counts; an end without a report, or an error between tests, is one failure. */
async function runVitest({ vitest, env }, log) {
  const report = `${log}.json`
  const output = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const ok = await run('node_modules/.bin/vitest', ['run', ...vitest, ...output], log, env)
  if (!existsSync(report)) return { passed: 0, failed: 1, line: 'ended without a report' }
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  )
  failures.push(...testResults.flatMap(failuresOf))
  const faults = numFailedTests === 0 && !ok ? 1 : numFailedTests
  const rest = numPendingTests > 0 ? `, ${numPendingTests} not run` : ''
  const line = `${numPassedTests} passed, ${faults} failed${rest}`
  return { passed: numPassedTests, failed: faults, line }
}

function failuresOf({ name, assertionResults }) {
  return assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages: [why = ''] }) => {
      return `FAILED ${relative('.', name)} ${fullName}: ${why.trim().split('\n', 1)[0].slice(0, 300)}`
    })
}

function run(command, args, log, env = {}) {
  const out = openSync(log, 'w')
  const child = spawn(command, args, {
    stdio: ['ignore', out, out],
    env: { ...process.env, ...env },
  })
  closeSync(out)
  return new Promise((resolve) => {
    child.once('error', () => resolve(false)).once('close', (code) => resolve(code === 0))
  })
}
