// Before every test file: a property without a number of its own runs its everyday 100 cases times
// SUAN_CASES (see test/support/cases.ts).
import { cases, FACTOR } from '../support/cases.ts'

if (FACTOR !== 1) {
  const { fc } = await import('@fast-check/vitest')
  fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: cases(100) })
}
