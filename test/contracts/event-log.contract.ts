/** What every event log keeps, whatever it is made of. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decode, encode } from '../../src/kernel/index.ts'
import {
  eventRecord,
  packRecords,
  unpackRecords,
  type EventLog,
  type EventRecord,
} from '../../src/messages/index.ts'

/** One event log that can be closed and opened again, as after a restart. */
export interface EventLogBench {
  open(): Promise<EventLog>
  destroy(): Promise<void>
}

/** An event record of about `size` bytes whose content follows from its seq. */
export function sampleRecord(seq: number, size = 100): EventRecord {
  const value = `${seq}:${'x'.repeat(Math.min(size, 200))}`
  return {
    seq,
    timeUs: 1_700_000_000_000_000 + seq,
    account: seq % 7,
    key: 3,
    command: seq.toString(16).padStart(32, '0'),
    commandKind: 'Tick',
    outcome: { refusal: { code: 'NOT_FOUND', facts: [{ name: 'what', value }] }, events: [] },
  }
}

export function sampleRecords(fromSeq: number, untilSeq: number): EventRecord[] {
  return Array.from({ length: untilSeq - fromSeq }, (_, i) => sampleRecord(fromSeq + i))
}

/** Appends records where the first of them says. */
export function appendEvents(log: EventLog, records: readonly EventRecord[]): void {
  const bytes = records.map((record) => encode(eventRecord, record))
  log.append(records[0]?.seq ?? log.lastSeq + 1, packRecords(bytes))
}

export function eventLogContract(name: string, make: () => Promise<EventLogBench>): void {
  describe(`${name} as an event log`, () => {
    let bench: EventLogBench
    let log: EventLog
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
      expect(await collect(log, 0)).toEqual([])
      expect(await collect(log, 1)).toEqual([])
      expect(await log.get(1)).toBeNull()
    })

    test('gives back what was appended, from any seq and one by one', async () => {
      appendEvents(log, sampleRecords(1, 3))
      appendEvents(log, sampleRecords(3, 4))
      expect(log.lastSeq).toBe(3)
      expect(await collect(log, 0)).toEqual(sampleRecords(1, 4))
      expect(await collect(log, 3)).toEqual(sampleRecords(3, 4))
      expect(await collect(log, 4)).toEqual([])
      expect(await log.get(2)).toEqual(sampleRecord(2))
      expect(await log.get(4)).toBeNull()
      expect(await log.get(0)).toBeNull()
    })

    test('refuses a gap and an overlap', () => {
      appendEvents(log, sampleRecords(1, 3))
      expect(() => appendEvents(log, [sampleRecord(4)])).toThrow('event record 4 after 2')
      expect(() => appendEvents(log, [sampleRecord(2)])).toThrow('event record 2 after 2')
    })

    test('counts what waits to be written, and nothing waits after a flush', async () => {
      appendEvents(log, [])
      expect([log.lastSeq, log.pendingBytes]).toEqual([0, 0])
      appendEvents(log, sampleRecords(1, 100))
      await log.flush()
      expect([log.lastSeq, log.pendingBytes]).toEqual([99, 0])
    })

    test('gives the same as bytes, in pieces without gaps, the first of which holds the seq', async () => {
      appendEvents(log, sampleRecords(1, 700))
      appendEvents(log, sampleRecords(700, 1_200))
      for (const fromSeq of [0, 1, 333, 700, 1_199]) {
        const found: EventRecord[] = []
        for await (const { firstSeq, records } of log.batches(fromSeq)) {
          const decoded = unpackRecords(records).map((bytes) => decode(eventRecord, bytes))
          expect(decoded[0]?.seq).toBe(firstSeq)
          expect(decoded).toHaveLength(records.count)
          expect(firstSeq).toBe((found.at(-1)?.seq ?? firstSeq - 1) + 1)
          found.push(...decoded)
        }
        expect(found[0]?.seq).toBeLessThanOrEqual(Math.max(fromSeq, 1))
        expect(found.filter(({ seq }) => seq >= fromSeq)).toEqual(
          sampleRecords(Math.max(fromSeq, 1), 1_200),
        )
      }
      for await (const piece of log.batches(1_200)) throw new Error(`${piece.firstSeq}`)
    })

    test('a restart changes nothing, and appending goes on', async () => {
      appendEvents(log, sampleRecords(1, 500))
      await log.close()
      log = await bench.open()
      expect(log.lastSeq).toBe(499)
      appendEvents(log, sampleRecords(500, 1_000))
      for (const seq of [1, 250, 499, 500, 999]) {
        expect(await log.get(seq)).toEqual(sampleRecord(seq))
      }
      expect(await collect(log, 1)).toEqual(sampleRecords(1, 1_000))
    })

    test('appends during a read do not disturb it', async () => {
      appendEvents(log, sampleRecords(1, 101))
      const seen: number[] = []
      for await (const { seq } of log.read(51)) {
        if (seen.length % 10 === 0) appendEvents(log, [sampleRecord(log.lastSeq + 1)])
        seen.push(seq)
      }
      expect(seen.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, i) => 51 + i))
    })

    test('truncating drops what comes after, and the place is used again', async () => {
      appendEvents(log, sampleRecords(1, 400))
      for (const afterSeq of [350, 120, 0]) {
        await log.truncate(afterSeq)
        expect(log.lastSeq).toBe(afterSeq)
        expect(await log.get(afterSeq + 1)).toBeNull()
        appendEvents(log, sampleRecords(afterSeq + 1, afterSeq + 21))
        await log.close()
        log = await bench.open()
        expect(await collect(log, 1)).toEqual(sampleRecords(1, afterSeq + 21))
      }
      await log.truncate(1_000)
      expect(log.lastSeq).toBe(20)
    })
  })
}

async function collect(log: EventLog, fromSeq: number): Promise<EventRecord[]> {
  const found: EventRecord[] = []
  for await (const record of log.read(fromSeq)) found.push(record)
  return found
}
