import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

/** niceness: enough that trading comes first wherever the two want one core */
const BEHIND = 10

/**
 * The calling thread gives way to others from now on: what it does can wait, an order cannot. Only
 * Linux knows priorities of threads; elsewhere, and where it is forbidden, nothing happens.
 */
export function giveWay(): void {
  try {
    // The link reads PROCESS/task/THREAD.
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    if (thread > 0) setPriority(thread, BEHIND)
  } catch {
    // Trading only shares its core then, as it did before.
  }
}
