import { readFileSync } from 'node:fs'
import { isMissing } from './files.ts'

/** Milliseconds on the clock that no one can set and that all processes of this boot share. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n)
}

/** Names the current boot: monotonic times of different boots cannot be compared. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch (error) {
    // Not Linux: a clock that went back is then the only sign of a restart.
    if (isMissing(error)) return 'unknown'
    throw error
  }
}
