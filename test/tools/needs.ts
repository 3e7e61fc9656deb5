import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { env } from 'node:process'
import { test } from 'vitest'

/**
 * `test` for what drives these programs of the machine. Where one is missing the test is left out and
 * the run says so; in continuous integration it runs, and fails.
 */
export function testWith(...programs: readonly string[]) {
  const missing = programs.filter((name) => !isOnPath(name))
  const runs = missing.length === 0 || env['CI'] !== undefined
  if (!runs) console.log(`a test is left out on this machine: it needs ${missing.join(', ')}`)
  return test.runIf(runs)
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
