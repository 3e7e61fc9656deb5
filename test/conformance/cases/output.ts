import { equal, match, notEqual, ok } from 'node:assert/strict'
import { runInside } from '../../../src/agent/index.ts'
import { end } from '../bench.ts'
import type { ConformanceCase } from '../case.ts'
import { alike } from '../expect.ts'

/** What a program is started with, what it prints and how it ends. */
export const OUTPUT: readonly ConformanceCase[] = [
  {
    id: 'output.streams',
    title: 'output of both streams, in order, and the exit code are kept',
    needs: [],
    run: async (bench) => {
      const result = await bench.shell('echo one; echo two >&2; sleep 0.1; echo three; exit 7')
      alike(result, { end: 'EXITED', exitCode: 7, detail: '', stdout: 'one\nthree\n' })
      equal(result.stderr, 'two\n')
    },
  },
  {
    id: 'output.whole',
    title: 'output beyond what a pipe holds arrives whole',
    needs: [],
    run: async (bench) => {
      const { stdout } = await bench.shell('seq 1 60000')
      equal(stdout.length, 348_894)
      ok(stdout.endsWith('59999\n60000\n'))
    },
  },
  {
    id: 'start.arguments',
    title: 'arguments, environment and place of work arrive as given',
    needs: [],
    run: async (bench) => {
      const handle = await bench.start({
        command: ['sh', '-c', 'echo "$1|$WORD|$(pwd)|$HOME"; cd; touch a', 'sh', `it's "x" $HOME`],
        environment: [{ name: 'WORD', value: "two words'\n" }],
      })
      const { stdout, exitCode } = await end(handle)
      equal(exitCode, 0)
      match(stdout, /^it's "x" \$HOME\|two words'\n\|(.*)\|\1\n$/)
    },
  },
  {
    id: 'start.missing-program',
    title: 'a program that is not there ends like in a shell',
    needs: [],
    run: async (bench) => {
      notEqual((await end(await bench.start({ command: ['no-such-program'] }))).exitCode, 0)
    },
  },
  {
    id: 'start.signal',
    title: 'a program ended by a signal has 128 + its number',
    needs: [],
    run: async (bench) => {
      alike(await bench.shell('kill -9 $$'), { end: 'EXITED', exitCode: 137 })
    },
  },
  {
    id: 'start.nonce',
    title: 'the nonce comes back from inside',
    needs: [],
    run: async (bench) => {
      const result = await runInside(bench.driver, bench.allocation, ['echo', 'abc123'])
      alike(result, { exitCode: 0, stdout: 'abc123\n', stderr: '' })
    },
  },
]
