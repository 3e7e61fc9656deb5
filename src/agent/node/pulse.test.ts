import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Allocation, Driver } from '../drivers/driver.ts'
import { processDriver } from '../drivers/process.ts'
import { EngineError } from '../container/engine.ts'
import { Pulse } from './pulse.ts'

let folder: string
let driver: Driver
let allocation: Allocation
const beat = { beat: 'b1', lease: 1, nonce: 'ab'.repeat(16) }

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'suan-pulse-'))
  driver = await processDriver(folder)
  const resources = { cores: 1, memoryMib: 64, diskMib: 0, cards: 0 }
  allocation = await driver.openAllocation({ lease: 1, resources, folder: join(folder, '1') })
})
afterEach(async () => {
  await driver.closeAllocation(allocation)
  rmSync(folder, { recursive: true, force: true })
})

test('a nonce comes back from a program inside the allocation; one at a time', async () => {
  const pulse = new Pulse(driver, 1)
  const [first, second] = await Promise.all([
    pulse.answer(allocation, beat),
    pulse.answer(allocation, beat),
  ])
  expect([first, second]).toEqual([beat.nonce, null])
  expect(await pulse.answer(allocation, beat)).toBe(beat.nonce)
})

test('an engine that does not answer is no answer', async () => {
  const prepare = async () => {
    throw new EngineError(500, 'busy')
  }
  expect(await new Pulse({ ...driver, prepare }, 1).answer(allocation, beat)).toBe(null)
})

test('where starting a program is dear, it is started once a minute', async () => {
  let started = 0
  const dear: Driver = {
    ...driver,
    name: 'docker',
    prepare: (...args) => {
      started++
      return driver.prepare(...args)
    },
  }
  const pulse = new Pulse(dear, 1)
  for (let n = 0; n < 3; n++) expect(await pulse.answer(allocation, beat)).toBe(beat.nonce)
  expect(started).toBe(1)
})

test('SLA-004 a minute of which half of the beats had no answer is told when it is over', () => {
  const pulse = new Pulse(driver, 7)
  const told: unknown[] = []
  const at = (second: number, isGood: boolean) =>
    told.push(pulse.count(0, second * 1_000_000, isGood, beat))
  for (const second of [0, 10, 20, 30, 40, 50]) at(second, second >= 30)
  for (const second of [60, 70, 80, 90, 100, 110]) at(second, second >= 80)
  at(120, true)
  expect(told.filter((one) => one !== null)).toMatchObject([
    { lease: 7, fromMinute: 0, untilMinute: 1, failure: 'unreachable' },
  ])
})
