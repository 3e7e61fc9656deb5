import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decodeFrames, encodeFrame, LogFile, readLog } from './log-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'suan-log-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})
const bytes = (text: string) => new TextEncoder().encode(text)

test('frames come back as they were written, at any cut', () => {
  const path = join(folder, 'log')
  const log = new LogFile(path, 1_000)
  log.write('stdout', bytes('one'))
  log.write('stderr', bytes('算'))
  log.close()
  const all = readLog(path, 0, 100)
  expect(decodeFrames(all).frames).toEqual([
    { stream: 'stdout', bytes: bytes('one') },
    { stream: 'stderr', bytes: bytes('算') },
  ])
  for (let cut = 0; cut < all.length; cut++) {
    const { frames, rest } = decodeFrames(all.subarray(0, cut))
    const again = decodeFrames(new Uint8Array([...rest, ...all.subarray(cut)])).frames
    expect([...frames, ...again]).toHaveLength(2)
    expect(readLog(path, 0, cut).length).toBe(cut - rest.length)
  }
  expect(readLog(path, all.length, 100)).toHaveLength(0)
  expect(readLog(join(folder, 'none'), 0, 100)).toHaveLength(0)
})

test('a log never passes its limit and says that it was cut', () => {
  const path = join(folder, 'log')
  const log = new LogFile(path, 40)
  log.write('stdout', bytes('x'.repeat(20)))
  expect(log.truncated).toBe(false)
  log.write('stdout', bytes('y'.repeat(20)))
  log.write('stdout', bytes('z'))
  expect(log.truncated).toBe(true)
  log.close()
  expect(statSync(path).size).toBe(40)
  expect(decodeFrames(readLog(path, 0, 100)).frames[1]?.bytes).toEqual(bytes('yyyy'))
})

test('a log goes on where an earlier writer ended', () => {
  const path = join(folder, 'log')
  for (const text of ['a', 'b']) {
    const log = new LogFile(path, 1_000)
    log.write('stdout', bytes(text))
    log.close()
  }
  expect(readLog(path, 0, 100)).toEqual(
    new Uint8Array([...encodeFrame('stdout', bytes('a')), ...encodeFrame('stdout', bytes('b'))]),
  )
})
