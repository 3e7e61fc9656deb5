// A buyer suspends what it rents and lets it go on, through the built server with a sandbox.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findCgroups } from '../../src/agent/index.ts'
import { END_MS, READY_MS, Sandbox } from '../tools/sandbox.ts'

const LOOK_MS = 1_000
const PROGRAM =
  'trap "echo bye; exit 6" TERM; i=0; while :; do i=$((i+1)); echo $i; sleep 0.1; done'

const host = findCgroups()
const canHalt = host.writable && host.freezer !== null

describe('an allocation of the sandbox', () => {
  let sandbox: Sandbox
  let workload = ''
  let allocation = ''
  const suan = (...args: string[]) => sandbox.suan(args)
  const said = (code: number, ...args: string[]) => sandbox.said(code, args)
  const lastLine = async () => Number((await said(0, 'logs', '--tail', '1', workload)).trim())
  /** Until nothing more of the program's comes. */
  async function standsStill(): Promise<number> {
    for (let before = -1; ;) {
      const now = await lastLine()
      if (now === before) return now
      before = now
      await sleep(LOOK_MS)
    }
  }

  beforeAll(async () => {
    sandbox = await Sandbox.start({ driver: 'oci' })
    const limits = ['--cpu', '1', '--memory', '128MiB', '--max-price', '1.00', '-y', '--detach']
    const run = suan('run', ...limits, '-o', 'json', '--', 'sh', '-c', PROGRAM)
    expect(await run.ended(READY_MS), run.output()).toBe(0)
    workload = /wkl_\w+/.exec(run.output())?.[0] ?? ''
    const log = suan('logs', '-f', workload)
    await log.printed(/3/, READY_MS)
    log.signal('SIGKILL')
    const shown = await said(0, 'get', workload, '-o', 'json')
    allocation = /alloc_\w+/.exec(shown)?.[0] ?? ''
  })
  afterAll(() => sandbox.stop())

  test.each(canHalt ? [] : ['this machine'])('DLV-031 %s cannot, and says so', async () => {
    expect(await said(7, 'suspend', allocation)).toMatch(/SUSPEND_UNSUPPORTED/)
  })

  test.each(canHalt ? ['oci'] : [])(
    'DLV-032 DLV-033 stands still on %s, is billed, goes on',
    async () => {
      // 1. It stands still, and the command says what that costs.
      expect(await said(0, 'suspend', allocation)).toMatch(
        /stays reserved .* billed ¥0\.\d+ an hour/,
      )
      const still = await standsStill()
      expect(await said(0, 'ps')).toMatch(/running \(suspended\)/)
      expect(await said(0, 'allocation', 'list')).toMatch(/delivering \(suspended\)/)
      // 2. Nothing leads into it meanwhile.
      const exec = suan('exec', workload, '--', 'true')
      expect(await exec.ended(END_MS)).not.toBe(0)
      expect(exec.output()).toMatch(/TUNNEL_REFUSED/)
      // 3. It goes on where it was.
      await said(0, 'resume', allocation)
      const log = suan('logs', '-f', workload)
      await log.printed(new RegExp(`^${still + 5}$`, 'm'), END_MS)
      log.signal('SIGKILL')
      expect(await said(0, 'ps')).not.toMatch(/suspended/)
      // 4. A stop lets it clean up.
      await said(0, 'suspend', allocation)
      await standsStill()
      await said(0, 'stop', '--wait', workload)
      expect(await said(0, 'logs', '--tail', '1', workload)).toMatch(/bye/)
    },
  )
})
