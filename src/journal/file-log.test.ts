import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fc } from '@fast-check/vitest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scratchFolder } from '../../test/support/scratch.ts'
import { packRecords, readRecords, type CommandLog } from '../messages/index.ts'
import { openFileLog } from './file-log.ts'
import { FRAME_HEADER_BYTES } from './frame.ts'
import { SEGMENT_HEADER_BYTES } from './segment.ts'
import { cases } from '../../test/support/cases.ts'

const SEGMENT = 2_048
let root: string
let directory: string
let copies = 0

beforeEach(async () => {
  root = await scratchFolder('suan-file-log-')
  directory = join(root, 'journal')
})
afterEach(() => rm(root, { recursive: true }))

const openHere = (at = directory): Promise<CommandLog> =>
  openFileLog({ directory: at, segmentBytes: SEGMENT })

async function records(log: CommandLog): Promise<string[]> {
  const found: string[] = []
  for await (const { bytes } of readRecords(log, 1)) found.push(Buffer.from(bytes).toString())
  return found
}

async function filled(batches: readonly (readonly string[])[]): Promise<void> {
  const log = await openHere()
  for (const batch of batches) {
    await log.append(log.lastSeq + 1, packRecords(batch.map((text) => Buffer.from(text))))
  }
  await log.close()
}

/** A journal of one segment with these bytes. */
async function copyWith(name: string, bytes: Uint8Array): Promise<string> {
  const at = join(root, `copy-${copies++}`)
  await mkdir(at)
  await writeFile(join(at, name), bytes)
  return at
}

describe('a torn tail', () => {
  test('cut or flipped at every byte: everything before the last append is there', async () => {
    await filled([['one', 'two'], ['three'], ['four', 'five']])
    const [name = ''] = (await readdir(directory)).filter((n) => n.endsWith('.seg'))
    const whole = await readFile(join(directory, name))
    const tail = frameSize(['four', 'five'])
    const begin = SEGMENT_HEADER_BYTES + frameSize(['one', 'two']) + frameSize(['three'])
    for (let at = begin; at < begin + tail; at++) {
      const zeroed = Buffer.from(whole).fill(0, at, begin + tail)
      const flipped = Buffer.from(whole)
      flipped[at]! ^= 1 << (at % 8)
      for (const damaged of [whole.subarray(0, at), zeroed, flipped]) {
        const copy = await copyWith(name, damaged)
        const log = await openHere(copy)
        const found = await records(log)
        const expected = damaged.equals(whole) ? 5 : 3
        expect(found).toEqual(['one', 'two', 'three', 'four', 'five'].slice(0, expected))
        // The torn rest is gone: a shorter record takes its place and survives the next start.
        await log.append(log.lastSeq + 1, packRecords([Buffer.from('x')]))
        await log.close()
        const again = await openHere(copy)
        expect(await records(again)).toEqual([...found, 'x'])
        await again.close()
        await rm(copy, { recursive: true })
      }
    }
  })

  test('a flip in an earlier frame is refused, never skipped or misread', async () => {
    await filled([['one', 'two'], ['three'], ['four', 'five']])
    const [name = ''] = (await readdir(directory)).filter((n) => n.endsWith('.seg'))
    const whole = await readFile(join(directory, name))
    const end = SEGMENT_HEADER_BYTES + frameSize(['one', 'two']) + frameSize(['three'])
    for (let at = 0; at < end; at++) {
      // Between header and first frame there are zeros that mean nothing.
      if (at >= 60 && at < SEGMENT_HEADER_BYTES) continue
      const damaged = Buffer.from(whole)
      damaged[at]! ^= 0x10
      const copy = await copyWith(name, damaged)
      await expect(openHere(copy)).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' })
      await rm(copy, { recursive: true })
    }
  })

  test('the remains of a long torn frame do not disturb what follows', async () => {
    await filled([['one'], ['a long record that is going to be torn '.repeat(10)]])
    const [name = ''] = (await readdir(directory)).filter((n) => n.endsWith('.seg'))
    const file = await open(join(directory, name), 'r+')
    await file.write(Buffer.alloc(4), 0, 4, SEGMENT_HEADER_BYTES + frameSize(['one']))
    await file.close()
    for (const text of ['two', 'three']) {
      const log = await openHere()
      await log.append(log.lastSeq + 1, packRecords([Buffer.from(text)]))
      await log.close()
    }
    const log = await openHere()
    expect(await records(log)).toEqual(['one', 'two', 'three'])
    await log.close()
  })

  test('random journals over many segments, cut anywhere', async () => {
    const batch = fc.array(fc.string({ maxLength: 300 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(batch, { minLength: 1, maxLength: 20 }),
        fc.nat(),
        async (batches, cut) => {
          await rm(directory, { recursive: true, force: true })
          await filled(batches)
          const names = (await readdir(directory)).filter((n) => n.endsWith('.seg')).toSorted()
          const last = join(directory, names.at(-1)!)
          const begin = Number(/\d+/.exec(names.at(-1)!)![0])
          const bytes = await readFile(last)
          const at = SEGMENT_HEADER_BYTES + (cut % (bytes.length - SEGMENT_HEADER_BYTES))
          await writeFile(last, bytes.subarray(0, at))
          const log = await openHere()
          const all = batches.flat()
          expect(log.lastSeq).toBeGreaterThanOrEqual(begin - 1)
          expect(await records(log)).toEqual(all.slice(0, log.lastSeq))
          await log.append(log.lastSeq + 1, packRecords([Buffer.from('after')]))
          await log.close()
          const again = await openHere()
          expect((await records(again)).at(-1)).toBe('after')
          await again.close()
        },
      ),
      { numRuns: cases(40) },
    )
  })
})

test('what the opening has read and checked is what the first reader gets', async () => {
  await filled([['one', 'two'], ['three']])
  const log = await openHere()
  const [name = ''] = (await readdir(directory)).filter((n) => n.endsWith('.seg'))
  const path = join(directory, name)
  const bytes = await readFile(path)
  bytes[SEGMENT_HEADER_BYTES + FRAME_HEADER_BYTES + 5]! ^= 1
  await writeFile(path, bytes)
  for await (const { firstSeq } of log.read(1)) {
    expect(firstSeq).toBe(1)
    break
  }
  expect(await records(log)).toEqual(['one', 'two', 'three'])
  // It is kept for no second one, who meets what is on the disk now.
  await expect(records(log)).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' })
  await log.close()
})

describe('segments', () => {
  const many = Array.from({ length: 60 }, (_, i) => [`record ${i} `.repeat(12)])

  test('a missing segment is refused', async () => {
    await filled(many)
    const names = (await readdir(directory)).filter((n) => n.endsWith('.seg')).toSorted()
    expect(names.length).toBeGreaterThan(3)
    await rm(join(directory, names[1]!))
    const log = await openHere()
    await expect(records(log)).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' })
    await log.close()
    await rm(join(directory, names[0]!))
    await expect(openHere()).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' })
  })

  test('damage in the last frame of an earlier segment is refused', async () => {
    await filled(many)
    const names = (await readdir(directory)).filter((n) => n.endsWith('.seg')).toSorted()
    const path = join(directory, names[1]!)
    const bytes = await readFile(path)
    const lastByte = bytes.findLastIndex((byte) => byte !== 0)
    bytes[lastByte]! ^= 1
    await writeFile(path, bytes)
    const log = await openHere()
    await expect(records(log)).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' })
    await log.close()
  })

  test('a frame larger than a segment gets its own', async () => {
    const big = 'x'.repeat(3 * SEGMENT)
    await filled([['a'], [big], ['b']])
    const log = await openHere()
    expect(await records(log)).toEqual(['a', big, 'b'])
    await log.close()
  })
})

describe('who may open', () => {
  test('one writer at a time', async () => {
    const log = await openHere()
    await expect(openHere()).rejects.toMatchObject({ code: 'JOURNAL_LOCKED' })
    await log.close()
    await (await openHere()).close()
  })

  test('the lock of another living process holds, that of a dead one does not', async () => {
    await mkdir(directory)
    const alive = await startMark(process.ppid)
    await writeFile(join(directory, 'lock'), `${process.ppid} ${alive}\n`)
    await expect(openHere()).rejects.toMatchObject({
      code: 'JOURNAL_LOCKED',
      facts: { pid: process.ppid },
    })
    // The same pid, given to a later process.
    await writeFile(join(directory, 'lock'), `${process.ppid} other-boot-1\n`)
    await (await openHere()).close()
    await writeFile(join(directory, 'lock'), '')
    await (await openHere()).close()
  })

  test('readers need no lock and change nothing', async () => {
    await filled([['one'], ['two']])
    const writer = await openHere()
    await writer.append(3, packRecords([Buffer.from('three')]))
    const reader = await openFileLog({ directory, readOnly: true })
    await writer.append(4, packRecords([Buffer.from('four')]))
    expect(await records(reader)).toEqual(['one', 'two', 'three'])
    expect(reader.lastSeq).toBe(3)
    await reader.close()
    await writer.close()
  })
})

function frameSize(batch: readonly string[]): number {
  return batch.reduce((sum, text) => sum + 4 + Buffer.byteLength(text), FRAME_HEADER_BYTES)
}

/** What the lock file says of a process here: boot id and start tick, or 'alive' without /proc. */
async function startMark(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    return `${boot}-${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return 'alive'
  }
}
