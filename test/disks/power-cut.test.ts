// The power of the disk is cut under the built server: what was acknowledged stays, the server starts
// again by itself, and read models that may be broken are built anew.
import { randomInt, randomUUID } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { syncFolderSync } from '../../src/disk/index.ts'
import { Prng } from '../../src/kernel/index.ts'
import { AckList } from '../crash/acks.ts'
import { fsckFaults } from '../crash/inspection.ts'
import { journalFaults, parseExport } from '../crash/journal-faults.ts'
import { System, until } from '../crash/system.ts'
import { CrashDisk, lacksCrashDisks } from '../support/crash-disk.ts'
import { ensureBuilt } from '../tools/built.ts'
import { objectFaults, Traffic } from './traffic.ts'

/** An even number: the last one ends with a start of the machine. */
const ROUNDS = 2 * Math.ceil(Number(process.env['SUAN_CRASH_ROUNDS'] ?? 4) / 8)
const SEED = Number(process.env['SUAN_CRASH_SEED'] ?? randomInt(2 ** 31))
const SYMBOL = 'CPU-S.C.LOCAL'
const DISK_MIB = 768
const CONTROL_BYTES = 8_192

let root: string
let disk: CrashDisk
let bootId: string
let system: System
beforeAll(() => ensureBuilt())

describe.skipIf(lacksCrashDisks())('a power cut under the server', () => {
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'suan-power-'))
    disk = new CrashDisk(root, DISK_MIB)
    bootId = join(root, 'boot-id')
    boot()
    const data = join(disk.path, 'data')
    system = await System.at(root, { data, provider: false, bootId })
  })
  afterEach(async ({ task }) => {
    await system.destroy()
    if (task.result?.state === 'fail') return console.log(`what was left lies in ${root}`)
    disk.destroy()
    await rm(root, { recursive: true, force: true })
  })

  test('in the moment after the first start: keys and journal still belong together', async () => {
    system.startServer()
    await system.serverReady()
    await cut()
    disk.restorePower()
    boot()
    system.startServer()
    await system.serverReady()
    const accounts = await Promise.all(
      (['buyer', 'provider', 'operator'] as const).map((who) => system.client(who).whoAmI()),
    )
    expect(accounts.map(({ account }) => account.handle)).toEqual([
      'sandbox-buyer',
      'sandbox-provider',
      'operator',
    ])
  })

  test(`${ROUNDS} times under load`, async () => {
    console.log(`power cuts: SUAN_CRASH_SEED=${SEED}`)
    const rng = new Prng(SEED)
    const acks = new AckList(join(root, 'acknowledged'))
    let stored = 0
    let unopenable = 0
    const wronglyTrusted: string[] = []
    system.startServer()
    await system.serverReady()
    for (let round = 1; round <= ROUNDS; round++) {
      const client = () => system.client('buyer')
      const traffic = new Traffic({ client, acks, rng: new Prng(SEED + round), symbol: SYMBOL })
      await sleep(500 + rng.below(3_000))
      await caughtUp()
      const mark = plantMark()
      await cut()
      disk.restorePower()
      // The disk alone was away, or the whole machine.
      const isReboot = round % 2 === 0
      if (isReboot) boot()
      const isBroken = controlBytes() < CONTROL_BYTES
      if (isBroken) unopenable++
      expect(existsSync(mark)).toBe(true)
      expect(await fsckFaults(system)).toEqual([])
      system.startServer()
      await system.serverReady()
      await traffic.stop()
      stored += traffic.stored.length
      expect(await objectFaults(system.client('buyer'), traffic.stored)).toEqual([])
      const exported = parseExport(await system.cli(['journal', 'export']))
      expect(journalFaults(acks, exported)).toEqual([])
      await caughtUp()
      // After another boot PGlite is not even asked what it would make of its files.
      if (isReboot || isBroken) wronglyTrusted.push(...[mark].filter((path) => existsSync(path)))
    }
    expect(wronglyTrusted).toEqual([])
    await system.stop()
    expect(await fsckFaults(system, true)).toEqual([])
    const all = acks.read().acks
    const lost = all.filter((ack) => ack.lost > 0).length
    acks.close()
    console.log(
      `power cuts: ${ROUNDS}, ${all.length} acknowledged (${lost} sent again) and ${stored} ` +
        `objects, 0 lost; read models surely unopenable after ${unopenable}, built anew`,
    )
    expect(lost).toBeGreaterThan(0)
  })
})

/** The machine's next start, as far as programs can tell. */
function boot(): void {
  writeFileSync(bootId, `${randomUUID()}\n`)
}

async function cut(): Promise<void> {
  try {
    disk.cutPower()
  } finally {
    await system.killServer()
  }
}

/** A durable file in the folder of the read models: it is there as long as the folder is kept. */
function plantMark(): string {
  const folder = join(system.data, 'projections/a')
  const path = join(folder, 'mark')
  writeFileSync(path, 'mark')
  const file = openSync(path, 'r')
  fsyncSync(file)
  closeSync(file)
  syncFolderSync(folder)
  return path
}

/** Size of the file that PGlite cannot open its folder without; 0 when it is gone. */
function controlBytes(): number {
  const path = join(system.data, 'projections/a/global/pg_control')
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

async function caughtUp(): Promise<void> {
  await until('the read models are there', async () => {
    const response = await fetch(`${system.url}/readyz`)
    const { checks } = (await response.json()) as {
      checks: { read_models: string; read_model_lag: number }
    }
    return checks.read_models === 'ok' && checks.read_model_lag < 1_000
  })
}
