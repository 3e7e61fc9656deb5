// When the minutes of a lease are judged: the end of their window, and an hour for late reports.
import { expect, test } from 'vitest'
import { SLA_PROFILES, type LeaseSlaView } from '../../messages/index.ts'
import { toLeaseSla } from './sla.ts'

const view = (failed: LeaseSlaView['failed']): LeaseSlaView => ({
  lease: 1,
  promise: { sla: 1, version: 1, profile: SLA_PROFILES.markets },
  agent: [],
  prober: [],
  witness: [],
  failed,
  breachMinutes: 0,
  unchargedSeconds: 0,
  creditedMicro: 0n,
})
const READY = { readyAtUs: Date.parse('2026-01-01T00:00:00Z') * 1_000, closedAtUs: null }
const judged = (
  failed: LeaseSlaView['failed'],
  lease = READY as Parameters<typeof toLeaseSla>[1],
) => toLeaseSla(view(failed), lease, [], []).judged_at

test.each([
  ['in the first window of 30 days', 5, '2026-01-31T01:00:00.000000Z'],
  ['in the last minute of it', 43_199, '2026-01-31T01:00:00.000000Z'],
  ['in the second', 43_200, '2026-03-02T01:00:00.000000Z'],
] as const)('a minute %s', (_where, from, at) => {
  expect(judged([{ from, until: from + 1 }])).toBe(at)
})

test('nothing is to be judged while none failed, and a closed lease is judged already', () => {
  expect(judged([])).toBeNull()
  expect(judged([{ from: 5, until: 6 }], { ...READY, closedAtUs: READY.readyAtUs + 1 })).toBeNull()
})
