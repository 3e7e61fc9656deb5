/** What the thread that calls it has had of the processor: a stall that shows here is its own. */
import { openSync, readSync } from 'node:fs'

/** Milliseconds of this thread; stands still where the system does not tell (not Linux). */
export function threadCpu(): () => number {
  const buffer = Buffer.alloc(64)
  let file: number
  try {
    file = openSync('/proc/thread-self/schedstat', 'r')
  } catch {
    return () => 0
  }
  return () => {
    const length = readSync(file, buffer, 0, buffer.length, 0)
    return Number(buffer.toString('latin1', 0, length).split(' ')[0]) / 1e6
  }
}
