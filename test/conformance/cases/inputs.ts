import { equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { end } from '../bench.ts'
import type { ConformanceCase } from '../case.ts'
import { alike, refused } from '../expect.ts'

/** An input as the bench makes it: the line `input 0`. */
function input(path: string, mode: number) {
  return { path, digest: '00'.repeat(32), sizeBytes: 8, mode }
}

/** Where inputs and outputs lie. */
export const INPUTS: readonly ConformanceCase[] = [
  {
    id: 'inputs.placed',
    title: 'inputs lie where they were asked for, with their mode',
    needs: [],
    run: async (bench) => {
      const handle = await bench.start({
        command: ['sh', '-c', 'cat in/run.sh; test -x in/run.sh && echo more >> in/run.sh'],
        inputs: [input('in/run.sh', 0o755)],
      })
      alike(await end(handle), { exitCode: 0, stdout: 'input 0\n' })
    },
  },
  {
    id: 'inputs.again',
    title: 'what a daemon had made ready when it was killed is made ready again by the next',
    needs: [],
    run: async (bench) => {
      const handle = await bench.startAgain({
        command: ['sh', '-c', 'cat in/run.sh; mkdir -p out; echo y > out/y'],
        inputs: [input('in/run.sh', 0o755)],
        outputPath: 'out',
      })
      alike(await end(handle), { exitCode: 0, stdout: 'input 0\n' })
    },
  },
  {
    id: 'inputs.hostile',
    title: 'environment and paths cannot turn a program against the machine',
    needs: [],
    run: async (bench) => {
      await refused(bench.start({ inputs: [input('/etc/passwd', 0o644)] }), 'START_FAILED')
      await refused(bench.start({ outputPath: '/usr/lib' }), 'START_FAILED')
      const evil = await bench.start({
        command: ['sh', '-c', 'echo ok'],
        environment: [{ name: 'LD_PRELOAD', value: '/work/none.so' }],
      })
      equal((await end(evil)).stdout, 'ok\n')
    },
  },
  {
    id: 'inputs.anywhere',
    title: 'inputs and output can lie outside home, read-only there, or are refused',
    needs: [],
    run: async (bench) => {
      const started = bench.start({
        command: ['sh', '-c', 'cat /data/in; (echo x >> /data/in) 2>&-; echo y > /results/out'],
        inputs: [input('/data/in', 0o644)],
        outputPath: '/results',
      })
      if (bench.driver.isolation === 'none') return refused(started, 'START_FAILED')
      const handle = await started
      alike(await end(handle), { exitCode: 0, stdout: 'input 0\n' })
      equal(readFileSync(join(handle.folder, 'output', 'out'), 'utf8'), 'y\n')
    },
  },
]
