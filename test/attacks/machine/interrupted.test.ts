// A witness that was cut off with its daemon must not leave a buyer's program standing still.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { processDriver } from '../../../src/agent/index.ts'

test('PRF-009 the next daemon lets go on what an interrupted witness had stopped', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'suan-cut-'))
  const resources = { cores: 1, memoryMib: 128, diskMib: 0, cards: 0 }
  const request = { lease: 1, resources, folder: join(folder, '1') }
  const first = await processDriver(folder)
  const allocation = await first.openAllocation(request)
  const group = allocation.handle.kind === 'group' ? allocation.handle.group : null
  if (group === null) throw new Error('this suite needs control groups')
  const program = spawn('sleep', ['600'], { stdio: 'ignore' })
  const wait = { timeout: 60_000 }
  const state = () => readFileSync(`/proc/${program.pid}/stat`, 'utf8').split(' ')[2]
  try {
    for (const file of group.joinFiles) writeFileSync(file, String(program.pid))
    group.child('witness').create()
    process.kill(program.pid!, 'SIGSTOP')
    await expect.poll(state, wait).toBe('T')
    await (await processDriver(folder)).openAllocation(request)
    await expect.poll(state, wait).toBe('S')
    expect(group.children()).toEqual([])
  } finally {
    program.kill('SIGKILL')
    await first.closeAllocation(allocation)
    rmSync(folder, { recursive: true })
  }
})
