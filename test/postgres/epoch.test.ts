// What a standby does with a record that is on the promoted primary and was vouched for by nobody.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { signerFromSeed, startStandby } from '../../src/engine/index.ts'
import {
  memoryLiveness,
  memoryQuarantine,
  memorySnapshotStore,
  openMemoryEventLog,
  openPostgresFollower,
  openPostgresLog,
} from '../../src/journal/index.ts'
import type { CommandLog } from '../../src/messages/index.ts'
import { CounterMachine } from '../support/counter-machine.ts'
import { EngineBench } from '../support/engine-bench.ts'
import { addressOf, PostgresServer } from '../tools/postgres-pair.ts'

let primary: PostgresServer
let second: PostgresServer
let third: PostgresServer
beforeAll(async () => {
  primary = await PostgresServer.primary('second')
  second = await PostgresServer.standby(primary, 'second', 'third')
  third = await PostgresServer.standby(second, 'third', '')
  await primary.untilSynchronous()
})
afterAll(async () => {
  for (const server of [third, second, primary]) await server?.stop()
})

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 60_000; !(await holds()); await sleep(20)) {
    if (Date.now() > deadline) throw new Error('waited 60 s')
  }
}
async function numberIn(text: string): Promise<number> {
  const rows = await second.query<{ number: string }>(text)
  return Number(rows[0]?.number)
}
const epoch = () => numberIn('select epoch as number from suan_journal.writer')

test('ENG-013 the rest is applied only when the epoch of the new leader is durable', async () => {
  const address = addressOf([primary, second])
  const lead = (): Promise<CommandLog> =>
    openPostgresLog({ address, alone: false, onFault: () => {} })
  const bench = new EngineBench()
  const engine = await bench.start({}, { log: await lead() })
  for (const n of [1, 2, 3, 4]) await engine.submit(bench.add(n))

  let followed = new CounterMachine()
  const events: Uint8Array[] = []
  const standby = startStandby({
    log: await openPostgresFollower({ address }),
    events: await openMemoryEventLog(events),
    snapshots: memorySnapshotStore(),
    quarantine: memoryQuarantine(),
    liveness: memoryLiveness({ aliveUntilUs: null, clean: false }),
    machine: () => (followed = new CounterMachine()),
    signer: signerFromSeed(new Uint8Array(32).fill(7)),
    promote: lead,
    onTrouble: () => {},
  })
  // Five records with the first one, which opens the exchange; the last row vouches for four.
  await until(() => standby.seq() === 4)
  expect(followed.total).toBe(6)

  third.signalReceiver('SIGSTOP')
  await primary.kill()
  second.promote()
  expect(await numberIn('select max(last_seq) as number from suan_journal.batch')).toBe(5)
  const waits = `select count(*) as number from pg_stat_activity where wait_event = 'SyncRep'`
  await until(async () => (await numberIn(waits)) > 0)
  expect([standby.seq(), followed.total, await epoch()]).toEqual([4, 6, 1])

  third.signalReceiver('SIGCONT')
  const promoted = await standby.promoted
  expect([promoted?.warm.seq, promoted?.log.lastSeq, await epoch()]).toEqual([4, 5, 2])
  await bench.start({}, { ...promoted!, events: await openMemoryEventLog(events) })
  expect(followed.total).toBe(10)
})
