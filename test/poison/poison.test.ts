// A command that trips an assert of the program stops the exchange once. Then it is held back, and the
// exchange runs on, until an operator lets it be tried again.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SuanError } from '../../src/client/index.ts'
import { newCommandId, parseDecimal } from '../../src/kernel/index.ts'
import { fsckFaults } from '../crash/inspection.ts'
import { System } from '../crash/system.ts'

let root: string
let system: System
let poison: string
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'suan-poison-'))
  poison = join(root, 'poison')
  execFileSync(process.execPath, [join(import.meta.dirname, 'build.mjs'), root])
  const main = pathToFileURL(join(root, 'dist/cli/main.js')).href
  system = await System.at(root, { provider: false, main, env: { SUAN_TEST_POISON: poison } })
})
afterAll(async () => {
  await system.destroy()
  rmSync(root, { recursive: true, force: true })
})

const newId = (): string => newCommandId(Date.now(), randomBytes(10))

/** Places an order that rests: its seq in the journal, or the code of the refusal. */
async function place(id = newId()): Promise<number | string> {
  try {
    const body = { symbol: 'CPU-S.C.LOCAL', side: 'buy', units: 1, price: '0.020' } as const
    return (await system.client('buyer').placeOrder({ body, idempotencyKey: id })).seq
  } catch (error) {
    if (!(error instanceof SuanError)) throw error
    return error.code
  }
}

/** Micro-yuan held for open orders. */
async function held(): Promise<bigint> {
  const { data } = await system.client('buyer').listBalances()
  return parseDecimal(data[0]?.held ?? '0', 6)
}

async function startAgain(): Promise<void> {
  system.startServer()
  await system.serverReady()
}

/** The command stops the exchange: no answer says that it was done. */
async function expectStop(id: string): Promise<void> {
  expect(await place(id)).toBe('NOT_DURABLE')
  expect(await system.serverEnded()).toBe(9)
  expect(system.printed()).toMatch(/a planted fault/)
}

const quarantine = (args: readonly string[], who: 'buyer' | null = null) =>
  system.tryCli(['quarantine', ...args], who === null ? {} : { SUAN_API_KEY: system.token(who) })

test('ENG-003 poison is quarantined, the exchange runs on, an operator releases it', async () => {
  await startAgain()
  const { account } = await system.client('buyer').whoAmI()
  expect(await place()).toEqual(expect.any(Number))
  const each = await held()
  const bad = newId()
  writeFileSync(poison, bad)

  // 1. It stops the exchange once, and commands of the same moment are done once or not at all.
  const beside = Array.from({ length: 20 }, newId)
  const all = [...beside.slice(0, 10), bad, ...beside.slice(10)]
  const told = await Promise.all(all.map((id) => place(id)))
  expect(told[10]).toBe('NOT_DURABLE')
  expect(await system.serverEnded()).toBe(9)
  expect(await fsckFaults(system)).toEqual([])

  // 2. The exchange runs on without it, also after another crash.
  await startAgain()
  for (const id of beside) expect(await place(id)).toEqual(expect.any(Number))
  expect(await place(bad)).toBe('COMMAND_QUARANTINED')
  await system.killServer()
  await startAgain()
  expect(await place(bad)).toBe('COMMAND_QUARANTINED')
  expect(await held()).toBe(each * BigInt(1 + beside.length))

  // 3. The operator sees it. Nobody else can release it.
  const listed = JSON.parse((await quarantine(['list', '-o', 'json'])).output) as { data: object[] }
  expect(listed.data).toMatchObject([
    { account_id: account.id, command_id: bad, kind: 'PlaceOrder', timer: null },
  ])
  const tried = await quarantine(['release', account.id, bad], 'buyer')
  expect(tried.status).not.toBe(0)
  expect(tried.output).toMatch(/admin/)
  expect(await place(bad)).toBe('COMMAND_QUARANTINED')

  // 4. Released too early, it is quarantined again: one stop, no loop of them.
  expect((await quarantine(['release', account.id, bad])).status).toBe(0)
  await expectStop(bad)
  await startAgain()
  expect(await place(bad)).toBe('COMMAND_QUARANTINED')

  // 5. Released with the program mended it is done, once.
  writeFileSync(poison, '')
  expect((await quarantine(['release', account.id, bad])).status).toBe(0)
  const seq = await place(bad)
  expect(seq).toEqual(expect.any(Number))
  await system.killServer()
  await startAgain()
  expect(await place(bad)).toBe(seq)
  expect(await held()).toBe(each * BigInt(2 + beside.length))
  expect((await quarantine(['list'])).output).toMatch(/Nothing is held back/)
  await system.stop()
  expect(await fsckFaults(system)).toEqual([])
})
