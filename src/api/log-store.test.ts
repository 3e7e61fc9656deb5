import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { appendFile, open, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test as check } from '@fast-check/vitest'
import { afterAll, describe, expect, test } from 'vitest'
import type { LogStream } from '../wire/index.ts'
import { LogStore, type Chunk } from './log-store.ts'
import { tailOf, tailOffset } from './log-tail.ts'

const root = mkdtempSync(join(tmpdir(), 'suan-logs-'))
const newStore = (limit = 1_000) => new LogStore(mkdtempSync(join(root, 's-')), limit)
afterAll(() => rmSync(root, { recursive: true, force: true }))

const bytesOf = (text: string) => new TextEncoder().encode(text)
const chunk = (offset: number, text: string, stream: LogStream = 'stdout'): Chunk => ({
  stream,
  offset,
  bytes: bytesOf(text),
})
async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const one of chunks) parts.push(one)
  return Buffer.concat(parts).toString()
}

describe('logs of running workloads', () => {
  test('each byte is kept once: what overlaps is cut, what leaves a gap is refused', async () => {
    const store = newStore()
    expect(await store.append(1, chunk(0, 'abc'))).toEqual({ offset: 3, took: true, full: false })
    expect(await store.append(1, chunk(1, 'bcde'))).toMatchObject({ offset: 5, took: true })
    expect(await store.append(1, chunk(9, 'x'))).toMatchObject({ offset: 5, took: false })
    expect(await store.append(1, chunk(0, 'abc'))).toMatchObject({ offset: 5, took: false })
    expect(await store.append(1, chunk(0, 'err', 'stderr'))).toMatchObject({ offset: 3 })
    expect(await textOf(store.read(1, ['stdout', 'stderr'], null))).toBe('abcdeerr')
    expect(await textOf(store.read(2, ['stdout'], null))).toBe('')
  })

  test('what a failed write left of itself is written over, not added to', async () => {
    const folder = mkdtempSync(join(root, 's-'))
    const store = new LogStore(folder, 100)
    await store.append(1, chunk(0, 'abc'))
    await appendFile(join(folder, '1/stdout'), 'de')
    expect(await store.append(1, chunk(3, 'defg'))).toMatchObject({ offset: 7, took: true })
    expect(await textOf(store.read(1, ['stdout'], null))).toBe('abcdefg')
    expect(await textOf(new LogStore(folder, 100).read(1, ['stdout'], null))).toBe('abcdefg')
  })

  test('beyond the limit nothing is kept, and that is said', async () => {
    const store = newStore(5)
    expect(await store.append(1, chunk(0, 'abc'))).toMatchObject({ full: false })
    expect(await store.append(1, chunk(0, 'defg', 'stderr'))).toEqual({
      offset: 2,
      took: false,
      full: true,
    })
    expect(await store.append(1, chunk(3, 'x'))).toEqual({ offset: 3, took: false, full: true })
  })

  test('another process finds what was kept, until it is forgotten', async () => {
    const folder = mkdtempSync(join(root, 's-'))
    await new LogStore(folder, 100).append(1, chunk(0, 'abc'))
    const store = new LogStore(folder, 100)
    expect(await store.append(1, chunk(0, ''))).toMatchObject({ offset: 3, took: false })
    await store.forget(1)
    expect(await store.append(1, chunk(0, ''))).toMatchObject({ offset: 0 })
  })

  test('what is on its way while a log is forgotten leaves nothing behind', async () => {
    const folder = mkdtempSync(join(root, 's-'))
    const store = new LogStore(folder, 1_000)
    const sent = Array.from({ length: 50 }, (_, n) => store.append(1, chunk(n, 'x')))
    await store.forget(1)
    await Promise.all(sent)
    expect(await store.append(1, chunk(0, 'late'))).toMatchObject({ took: false, full: true })
    expect(readdirSync(folder)).toEqual([])
  })

  test('who follows a log that grows gets every byte once, in order', async () => {
    const store = newStore(1_000_000)
    const line = (n: number) => `${String(n).padStart(9, '0')}\n`
    const seen: Chunk[] = []
    const writing = (async () => {
      for (let n = 0; n < 300; n++) await store.append(1, chunk(n * 10, line(n)))
    })()
    await store.append(1, chunk(0, ''))
    const stop = await store.follow(1, null, (one) => void seen.push(one))
    await writing
    stop()
    await store.append(1, chunk(3_000, 'after'))
    let at = 0
    for (const one of seen) {
      expect(one.offset).toBe(at)
      at += one.bytes.length
    }
    const all = Array.from({ length: 300 }, (_, n) => line(n)).join('')
    expect(Buffer.concat(seen.map((one) => one.bytes)).toString()).toBe(all)
  })
})

describe('the last lines', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', 'bb'), maxLength: 40 })
  check.prop([text, fc.nat({ max: 6 })])(
    'as split says, from a file and from chunks',
    async (all, n) => {
      const lines = all.split(/(?<=\n)/).filter((line) => line !== '')
      const expected = n === 0 ? '' : lines.slice(-n).join('')
      const path = join(root, 'tail')
      await writeFile(path, all)
      const file = await open(path)
      const size = Buffer.byteLength(all)
      const from = await tailOffset(file, size, n)
      await file.close()
      expect(all.slice(from)).toBe(expected)
      async function* chunks() {
        for (let at = 0; at < all.length; at += 3) yield bytesOf(all.slice(at, at + 3))
      }
      expect(Buffer.from(await tailOf(chunks(), n)).toString()).toBe(expected)
    },
  )
})
