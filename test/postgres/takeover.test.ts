// A whole market goes over to the second machine and back: orders, leases, bills, money, read models.
import { randomInt } from 'node:crypto'
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Prng } from '../../src/kernel/index.ts'
import { items } from '../../src/client/index.ts'
import { idOf } from '../../src/wire/index.ts'
import { AckList } from '../crash/acks.ts'
import { readEvents, unsettled } from '../crash/bills.ts'
import {
  accountFaults,
  fsckFaults,
  openLeases,
  reconciled,
  unbilledFaults,
  workloadFaults,
  type Inspected,
} from '../crash/inspection.ts'
import { buy, Load } from '../crash/load.ts'
import { Purchases } from '../crash/purchases.ts'
import { reading, Sender } from '../crash/sender.ts'
import { System, until } from '../crash/system.ts'
import { Watcher } from '../crash/watcher.ts'
import { ensureBuilt } from '../tools/built.ts'
import { FrontDoor } from '../tools/front-door.ts'
import { addressOf, PostgresServer } from '../tools/postgres-pair.ts'

const SEED = Number(process.env['SUAN_CRASH_SEED'] ?? randomInt(2 ** 31))
/** until leases have started, run and closed */
const LOAD_MS = 10_000
/** of a program that runs through a takeover */
const LONG_SECONDS = 25

let root: string
let primary: PostgresServer
let second: PostgresServer
/** follows the second, so that it has a synchronous standby of its own once it is promoted */
let third: PostgresServer
let door: FrontDoor
let leader: System
let standby: System
let acks: AckList
let purchases: Purchases
let watcher: Watcher
beforeEach(async () => {
  console.log(`takeovers: SUAN_CRASH_SEED=${SEED}`)
  ensureBuilt()
  root = await mkdtemp(join(tmpdir(), 'suan-takeover-'))
  primary = await PostgresServer.primary('second')
  second = await PostgresServer.standby(primary, 'second', 'third')
  third = await PostgresServer.standby(second, 'third', '')
  await primary.untilSynchronous()
  door = await FrontDoor.open()
  leader = await machine('first')
  standby = await machine('other')
  acks = new AckList(join(root, 'acknowledged'))
  purchases = new Purchases(`suan-takeover-${process.pid}`)
})
afterEach(async ({ task }) => {
  watcher?.close()
  door?.close()
  await Promise.all([leader?.destroy(), standby?.destroy()])
  for (const server of [third, second, primary]) await server?.stop()
  if (task.result?.state === 'fail') console.log(`what was left lies in ${root}`)
  else await rm(root, { recursive: true, force: true })
})

/** One data folder, in which the members' files are those of both machines; one common door. */
async function machine(name: string): Promise<System> {
  const data = join(root, name)
  mkdirSync(data)
  for (const shared of ['objects', 'logs']) {
    mkdirSync(join(root, shared), { recursive: true })
    symlinkSync(join(root, shared), join(data, shared))
  }
  const env = { SUAN_JOURNAL: addressOf([primary, second]) }
  const system = await System.at(root, { data, url: door.url, provider: false, env })
  door.ports.push(system.port)
  return system
}

test('kill -9 of the leader, then of the database’s primary: nothing is lost or billed twice', async () => {
  leader.startServer()
  await leader.serverReady()
  for (const name of ['secrets', 'token.key']) {
    cpSync(join(leader.data, name), join(standby.data, name), { recursive: true })
  }
  await standby.follow()
  await leader.startSeller()
  watcher = new Watcher(leader.client('buyer'))
  let symbol = ''
  await until('the machine is on offer', async () => {
    const { data } = await reading(() => leader.client('buyer').listOffers())
    symbol = data.find(({ blocked }) => blocked === null)?.symbol ?? ''
    return symbol !== ''
  })
  const market = { rng: new Prng(SEED), symbol }

  await takeover('kill -9 of the leader', market, () => leader.killServer())
  await standby.follow()
  await takeover('kill -9 of the database’s primary', market, async () => {
    await primary.kill()
    second.promote()
    expect(await leader.serverEnded()).toBe(9)
  })

  // Everything is given back and settled on the machine that began.
  const about = inspected()
  await new Sender(about.buyer, acks).send('CancelOrders', (idempotencyKey) =>
    about.buyer.cancelOrders({ idempotencyKey }),
  )
  await until('every lease is closed', async () => (await openLeases(about.provider)).size === 0)
  await until('every lease is settled', async () => {
    return unsettled(await readEvents(leader.data)).length === 0
  })
  expect(await faults(about)).toEqual([])
  expect(await unbilledFaults(about)).toEqual([])
  await leader.stop()
  expect(await fsckFaults(leader, true)).toEqual([])
})

/** Load, the fault, load until its end on the other machine; there everything is compared. */
async function takeover(
  what: string,
  { rng, symbol }: { readonly rng: Prng; readonly symbol: string },
  fault: () => Promise<unknown>,
): Promise<void> {
  const sender = (): Sender => new Sender(leader.client('buyer'), acks)
  const senders = [sender(), sender(), sender(), sender()] as const
  const long = purchases.add(LONG_SECONDS, 7)
  await buy(senders[0], long, { symbol })
  await until('the long program runs', async () => {
    await purchases.locate(senders[0].client, long)
    return long.workloadId !== null && leader.supervisors().length > 0
  })
  const load = new Load({ senders, rng, purchases, symbol })
  try {
    await sleep(LOAD_MS)
    const running = leader.supervisors()
    expect(running.length).toBeGreaterThan(0)
    const began = Date.now()
    const over = fault()
    const probe = sender()
    await sleep(1)
    await probe.send('Deposit', (idempotencyKey) =>
      probe.client.faucet({ body: { amount: '1.00' }, idempotencyKey }),
    )
    const seconds = ((Date.now() - began) / 1_000).toFixed(2)
    await over
    ;[leader, standby] = [standby, leader]
    await sleep(LOAD_MS / 2)
    await load.stop()
    const about = inspected()
    await reconciled(about, running)
    const id = { params: { workload_id: long.workloadId ?? '' } }
    await until('the long program has ended', async () => {
      return (await reading(() => about.buyer.getWorkload(id))).ended_at !== null
    })
    expect(await faults(about)).toEqual([])
    const { length } = acks.read().acks
    console.log(
      `${what}: ${seconds} s until the next acknowledgement; ${length} acknowledged, ` +
        `${purchases.all.length} programs, ${running.length} ran through it`,
    )
  } finally {
    load.leave()
  }
}

function inspected(): Inspected {
  const [buyer, provider] = [leader.client('buyer'), leader.client('provider')]
  return { system: leader, acks, purchases, watcher, buyer, provider }
}

async function faults(about: Inspected): Promise<string[]> {
  return [
    ...(await accountFaults(about)),
    ...(await workloadFaults(about)),
    ...(await fsckFaults(about.system)),
    ...(await rowFaults(about)),
  ]
}

/**
 * The read models of the machine that leads have every trade once, also those made on the other one.
 * Orders that rest are still filled meanwhile: what was made before must come, nothing else may.
 */
async function rowFaults({ buyer, system }: Inspected): Promise<string[]> {
  const made = await tradesOf(system)
  let listed: string[] = []
  await until('every trade is listed', async () => {
    listed = await reading(async () => {
      const fills: string[] = []
      for await (const { trade_id } of items((query) => buyer.listFills({ query }))) {
        fills.push(trade_id)
      }
      return fills
    })
    return [...made].every((trade) => listed.includes(trade))
  })
  const known = await tradesOf(system)
  return listed
    .filter((trade, at) => !known.has(trade) || listed.indexOf(trade) !== at)
    .map((trade) => `${trade} is listed twice, or was never made`)
}

async function tradesOf({ data }: System): Promise<Set<string>> {
  const records = await readEvents(data)
  const events = records.flatMap(({ outcome }) => outcome.events)
  return new Set(
    events.flatMap((event) => (event.kind === 'TradeExecuted' ? [idOf('trade', event.trade)] : [])),
  )
}
