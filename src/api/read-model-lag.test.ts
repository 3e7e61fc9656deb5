import { expect, test } from 'vitest'
import { lagCommands, lagSeconds } from './read-model-lag.ts'

const sides = (durableSeq: number, appliedSeq: number) => ({
  door: { durableSeq: () => durableSeq },
  readModels: { appliedSeq: () => appliedSeq, appliedTimeUs: () => appliedSeq * 1_000_000 },
  nowUs: () => 20_500_000,
})

test.each([
  ['all applied: none, whatever the time', 9, 9, 0, 0],
  ['some wait: how old the newest applied one is', 9, 7, 2, 13.5],
  ['nothing is applied yet: no time to tell', 9, 0, 9, null],
  ['the clock went back: never below zero', 99, 30, 69, 0],
])('%s', (_, durable, applied, commands, seconds) => {
  expect(lagCommands(sides(durable, applied))).toBe(commands)
  expect(lagSeconds(sides(durable, applied))).toBe(seconds)
})
