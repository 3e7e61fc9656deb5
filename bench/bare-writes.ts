/** What the disk alone needs for the writes of a journal: the peer of every durable figure. */
import { open } from 'node:fs/promises'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import type { CommandLog } from '../src/messages/index.ts'

/** What one append wrote, and when it began (of `performance.now()`). */
export interface Write {
  readonly bytes: number
  readonly atMs: number
}

/** The log, which also notes the size of each append. */
export function counted(log: CommandLog, writes: Write[]): CommandLog {
  return {
    get lastSeq() {
      return log.lastSeq
    },
    get headHash() {
      return log.headHash
    },
    append: (firstSeq, records) => {
      writes.push({ bytes: records.bytes.length, atMs: performance.now() })
      return log.append(firstSeq, records)
    },
    read: (fromSeq) => log.read(fromSeq),
    close: () => log.close(),
  }
}

/**
 * The same writes at the same pace into a file of their size, each followed by fdatasync; milliseconds
 * of each. At the same pace, so that both meet as much of what else the disk and the cores do, and as
 * often find a core asleep.
 */
export async function bareWrites(writes: readonly Write[], path: string): Promise<Float32Array> {
  const size = writes.reduce((sum, each) => sum + each.bytes, 0)
  const most = writes.reduce((max, each) => Math.max(max, each.bytes), 0)
  const file = await open(path, 'w')
  try {
    const zeros = Buffer.alloc(1 << 20)
    for (let at = 0; at < size; at += zeros.length) await file.write(zeros, 0, zeros.length, at)
    await file.sync()
    const bytes = Buffer.alloc(most, 2)
    const tookMs = new Float32Array(writes.length)
    let at = 0
    const aheadMs = performance.now() - (writes[0]?.atMs ?? 0)
    for (const [n, each] of writes.entries()) {
      await until(each.atMs + aheadMs)
      const from = performance.now()
      await file.write(bytes, 0, each.bytes, at)
      await file.datasync()
      tookMs[n] = performance.now() - from
      at += each.bytes
    }
    return tookMs
  } finally {
    await file.close()
  }
}

/** Waits as the offering of commands does: asleep when it is long, else turn by turn. */
async function until(dueMs: number): Promise<void> {
  for (let leftMs = dueMs - performance.now(); leftMs > 0; leftMs = dueMs - performance.now()) {
    await (leftMs > 1 ? sleep(1) : turn())
  }
}
