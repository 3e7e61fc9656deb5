// The disk under the built server fills up: what cannot be kept is refused with a code and a time to
// come again, what was acknowledged stays, and with space it goes on.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newCommandId } from '../../src/kernel/index.ts'
import { AckList } from '../crash/acks.ts'
import { fsckFaults } from '../crash/inspection.ts'
import { journalFaults, parseExport } from '../crash/journal-faults.ts'
import { System, until } from '../crash/system.ts'
import { CrashDisk, lacksCrashDisks } from '../support/crash-disk.ts'
import { ensureBuilt } from '../tools/built.ts'

const DISK_MIB = 384
/** A command of nearly the largest size; 64 MiB of them fill a segment of the journal. */
const BIG_BYTES = 250_000
const SEGMENT_COMMANDS = 300
/** What is not answered by then is stuck, and a refusal must not wait for that. */
const SOON_MS = 2_000
/** The engine gives up after 10 s without the disk. */
const PATIENCE_MS = 120_000

let root: string
let disk: CrashDisk
let system: System
let acks: AckList

describe.skipIf(lacksCrashDisks())('a full disk under the server', () => {
  beforeEach(async () => {
    ensureBuilt()
    root = await mkdtemp(join(tmpdir(), 'suan-full-'))
    disk = new CrashDisk(root, DISK_MIB)
    system = await System.at(root, { data: join(disk.path, 'data'), provider: false })
    acks = new AckList(join(root, 'acknowledged'))
  })
  afterEach(async ({ task }) => {
    await system.destroy()
    acks.close()
    if (task.result?.state === 'fail') return console.log(`what was left lies in ${root}`)
    disk.destroy()
    await rm(root, { recursive: true, force: true })
  })

  test('ENG-006 503 while nothing can be written, then an end in order, then all is there', async () => {
    system.startServer()
    await system.serverReady()
    await readModelsThere()
    const known = newId()
    expect(await deposit(known)).toMatchObject({ status: 200 })
    disk.fill()

    // 1. The journal has its space already; what is derived from it waits or is refused.
    for (let i = 0; i < 20; i++) expect(await deposit()).toMatchObject({ status: 200 })
    const late = newId()
    const first = await deposit(late)
    expect(await deposit(late)).toMatchObject({ status: 200, seq: first.seq, replayed: true })
    expect(await deposit(known)).toMatchObject({ status: 200, replayed: true })
    expect(await putObject()).toMatchObject({ status: 503, code: 'OBJECTS_UNAVAILABLE' })

    // 2. The segment is full, and there is no space for another.
    const stuck = await fillSegment()
    const asked = Date.now()
    expect(await deposit()).toMatchObject({ status: 503, code: 'NOT_DURABLE', retryAfter: '1' })
    expect(Date.now() - asked).toBeLessThan(SOON_MS)
    expect(await stuck.answer).toMatchObject({ status: 503, code: 'NOT_DURABLE', retryAfter: '1' })
    expect(await system.serverEnded()).toBe(9)
    expect(system.printed()).toMatch(/NOT_DURABLE/)
    expect(await fsckFaults(system)).toEqual([])

    // 3. A start with space: everything is there. Then it fills up once more, for a moment.
    disk.empty()
    system.startServer()
    await system.serverReady()
    await readModelsThere()
    disk.fill()
    const held = await fillSegment()
    const refused = newId()
    expect(await deposit(refused)).toMatchObject({ status: 503, code: 'NOT_DURABLE' })
    disk.empty()
    expect(await held.answer).toMatchObject({ status: 422, seq: expect.any(Number) })
    await until('it is accepted again', async () => (await deposit(refused)).status === 200)
    expect(await putObject()).toMatchObject({ status: 200 })
    const exported = parseExport(await system.cli(['journal', 'export']))
    expect(journalFaults(acks, exported)).toEqual([])
    await system.stop()
    expect(await fsckFaults(system, true)).toEqual([])
    console.log(`full disk: ${acks.read().acks.length} acknowledged, 0 lost`)
  })
})

interface Answer {
  readonly status: number
  readonly code: string | null
  readonly seq: number | null
  readonly replayed: boolean
  readonly retryAfter: string | null
}

const newId = (): string => newCommandId(Date.now(), randomBytes(10))

function deposit(id = newId()): Promise<Answer> {
  const body = JSON.stringify({ amount: '1.00' })
  return send('POST /v1/sandbox/faucet', { who: 'buyer', kind: 'Deposit', id, body })
}

/** Refused by the core, and journaled with all its bytes. */
function big(): Promise<Answer> {
  const expires_at = String(Math.floor(Date.now() / 1_000) + 3_600)
  const encoded = 'ab'.repeat(BIG_BYTES)
  const body = JSON.stringify({ action: 'encoded', encoded, expires_at })
  const what = { who: 'operator', kind: 'Propose', id: newId(), body } as const
  return send('POST /v1/admin/proposals', what)
}

function putObject(): Promise<Answer> {
  const what = { who: 'buyer', kind: 'Object', id: newId(), body: randomBytes(100_000) } as const
  return send('PUT /v1/objects', what)
}

/** Sends big commands until one is not answered soon: that one. */
async function fillSegment(): Promise<{ readonly answer: Promise<Answer> }> {
  for (let sent = 0; sent < SEGMENT_COMMANDS; sent++) {
    const answer = big()
    const isStuck = await Promise.race([answer.then(() => false), sleep(SOON_MS, true)])
    if (isStuck) return { answer }
    expect(await answer).toMatchObject({ status: 422 })
  }
  throw new Error('the segment did not fill up')
}

async function send(
  endpoint: string,
  what: {
    readonly who: 'buyer' | 'operator'
    readonly kind: string
    readonly id: string
    readonly body: string | Uint8Array<ArrayBuffer>
  },
): Promise<Answer> {
  const [method = '', path = ''] = endpoint.split(' ')
  const { who, kind, id, body } = what
  const type = typeof body === 'string' ? 'application/json' : 'application/octet-stream'
  const headers = {
    authorization: `Bearer ${system.token(who)}`,
    'content-type': type,
    'idempotency-key': id,
  }
  acks.sent(id, kind)
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const response = await fetch(`${system.url}${path}`, { method, headers, body, signal })
  const told = (await response.json()) as { seq?: number; code?: string }
  const code = told.code ?? null
  const seq = told.seq ?? null
  if (kind !== 'Object') acks.told({ id, kind, seq, code, lost: 0 })
  const { headers: sent, status } = response
  const replayed = sent.get('idempotency-replayed') === 'true'
  return { status, code, seq, replayed, retryAfter: sent.get('retry-after') }
}

async function readModelsThere(): Promise<void> {
  await until('the read models are there', async () => {
    const response = await fetch(`${system.url}/readyz`)
    const { checks } = (await response.json()) as { checks: { read_models: string } }
    return checks.read_models === 'ok'
  })
}
