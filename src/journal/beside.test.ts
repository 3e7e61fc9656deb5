// What lies beside the journal: snapshots, the quarantine and the signs of life.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scratchFolder } from '../../test/support/scratch.ts'
import {
  memoryLiveness,
  memoryQuarantine,
  memorySnapshotStore,
  openLiveness,
  openQuarantine,
  openSnapshotStore,
  type QuarantinedCommand,
} from './index.ts'

let directory: string
beforeEach(async () => {
  directory = await scratchFolder('suan-beside-')
})
afterEach(() => rm(directory, { recursive: true }))

const snapshot = (seq: number) => ({
  seq,
  headHash: seq.toString(16).padStart(64, '0'),
  state: new Uint8Array(1_000).fill(seq),
})

describe('snapshots', () => {
  test.each(['files', 'memory'])('in %s: the newest two are kept, newest first', async (kind) => {
    const store = kind === 'files' ? await openSnapshotStore({ directory }) : memorySnapshotStore()
    expect(await store.list()).toEqual([])
    for (const seq of [3, 10, 7]) await store.save(snapshot(seq))
    const found = await store.list()
    expect(found.map(({ seq }) => seq)).toEqual([10, 7])
    expect(found[0]!.headHash).toBe(snapshot(10).headHash)
    expect(Buffer.compare(found[0]!.state, snapshot(10).state)).toBe(0)
  })

  test('one of many pieces comes back as it was', async () => {
    const state = Uint8Array.from({ length: 3_000_001 }, (_, i) => i >>> 3)
    const store = await openSnapshotStore({ directory })
    await store.save({ ...snapshot(5), state })
    const [found] = await store.list()
    expect(found?.seq).toBe(5)
    expect(Buffer.compare(found!.state, state)).toBe(0)
  })

  test('one that is cut or altered anywhere is passed over', async () => {
    const store = await openSnapshotStore({ directory })
    await store.save(snapshot(3))
    await store.save(snapshot(9))
    const path = join(directory, (await readdir(directory)).toSorted().at(-1)!)
    const whole = await readFile(path)
    for (let at = 0; at < whole.length; at += 7) {
      const flipped = Buffer.from(whole)
      flipped[at]! ^= 0x20
      for (const damaged of [whole.subarray(0, at), flipped]) {
        await writeFile(path, damaged)
        expect((await store.list()).map(({ seq }) => seq)).toEqual([3])
      }
    }
  })
})

describe('the quarantine', () => {
  const entry = (account: number): QuarantinedCommand => ({
    account,
    command: 'ab'.repeat(16),
    seq: 5,
    kind: 'PlaceOrder',
    why: 'balance below zero',
  })

  test.each(['files', 'memory'])('in %s outlives a restart until released', (kind) => {
    const kept: QuarantinedCommand[] = []
    const open = () => (kind === 'files' ? openQuarantine({ directory }) : memoryQuarantine(kept))
    expect(open().entries()).toEqual([])
    open().add(entry(1))
    open().add(entry(2))
    expect(open().entries()).toEqual([entry(1), entry(2)])
    open().release(1, 'ab'.repeat(16))
    open().release(9, 'ab'.repeat(16))
    expect(open().entries()).toEqual([entry(2)])
  })
})

describe('liveness', () => {
  test.each(['files', 'memory'])('in %s tells a clean stop from a crash', (kind) => {
    const kept = { aliveUntilUs: null, clean: false }
    const open = () => (kind === 'files' ? openLiveness({ directory }) : memoryLiveness(kept))
    const timeUs = 1_750_000_000_000_000
    expect(open()).toMatchObject({ aliveUntilUs: null, stoppedCleanly: false })
    open().touch(timeUs)
    expect(open()).toMatchObject({ aliveUntilUs: timeUs, stoppedCleanly: false })
    const stopping = open()
    stopping.touch(timeUs + 1)
    stopping.markClean(timeUs + 2)
    expect(open()).toMatchObject({ aliveUntilUs: timeUs + 2, stoppedCleanly: true })
    open().touch(timeUs + 3)
    expect(open()).toMatchObject({ aliveUntilUs: timeUs + 3, stoppedCleanly: false })
  })

  test('a torn sign of life says nothing', async () => {
    await writeFile(join(directory, 'alive'), '17500')
    expect(openLiveness({ directory }).aliveUntilUs).toBeNull()
  })
})
