import { expect, test } from 'vitest'
import { CODES } from '../messages/index.ts'
import { exitCodeOf } from './exit-codes.ts'

test.each([
  ['MALFORMED', 2],
  ['UNAUTHENTICATED', 3],
  ['SCOPE_MISSING', 3],
  ['NOT_FOUND', 4],
  ['INSUFFICIENT_FUNDS', 5],
  ['BUDGET_EXCEEDED', 5],
  ['LIMIT_REACHED', 5],
  ['RATE_LIMITED', 5],
  ['PRICE_BAND', 6],
  ['MARKET_HALTED', 6],
  ['POST_ONLY_WOULD_CROSS', 6],
  ['NO_OFFER', 6],
  ['DUPLICATE_CLIENT_ORDER_ID', 7],
  ['WORKLOAD_ENDED', 7],
  ['STATUS_UNKNOWN', 8],
  ['READ_LAG', 9],
  ['SHUTTING_DOWN', 9],
  ['INTERNAL', 1],
] as const)('%s ends with %s', (code, exit) => {
  expect(exitCodeOf({ code, status: CODES[code].http })).toBe(exit)
})

test('every code has an exit code of the table, and none is success', () => {
  for (const [code, { http }] of Object.entries(CODES)) {
    const exit = exitCodeOf({ code, status: http })
    expect(exit, code).toBeGreaterThan(0)
    expect(exit, code).toBeLessThan(10)
  }
  expect(exitCodeOf({ code: 'UNREACHABLE', status: 0 })).toBe(9)
})
