import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { USER } from '../expect.ts'
import type { ConformanceCase } from '../case.ts'

/** Root folders that a program may see: none of them holds anything of this machine's people. */
const VISIBLE =
  'bin boot data dev etc home lib lib32 lib64 libx32 media mnt opt proc results root run sbin srv suan sys tmp usr var work'

/** What a program cannot see or do, where its driver claims to keep it apart. */
export const ISOLATION: readonly ConformanceCase[] = [
  {
    id: 'isolation.files',
    title: 'home and the data of this machine cannot be reached',
    needs: ['isolation'],
    run: async (bench) => {
      // Open to every user of the machine: only the isolation can hide them.
      const secret = join(bench.folder, '.suan')
      mkdirSync(secret, { recursive: true })
      writeFileSync(join(secret, 'key'), 'secret')
      chmodSync(bench.folder, 0o755)
      const home = `ls -d "${homedir()}"; ls -A "${homedir()}"`
      const look = `cat "${secret}/key"; ls -A "${bench.folder}"; ${home}`
      const { stdout } = await bench.shell(
        `(${look}) 2>/dev/null; echo ---; for f in /*; do echo "\${f#/}"; done`,
      )
      const [hidden, seen = ''] = stdout.split('---\n')
      equal(hidden, '')
      const visible = VISIBLE.split(' ')
      const strange = seen
        .trim()
        .split('\n')
        .filter((each) => !visible.includes(each))
      deepEqual(strange, [])
    },
  },
  {
    id: 'isolation.privileges',
    title: 'a program has no privileges and writes only its own folders',
    needs: ['isolation'],
    run: async (bench) => {
      const { stdout } = await bench.shell(
        'grep -E "^(CapEff|NoNewPrivs)" /proc/self/status; ' +
          `${USER}; ` +
          'for f in /x /usr/x /etc/x /suan/x /work/x /tmp/x; do touch $f 2>/dev/null && echo wrote $f; done',
      )
      match(stdout, /^CapEff:\t0{16}$/m)
      // gVisor's kernel tells no such line.
      if (bench.driver.isolation !== 'gvisor') match(stdout, /^NoNewPrivs:\t1$/m)
      match(stdout, process.getuid?.() === 0 ? /^user 65534$/m : /^user \d+$/m)
      deepEqual(stdout.match(/wrote .*/g), ['wrote /work/x', 'wrote /tmp/x'])
    },
  },
  {
    id: 'isolation.network',
    title: 'a program has no network but its own loop',
    needs: ['isolation'],
    run: async (bench) => {
      const { stdout } = await bench.shell('tail -n +3 /proc/net/dev')
      deepEqual(
        stdout.match(/^ *\w+: /gm)?.map((line) => line.trim()),
        ['lo:'],
      )
    },
  },
  {
    id: 'isolation.processes',
    title: 'other programs of the machine are out of sight',
    needs: ['isolation'],
    run: async (bench) => {
      const { stdout } = await bench.shell('ls -d /proc/[0-9]* | wc -l')
      ok(Number(stdout) < 12, `${stdout} processes are seen`)
    },
  },
]
