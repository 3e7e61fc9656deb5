// The engine under load loses its process or its power. What was acknowledged before stays.
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exportJournal, fsck } from '../../src/engine/index.ts'
import { CounterMachine } from '../support/counter-machine.ts'
import { CrashDisk, lacksCrashDisks } from '../support/crash-disk.ts'
import { bundleProgram, startVictim, type Victim } from '../support/victim.ts'

const ROUNDS = Number(process.env['SUAN_CRASH_ROUNDS'] ?? 4)
const POWER_CUTS = Math.ceil(ROUNDS / 2)

let folder: string
let program: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'suan-crash-'))
  program = await bundleProgram(join(import.meta.dirname, 'engine-under-load.ts'), folder)
})
afterEach(() => rm(folder, { recursive: true }))

/** Lets the engine run for a random time after it has started. */
async function runForAWhile(directory: string): Promise<Victim> {
  const victim = startVictim(program, directory)
  await victim.printed('started')
  await new Promise((resolve) => setTimeout(resolve, randomInt(50, 1_000)))
  return victim
}

/** Every acknowledgement so far is in the journal at its seq, and everything on disk agrees. */
async function expectAllThere(directory: string, acknowledged: readonly string[]): Promise<void> {
  const found = new Set<string>()
  for await (const { seq, id } of exportJournal({ directory })) found.add(`${seq} ${id}`)
  expect(acknowledged.filter((line) => !found.has(line))).toEqual([])
  const { report } = await fsck({ directory, machine: () => new CounterMachine() })
  expect(report.problems).toEqual([])
}

const acks = (victim: Victim): string[] => victim.lines().filter((line) => /^\d/.test(line))

describe('kill -9', () => {
  test(`${ROUNDS} times, over one growing journal`, async () => {
    const directory = join(folder, 'data')
    const acknowledged: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const victim = await runForAWhile(directory)
      await victim.kill()
      acknowledged.push(...acks(victim))
      await expectAllThere(directory, acknowledged)
    }
    console.log(`kill -9: ${ROUNDS} rounds, ${acknowledged.length} acknowledged, 0 lost`)
    expect(acknowledged.length).toBeGreaterThan(ROUNDS)
  })
})

describe.skipIf(lacksCrashDisks())('a power cut', () => {
  test(`${POWER_CUTS} times, over one growing journal`, async () => {
    const disk = new CrashDisk(folder, 256)
    try {
      const directory = join(disk.path, 'data')
      const acknowledged: string[] = []
      for (let round = 0; round < POWER_CUTS; round++) {
        const victim = await runForAWhile(directory)
        try {
          disk.cutPower()
        } finally {
          await victim.kill()
        }
        acknowledged.push(...acks(victim))
        disk.restorePower()
        await expectAllThere(directory, acknowledged)
      }
      console.log(`power cut: ${POWER_CUTS} rounds, ${acknowledged.length} acknowledged, 0 lost`)
      expect(acknowledged.length).toBeGreaterThan(POWER_CUTS)
    } finally {
      disk.destroy()
    }
  })
})
