import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundleProgram } from '../../../test/support/victim.ts'

test('a machine without cards is watched and left in peace: nothing of our group is ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'suan-gpu-'))
  const program = await bundleProgram(join(import.meta.dirname, 'gpu-watch.fixture.ts'), folder)
  // A group of its own: what goes wrong must not end the tests.
  const child = spawn(process.execPath, [program], { detached: true })
  let said = ''
  child.stdout.on('data', (bytes: Buffer) => (said += String(bytes)))
  const end = await new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code))
  })
  rmSync(folder, { recursive: true })
  expect([end, said]).toEqual([0, 'alive\n'])
})
