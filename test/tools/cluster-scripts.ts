/** What the clusters of ../shared/tools have in common: one of each a machine, started by a script. */
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/** Closes what this process inherited, such as another's lock: daemons would keep it for ever. */
const ALONE =
  'for fd in $(ls /proc/$$/fd); do [ $fd -gt 2 ] && eval "exec $fd>&-"; done; exec bash "$@"'

/** What the daemons say goes into a file that nobody waits for. */
export function runScript(tools: string, folder: string, name: string): void {
  const log = openSync(`${folder}.log`, 'a')
  try {
    const words = ['-c', ALONE, 'bash', join(tools, name), folder]
    execFileSync('bash', words, { stdio: ['ignore', log, log] })
  } finally {
    closeSync(log)
  }
}

/** True once this process holds the lock; one whose holder is gone is taken over. */
export function claim(lock: string): boolean {
  try {
    mkdirSync(lock)
    writeFileSync(join(lock, 'pid'), String(process.pid))
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    const pid = join(lock, 'pid')
    if (existsSync(pid) && !existsSync(`/proc/${readFileSync(pid, 'utf8')}`)) {
      rmSync(lock, { recursive: true, force: true })
    }
    return false
  }
}
