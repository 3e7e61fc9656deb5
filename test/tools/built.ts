import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Brings dist up to date with the source; for tests that start a built program or worker. */
export function ensureBuilt(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  execFileSync(process.execPath, ['scripts/prepare.mjs', 'build'], { cwd: root, stdio: 'inherit' })
}
