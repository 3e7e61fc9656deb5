import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MEMORY = '/dev/shm'

/**
 * A new folder for files that are synced many times; in memory where there is such a place, so that
 * a test of every byte does not wait for a disk.
 */
export function scratchFolder(prefix: string): Promise<string> {
  return mkdtemp(join(existsSync(MEMORY) ? MEMORY : tmpdir(), prefix))
}
