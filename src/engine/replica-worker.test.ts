// The exchange itself on the engine, and its snapshots made in the real worker thread.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { genesis } from '../../test/support/engine-bench.ts'
import { bundleProgram } from '../../test/support/victim.ts'
import { Exchange } from '../exchange/index.ts'
import { openEngineFiles } from './engine-files.ts'
import { fsck } from './fsck.ts'
import { snapshotInWorker, snapshotThread } from './snapshot-worker.ts'
import { signerFromSeed } from './signer.ts'
import { startEngine, type Engine } from './start-engine.ts'

let root: string
let directory: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'suan-worker-'))
  directory = join(root, 'data')
})
afterEach(() => rm(root, { recursive: true }))

const machine = () => new Exchange()

async function start(): Promise<Engine> {
  return startEngine({
    ...(await openEngineFiles({ directory, segmentBytes: 64 * 1024 })),
    machine,
    signer: signerFromSeed(new Uint8Array(32).fill(7)),
    genesis,
    exit: (why) => {
      throw why
    },
  })
}

/** The operator key that genesis made. */
const OPERATOR = { account: 1, key: 1 }

function openMember(name: string) {
  const id = `${Date.now().toString(16).padStart(12, '0')}7000800000000000${name}`
  const command = {
    kind: 'OpenMember' as const,
    handle: `member-${name}`,
    roles: ['buyer' as const],
  }
  return { ...OPERATOR, id, command }
}

test('a worker thread makes a snapshot from which the exchange starts again, the same', async () => {
  const script = pathToFileURL(
    await bundleProgram(join(import.meta.dirname, 'replica-worker.ts'), root),
  )
  const first = await start()
  for (const name of ['0001', '0002', '0003']) {
    expect((await first.submit(openMember(name))).outcome.refusal).toBeNull()
  }
  const before = await first.ask('members', {})
  const seq = first.durableSeq()
  expect(await snapshotInWorker(directory, script)).toMatchObject({ seq, records: seq })
  expect(await snapshotInWorker(directory, script)).toBeNull()
  await first.submit(openMember('0004'))
  await first.stop()

  const second = await start()
  expect(second.snapshotSeq).toBe(seq)
  const after = await second.ask('members', {})
  expect(after.slice(0, before.length)).toEqual(before)
  expect(after.length).toBe(before.length + 1)
  await second.stop()
  const { report } = await fsck({ directory, machine })
  expect(report).toMatchObject({ problems: [], snapshots: 1 })
})

test('a thread that stays makes the next snapshot from its own state, the same', async () => {
  const script = pathToFileURL(
    await bundleProgram(join(import.meta.dirname, 'replica-worker.ts'), root),
  )
  const thread = snapshotThread(directory, script)
  const engine = await start()
  await engine.submit(openMember('0001'))
  expect(await thread.make()).toMatchObject({ seq: engine.durableSeq() })
  expect(await thread.make()).toBeNull()
  // Not even what it wrote is read again.
  await rm(join(directory, 'snapshots'), { recursive: true })
  await mkdir(join(directory, 'snapshots'))
  await engine.submit(openMember('0002'))
  expect(await thread.make()).toMatchObject({ seq: engine.durableSeq(), records: 1 })
  await thread.close()
  // A new thread begins again.
  await engine.submit(openMember('0003'))
  expect(await thread.make()).toMatchObject({ seq: engine.durableSeq(), records: 1 })
  await thread.close()
  await engine.stop()
  const { report } = await fsck({ directory, machine })
  expect(report).toMatchObject({ problems: [], snapshots: 2 })
})

test('a worker that fails says so', async () => {
  const script = pathToFileURL(
    await bundleProgram(join(import.meta.dirname, 'replica-worker.ts'), root),
  )
  await expect(snapshotInWorker(join(root, 'nowhere'), script)).rejects.toThrow('JOURNAL_MISSING')
  const thread = snapshotThread(join(root, 'nowhere'), script)
  await expect(thread.make()).rejects.toThrow('JOURNAL_MISSING')
  await expect(thread.make()).rejects.toThrow('JOURNAL_MISSING')
  await thread.close()
})
