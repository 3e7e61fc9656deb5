// The power of the database's disks is cut under load, with the journal in PostgreSQL: what was
// acknowledged stays, whether the database comes back or its standby is promoted.
import { randomInt } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Prng } from '../../src/kernel/index.ts'
import { CrashDisk, lacksCrashDisks } from '../support/crash-disk.ts'
import { ensureBuilt } from '../tools/built.ts'
import { addressOf, PostgresServer } from '../tools/postgres-pair.ts'
import { TwoServers, type Machine } from './two-servers.ts'

const SEED = Number(process.env['SUAN_CRASH_SEED'] ?? randomInt(2 ** 31))
const ROUNDS = Math.ceil(Number(process.env['SUAN_CRASH_ROUNDS'] ?? 4) / 4)
const DISK_MIB = 1_024
const TIMEOUT_MS = 300_000 + ROUNDS * 120_000
const END_MS = 60_000

interface Database {
  readonly disk: CrashDisk
  readonly server: PostgresServer
}

let root: string
let first: Database
let second: Database
/** follows the second, so that it has a synchronous standby of its own once it is promoted */
let third: PostgresServer
let servers: TwoServers
let leader: Machine
let standby: Machine
beforeAll(() => ensureBuilt())

describe.skipIf(lacksCrashDisks())('a power cut under the database', () => {
  beforeEach(async () => {
    console.log(`power cuts: SUAN_CRASH_SEED=${SEED}`)
    root = await mkdtemp(join(tmpdir(), 'suan-power-'))
    const disk = (name: string): CrashDisk => {
      mkdirSync(join(root, name))
      return new CrashDisk(join(root, name), DISK_MIB)
    }
    // PostgreSQL's user must get there.
    await chmod(root, 0o755)
    const [one, two] = [disk('one'), disk('two')]
    first = { disk: one, server: await PostgresServer.primary('second', one.path) }
    const follows = await PostgresServer.standby(first.server, 'second', 'third', two.path)
    second = { disk: two, server: follows }
    third = await PostgresServer.standby(second.server, 'third', '')
    await first.server.untilSynchronous()
    // An empty database is made without syncing it.
    for (const each of [one, two]) each.sync()
    servers = await TwoServers.start(root, addressOf([first.server, second.server]))
    ;[leader, standby] = servers.machines
  })
  afterEach(async ({ task }) => {
    await servers?.destroy()
    for (const server of [third, second?.server, first?.server]) await server?.stop()
    if (task.result?.state === 'fail') return console.log(`what was left lies in ${root}`)
    for (const { disk } of [first, second]) disk.destroy()
    await rm(root, { recursive: true, force: true })
  })

  test(
    `${ROUNDS} times of the primary's, as often of both, and a promotion`,
    async () => {
      const rng = new Prng(SEED)
      for (let round = 1; round <= ROUNDS; round++) {
        expect(await faultsAfter('the primary’s disk', rng, [first])).toEqual([])
        expect(await faultsAfter('both disks', rng, [first, second])).toEqual([])
      }
      const promotion = 'the primary’s disk, its standby promoted'
      const promote = (): void => second.server.promote()
      expect(await faultsAfter(promotion, rng, [first], promote)).toEqual([])
    },
    TIMEOUT_MS,
  )
})

/** Load, the cut, the next acknowledgement, and a look at everything. */
async function faultsAfter(
  what: string,
  rng: Prng,
  hit: readonly Database[],
  instead?: () => void,
): Promise<string[]> {
  servers.load()
  await servers.acknowledged(300)
  await sleep(rng.below(1_000))
  const fault = Date.now()
  for (const { disk } of hit) disk.cutPower()
  for (const { server } of hit) await server.kill()
  if (instead === undefined) {
    for (const { disk } of hit) disk.restorePower()
    await Promise.all(hit.map(({ server }) => server.start()))
  } else instead()
  const seconds = await servers.secondsUntilNext(fault)
  expect(await leader.server.ended(END_MS)).toBe(9)
  await standby.leads()
  ;[leader, standby] = [standby, leader]
  await standby.follow()
  await servers.acknowledged(100)
  await servers.rest()
  const { count, faults } = await servers.faults(leader)
  console.log(`${what}: ${seconds} s until the next acknowledgement, ${count} acknowledged`)
  expect(await servers.fsck(leader)).toMatchObject({ problems: [], state: [] })
  return faults
}
