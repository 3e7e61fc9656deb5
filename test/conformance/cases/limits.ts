import { match, ok } from 'node:assert/strict'
import { monotonicMs } from '../../../src/agent/index.ts'
import { end } from '../bench.ts'
import type { ConformanceCase } from '../case.ts'
import { alike } from '../expect.ts'

/** What an allocation may use, and that it is counted. */
export const LIMITS: readonly ConformanceCase[] = [
  {
    id: 'limits.memory',
    title: 'memory beyond the limit ends the program for that reason',
    needs: [],
    run: async (bench) => {
      const script = 'x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done'
      alike(await bench.shell(script), { end: 'OUT_OF_MEMORY' })
    },
  },
  {
    id: 'limits.disk',
    title: 'more on the disk than was bought ends the program for that reason',
    needs: [],
    run: async (bench) => {
      const script = 'head -c 20000000 /dev/zero > x; sleep 300'
      alike(await bench.shell(script), { end: 'DISK_FULL' })
    },
  },
  {
    id: 'limits.processor',
    title: 'several programs of one allocation never use more processor time than was bought',
    needs: ['limits at every instant'],
    run: async (bench) => {
      const spin = 'end=$(($(date +%s)+2)); while [ $(date +%s) -lt $end ]; do :; done'
      const before = (await bench.driver.usage(bench.allocation)).cpuUs
      const from = monotonicMs()
      const command = ['sh', '-c', spin]
      const handles = await Promise.all([0, 1].map(() => bench.start({ command })))
      await Promise.all(handles.map(end))
      const used = (await bench.driver.usage(bench.allocation)).cpuUs - before
      const most = (monotonicMs() - from) * 1_000 * 1.2
      ok(used > 0 && used < most, `${used} us were used of at most ${most}`)
    },
  },
  {
    id: 'limits.processes',
    title: 'a fork bomb stays inside the limit of its allocation',
    needs: ['limits at every instant'],
    run: async (bench) => {
      const small = await bench.open()
      const script = 'i=0; while [ $i -lt 700 ]; do sleep 300 & i=$((i+1)); done'
      match((await bench.shell(script, small)).stderr, /fork/i)
    },
  },
  {
    id: 'meter.counts',
    title: 'what was used is counted and never falls',
    needs: [],
    run: async (bench) => {
      const before = await bench.driver.usage(bench.allocation)
      const result = await bench.shell('i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done')
      const after = await bench.driver.usage(bench.allocation)
      ok(result.cpuUs > 10_000, `the program used ${result.cpuUs} us`)
      ok(result.memoryPeakBytes > 0)
      ok(after.cpuUs >= before.cpuUs + 10_000, `${before.cpuUs} us became ${after.cpuUs}`)
      ok(after.memoryPeakMib >= Math.max(1, before.memoryPeakMib))
    },
  },
]
