/** What every command log keeps, whatever it is made of. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toHex } from '../../src/kernel/index.ts'
import { CHAIN_START, chainHash } from '../../src/journal/index.ts'
import {
  packRecords,
  unpackRecords,
  type CommandLog,
  type RecordBatch,
} from '../../src/messages/index.ts'

/** One log that can be closed and opened again, as after a restart. */
export interface LogBench {
  open(): Promise<CommandLog>
  destroy(): Promise<void>
}

export function commandLogContract(name: string, make: () => Promise<LogBench>): void {
  describe(`${name} as a command log`, () => {
    let bench: LogBench
    let log: CommandLog
    beforeEach(async () => {
      bench = await make()
      log = await bench.open()
    })
    afterEach(async () => {
      await log.close()
      await bench.destroy()
    })

    test('is empty at first', async () => {
      expect(log.lastSeq).toBe(0)
      expect(log.headHash).toBe('00'.repeat(32))
      expect(await collect(log, 0)).toEqual([])
      expect(await collect(log, 1)).toEqual([])
    })

    test('gives back the batches that were appended, from the one that holds any seq', async () => {
      await log.append(1, batch('a', 'bb'))
      await log.append(3, batch(''))
      await log.append(4, batch('c', 'd', 'e'))
      expect(log.lastSeq).toBe(6)
      expect(await collect(log, 0)).toEqual(['1 a,bb', '3 ', '4 c,d,e'])
      expect(await collect(log, 2)).toEqual(['1 a,bb', '3 ', '4 c,d,e'])
      expect(await collect(log, 3)).toEqual(['3 ', '4 c,d,e'])
      expect(await collect(log, 6)).toEqual(['4 c,d,e'])
      expect(await collect(log, 7)).toEqual([])
    })

    test('the head is the hash chain over the batches, and a reader has it after each', async () => {
      const batches = [batch('a', 'b'), batch('c'), batch('d', 'e', 'f')]
      const heads: string[] = []
      let hash: Uint8Array = CHAIN_START
      for (const each of batches) {
        await log.append(log.lastSeq + 1, each)
        hash = chainHash(hash, each.bytes)
        heads.push(toHex(hash))
        expect(log.headHash).toBe(heads.at(-1))
      }
      expect(await headsOf(log, 1)).toEqual(heads)
      expect(await headsOf(log, 3)).toEqual(heads.slice(1))
      await log.close()
      log = await bench.open()
      expect(await headsOf(log, 3)).toEqual(heads.slice(1))
    })

    test('a restart changes nothing, and appending goes on', async () => {
      await log.append(1, batch('a'))
      const head = log.headHash
      await log.close()
      log = await bench.open()
      expect([log.lastSeq, log.headHash]).toEqual([1, head])
      await log.append(2, batch('b'))
      await log.close()
      log = await bench.open()
      expect(await collect(log, 1)).toEqual(['1 a', '2 b'])
    })

    test('refuses a gap, an overlap and nothing at all', async () => {
      await log.append(1, batch('a'))
      await expect(log.append(3, batch('x'))).rejects.toThrow('append at 3')
      await expect(log.append(1, batch('x'))).rejects.toThrow('append at 1')
      await expect(log.append(2, batch())).rejects.toThrow('append at 2')
      expect(await collect(log, 1)).toEqual(['1 a'])
    })

    test('a reader sees what was there when it began', async () => {
      await log.append(1, batch('a', 'b'))
      await log.append(3, batch('c'))
      const seen: number[] = []
      for await (const { firstSeq } of log.read(1)) {
        if (seen.length === 0) await log.append(4, batch('later'))
        seen.push(firstSeq)
      }
      expect(seen).toEqual([1, 3])
    })

    test('the bytes of an append may be used again once it has ended', async () => {
      const buffer = batch('first')
      await log.append(1, buffer)
      buffer.bytes.fill(0xff)
      expect(await collect(log, 1)).toEqual(['1 first'])
    })

    test('keeps many and large batches in order, and what was read stays as it was', async () => {
      const sizes = Array.from({ length: 40 }, (_, n) => 1 + n * 997)
      const written = sizes.map((size, n) => {
        return packRecords([new Uint8Array(size).fill(n), new Uint8Array(n)])
      })
      for (const [n, each] of written.entries()) await log.append(2 * n + 1, each)
      await log.close()
      log = await bench.open()
      const found: { readonly firstSeq: number; readonly records: RecordBatch }[] = []
      for await (const each of log.read(20)) found.push(each)
      expect(found.map(({ firstSeq }) => firstSeq)).toEqual(
        sizes.slice(9).map((_, n) => 2 * n + 19),
      )
      for (const [n, { records }] of found.entries()) {
        expect(records.count).toBe(2)
        expect(Buffer.compare(records.bytes, written[n + 9]!.bytes)).toBe(0)
      }
    })
  })
}

function batch(...texts: string[]): RecordBatch {
  return packRecords(texts.map((text) => Buffer.from(text)))
}

async function collect(log: CommandLog, fromSeq: number): Promise<string[]> {
  const lines: string[] = []
  for await (const { firstSeq, records } of log.read(fromSeq)) {
    const texts = unpackRecords(records).map((record) => Buffer.from(record).toString())
    lines.push(`${firstSeq} ${texts.join(',')}`)
  }
  return lines
}

async function headsOf(log: CommandLog, fromSeq: number): Promise<string[]> {
  const heads: string[] = []
  for await (const { headHash } of log.read(fromSeq)) heads.push(headHash)
  return heads
}
