import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { findCgroups } from './find.ts'
import { Group } from './group.ts'

const host = findCgroups()
const groups = host.writable && host.freezer !== null ? [new Group(host, 'suan/group-test')] : []
if (groups.length === 0) console.log('no control groups that could be frozen on this machine')

test('on the machines of continuous integration groups can be frozen', () => {
  expect(process.env['CI'] === 'true' ? groups.length : 1).toBe(1)
})

describe.each(groups)('the control group $path', (group) => {
  let child: ChildProcess | null = null
  afterEach(async () => {
    group.kill()
    if (child !== null && child.exitCode === null && child.signalCode === null)
      await once(child, 'exit')
    while (!group.remove()) await sleep(10)
  })

  /** A program that counts in a group below. */
  async function counting(): Promise<{ child: ChildProcess; stdout: Readable }> {
    const below = group.child('below')
    below.create()
    const script = 'i=0; while :; do i=$((i+1)); echo $i; sleep 0.01; done'
    const started = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] })
    child = started
    for (const file of below.joinFiles) writeFileSync(file, String(started.pid))
    await once(started.stdout, 'data')
    return { child: started, stdout: started.stdout }
  }

  test('what is frozen does nothing, and goes on where it was', async () => {
    const { stdout } = await counting()
    let last = 0
    stdout.on('data', (text: Buffer) => (last = Number(text.toString().trim().split('\n').at(-1))))
    group.freeze()
    await sleep(100)
    const halted = last
    await sleep(200)
    expect(last).toBe(halted)
    group.thaw()
    await once(stdout, 'data')
    expect(last - halted).toBeLessThan(50)
  })

  test('what is frozen can be ended, also by who did not freeze it', async () => {
    const { child: running } = await counting()
    group.child('below').freeze()
    const ended = once(running, 'exit')
    group.kill()
    expect(await ended).toEqual([null, 'SIGKILL'])
  })
})
