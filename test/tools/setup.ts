// Before every test file: SUAN_FC_RUNS sets how many cases a property without its own number runs.
import { env } from 'node:process'

const runs = env['SUAN_FC_RUNS']
if (runs !== undefined) {
  const { fc } = await import('@fast-check/vitest')
  fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: Number(runs) })
}
