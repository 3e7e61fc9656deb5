import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { env } from 'node:process'

/**
 * For `test.skipIf`: is one of these programs missing on this machine? The run says so. In continuous
 * integration the test runs all the same, and fails.
 */
export function lacks(...programs: readonly string[]): boolean {
  const missing = programs.filter((name) => !isOnPath(name))
  if (missing.length === 0 || env['CI'] !== undefined) return false
  console.log(`a test is left out on this machine: it needs ${missing.join(', ')}`)
  return true
}

function isOnPath(name: string): boolean {
  return (env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
