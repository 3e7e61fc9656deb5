// kill -9 of the exchange, of provider daemons, of all at once, at random moments under load.
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureBuilt } from '../tools/built.ts'
import { Run, VICTIMS, type Victim } from './run.ts'
import { System } from './system.ts'

const ROUNDS = Number(process.env['SUAN_CRASH_ROUNDS'] ?? 4)
const SEED = Number(process.env['SUAN_CRASH_SEED'] ?? randomInt(2 ** 31))
const TIMEOUT_MS = 600_000 + ROUNDS * 300_000

let root: string
let system: System
beforeEach(async () => {
  console.log(`crash test: SUAN_CRASH_SEED=${SEED} SUAN_CRASH_ROUNDS=${ROUNDS}`)
  ensureBuilt()
  root = await mkdtemp(join(tmpdir(), 'suan-crash-'))
  system = await System.at(root)
}, TIMEOUT_MS)
afterEach(async ({ task }) => {
  await system.destroy()
  if (task.result?.state === 'fail') console.log(`what was left lies in ${root}`)
  else await rm(root, { recursive: true, force: true })
}, TIMEOUT_MS)

test(
  `kill -9 of exchange and daemons, ${ROUNDS} rounds`,
  async () => {
    const run = await Run.start(system, SEED)
    const victims: Victim[] = []
    try {
      for (let round = 1; round <= ROUNDS; round++) {
        if (victims.length === 0) victims.push(...run.shuffled(VICTIMS))
        expect(await run.round(round, victims.pop() ?? 'all')).toEqual([])
      }
      expect(await run.end()).toEqual([])
    } finally {
      run.leave()
    }
  },
  TIMEOUT_MS,
)
