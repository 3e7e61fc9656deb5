/** What every command log keeps, whatever it is made of. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toHex } from '../../src/kernel/index.ts'
import { CHAIN_START, chainHash } from '../../src/journal/index.ts'
import type { CommandLog } from '../../src/messages/index.ts'

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

    test('gives back what was appended, from any seq', async () => {
      await log.append(1, [bytes('a'), bytes('bb')])
      await log.append(3, [bytes('')])
      expect(log.lastSeq).toBe(3)
      expect(await collect(log, 0)).toEqual(['1 a', '2 bb', '3 '])
      expect(await collect(log, 2)).toEqual(['2 bb', '3 '])
      expect(await collect(log, 4)).toEqual([])
    })

    test('the head is the hash chain over the records, however they were grouped', async () => {
      await log.append(1, [bytes('a'), bytes('b')])
      await log.append(3, [bytes('c')])
      let hash: Uint8Array = CHAIN_START
      for (const letter of ['a', 'b', 'c']) hash = chainHash(hash, bytes(letter))
      expect(log.headHash).toBe(toHex(hash))
    })

    test('a restart changes nothing, and appending goes on', async () => {
      await log.append(1, [bytes('a')])
      const head = log.headHash
      await log.close()
      log = await bench.open()
      expect([log.lastSeq, log.headHash]).toEqual([1, head])
      await log.append(2, [bytes('b')])
      await log.close()
      log = await bench.open()
      expect(await collect(log, 1)).toEqual(['1 a', '2 b'])
    })

    test('refuses a gap, an overlap and nothing at all', async () => {
      await log.append(1, [bytes('a')])
      await expect(log.append(3, [bytes('x')])).rejects.toThrow('append at 3')
      await expect(log.append(1, [bytes('x')])).rejects.toThrow('append at 1')
      await expect(log.append(2, [])).rejects.toThrow('append at 2')
      expect(await collect(log, 1)).toEqual(['1 a'])
    })

    test('a reader sees what was there when it began', async () => {
      await log.append(1, [bytes('a'), bytes('b')])
      const seen: number[] = []
      for await (const { seq } of log.read(1)) {
        if (seen.length === 0) await log.append(3, [bytes('later')])
        seen.push(seq)
      }
      expect(seen).toEqual([1, 2])
    })

    test('keeps many and large records in order', async () => {
      const large = Array.from({ length: 40 }, (_, i) => new Uint8Array(1 + i * 997).fill(i))
      for (const [i, record] of large.entries()) await log.append(i + 1, [record])
      await log.close()
      log = await bench.open()
      let next = 20
      for await (const { seq, bytes: record } of log.read(20)) {
        expect(seq).toBe(next)
        expect(Buffer.compare(record, large[next - 1]!)).toBe(0)
        next++
      }
      expect(next).toBe(41)
    })
  })
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text)
}

async function collect(log: CommandLog, fromSeq: number): Promise<string[]> {
  const lines: string[] = []
  for await (const { seq, bytes: record } of log.read(fromSeq)) {
    lines.push(`${seq} ${Buffer.from(record).toString()}`)
  }
  return lines
}
