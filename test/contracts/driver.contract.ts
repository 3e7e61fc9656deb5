/** What every driver must do, whatever it is made of; with real supervisors and real programs. */
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { monotonicMs, runInside, setFunding } from '../../src/agent/index.ts'
import { DriverBench, end, printed, type MakeDriver } from './driver-bench.ts'

export function driverContract(title: string, make: MakeDriver): void {
  describe(`driver ${title}`, () => {
    const bench = new DriverBench(make)
    beforeAll(() => bench.begin())
    afterAll(() => bench.end())

    test('output of both streams, in order, and the exit code are kept', async () => {
      const result = await bench.shell('echo one; echo two >&2; sleep 0.1; echo three; exit 7')
      expect(result).toMatchObject({ end: 'EXITED', exitCode: 7, detail: '' })
      expect(result.stdout).toBe('one\nthree\n')
      expect(result.stderr).toBe('two\n')
    })

    test('arguments, environment and place of work arrive as given', async () => {
      const handle = await bench.start({
        command: ['sh', '-c', 'echo "$1|$WORD|$(pwd)|$HOME"; cd; touch a', 'sh', `it's "x" $HOME`],
        environment: [{ name: 'WORD', value: "two words'\n" }],
      })
      const { stdout, exitCode } = await end(handle)
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(/^it's "x" \$HOME\|two words'\n\|(.*)\|\1\n$/)
    })

    test('inputs lie where they were asked for, with their mode', async () => {
      const input = { path: 'in/run.sh', digest: '00'.repeat(32), sizeBytes: 8, mode: 0o755 }
      const handle = await bench.start({
        command: ['sh', '-c', 'cat in/run.sh; test -x in/run.sh && echo more >> in/run.sh'],
        inputs: [input],
      })
      expect(await end(handle)).toMatchObject({ exitCode: 0, stdout: 'input 0\n' })
    })

    test('a program that is not there ends like in a shell', async () => {
      expect((await end(await bench.start({ command: ['no-such-program'] }))).exitCode).not.toBe(0)
    })

    test('a program ended by a signal has 128 + its number', async () => {
      expect(await bench.shell('kill -9 $$')).toMatchObject({ end: 'EXITED', exitCode: 137 })
    })

    test('the nonce comes back from inside', async () => {
      const result = await runInside(bench.driver, bench.allocation, ['echo', 'abc123'])
      expect(result).toEqual({ exitCode: 0, stdout: 'abc123\n', stderr: '' })
    })

    test('stopping lets the program clean up', async () => {
      const script = 'trap "echo bye; exit 3" TERM; echo up; while :; do sleep 0.05; done'
      const handle = await bench.start({ command: ['sh', '-c', script] })
      await printed(handle, 'up')
      handle.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 10 })
      const result = await end(handle)
      expect(result).toMatchObject({ end: 'STOPPED_BY_BUYER', exitCode: 3 })
      expect(result.stdout).toBe('up\nbye\n')
    })

    test('a program that will not stop is ended after its grace, with all it started', async () => {
      const script =
        'trap "" TERM; (trap "" TERM; sleep 300) & echo up; while :; do sleep 0.05; done'
      const handle = await bench.start({ command: ['sh', '-c', script] })
      await printed(handle, 'up')
      handle.stop({ end: 'LEASE_CLOSED', graceSeconds: 0 })
      expect(await end(handle)).toMatchObject({ end: 'LEASE_CLOSED', exitCode: 137 })
    })

    test('a program whose funding ends is stopped, one that is renewed goes on', async () => {
      const short = await bench.open(2)
      const readyMs = monotonicMs()
      setFunding(short.folder, readyMs, 3_600)
      const handle = await bench.start({ command: ['sh', '-c', 'echo up; sleep 300'] }, short)
      await printed(handle, 'up')
      // However long the start took: an end two seconds from now, put off before it comes.
      const endSeconds = Math.ceil((monotonicMs() - readyMs) / 1_000) + 2
      setFunding(short.folder, readyMs, endSeconds)
      setFunding(short.folder, readyMs, 3_600)
      while (monotonicMs() < readyMs + endSeconds * 1_000 + 500) await sleep(50)
      expect(handle.exit()).toBeNull()
      setFunding(short.folder, readyMs, 1)
      expect(await end(handle)).toMatchObject({ end: 'FUNDING_UNCONFIRMED' })
    })

    test('memory beyond the limit ends the program for that reason', async () => {
      const script = 'x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done'
      expect(await bench.shell(script)).toMatchObject({ end: 'OUT_OF_MEMORY' })
    })

    test('more on the disk than was bought ends the program for that reason', async () => {
      const script = 'head -c 20000000 /dev/zero > x; sleep 300'
      expect(await bench.shell(script)).toMatchObject({ end: 'DISK_FULL' })
    })

    test('what was used is counted and never falls', async () => {
      const before = await bench.driver.usage(bench.allocation)
      const result = await bench.shell('i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done')
      const after = await bench.driver.usage(bench.allocation)
      expect(result.cpuUs).toBeGreaterThan(10_000)
      expect(result.memoryPeakBytes).toBeGreaterThan(0)
      expect(after.cpuUs).toBeGreaterThanOrEqual(before.cpuUs + 10_000)
      expect(after.memoryPeakMib).toBeGreaterThanOrEqual(Math.max(1, before.memoryPeakMib))
    })

    test('output beyond what a pipe holds arrives whole', async () => {
      const result = await bench.shell('seq 1 60000')
      expect(result.stdout.length).toBe(348_894)
      expect(result.stdout.endsWith('59999\n60000\n')).toBe(true)
    })

    test('environment and paths cannot turn a program against the machine', async () => {
      const input = { path: '/etc/passwd', digest: '00'.repeat(32), sizeBytes: 8, mode: 0o644 }
      await expect(bench.start({ inputs: [input] })).rejects.toMatchObject({ code: 'START_FAILED' })
      await expect(bench.start({ outputPath: '/usr/lib' })).rejects.toMatchObject({
        code: 'START_FAILED',
      })
      const evil = await bench.start({
        command: ['sh', '-c', 'echo ok'],
        environment: [{ name: 'LD_PRELOAD', value: '/work/none.so' }],
      })
      expect((await end(evil)).stdout).toBe('ok\n')
    })

    test('closing ends everything and nothing of the lease is found afterwards', async () => {
      const closing = await bench.open(4)
      const handle = await bench.start({ command: ['sh', '-c', 'echo up; sleep 300'] }, closing)
      await printed(handle, 'up')
      expect(await bench.driver.reconcile()).toContain(4)
      handle.stop({ end: 'LEASE_CLOSED', graceSeconds: 0 })
      await end(handle)
      await bench.driver.closeAllocation(closing)
      rmSync(closing.folder, { recursive: true })
      expect(await bench.driver.reconcile()).not.toContain(4)
    })
  })
}

/** Root folders that a program may see: none of them holds anything of this machine's people. */
const VISIBLE =
  'bin boot data dev etc home lib lib32 lib64 libx32 media mnt opt proc results root run sbin srv sys tmp usr var work'

/** Drivers that claim to keep a program from the machine and from other programs. */
export function isolationContract(title: string, make: MakeDriver): void {
  describe(`isolation by ${title}`, () => {
    const bench = new DriverBench(make)
    beforeAll(() => bench.begin())
    afterAll(() => bench.end())

    test('home and the data of this machine cannot be reached', async () => {
      // Open to every user of the machine: only the isolation can hide them.
      const secret = join(bench.folder, '.suan')
      mkdirSync(secret, { recursive: true })
      writeFileSync(join(secret, 'key'), 'secret')
      chmodSync(bench.folder, 0o755)
      const home = `ls -d "${homedir()}"; ls -A "${homedir()}"`
      const look = `cat "${secret}/key"; ls -A "${bench.folder}"; ${home}`
      const { stdout } = await bench.shell(`(${look}) 2>/dev/null; echo ---; ls /`)
      const [hidden, seen] = stdout.split('---\n')
      expect(hidden).toBe('')
      const visible = VISIBLE.split(' ')
      expect(
        seen
          ?.trim()
          .split('\n')
          .filter((each) => !visible.includes(each)),
      ).toEqual([])
    })

    test('a program has no privileges, no network and writes only its own folders', async () => {
      const { stdout } = await bench.shell(
        'grep -E "^(CapEff|NoNewPrivs|Uid)" /proc/self/status; tail -n +3 /proc/net/dev; ' +
          'for f in /x /usr/x /etc/x /work/x /tmp/x; do touch $f 2>/dev/null && echo wrote $f; done',
      )
      expect(stdout).toMatch(/^CapEff:\t0{16}$/m)
      expect(stdout).toMatch(/^NoNewPrivs:\t1$/m)
      const uid = process.getuid?.() === 0 ? '65534' : '\\d+'
      expect(stdout).toMatch(new RegExp(`^Uid:\\t${uid}\\t`, 'm'))
      expect(stdout.match(/^ *\w+: /gm)?.map((line) => line.trim())).toEqual(['lo:'])
      expect(stdout.match(/wrote .*/g)).toEqual(['wrote /work/x', 'wrote /tmp/x'])
    })

    test('other programs of the machine are out of sight', async () => {
      const { stdout } = await bench.shell('ls -d /proc/[0-9]* | wc -l')
      expect(Number(stdout)).toBeLessThan(12)
    })

    test('inputs and output can lie outside home; inputs are read-only there', async () => {
      const input = { path: '/data/in', digest: '00'.repeat(32), sizeBytes: 8, mode: 0o644 }
      const handle = await bench.start({
        command: ['sh', '-c', 'cat /data/in; echo x >> /data/in; echo y > /results/out'],
        inputs: [input],
        outputPath: '/results',
      })
      expect(await end(handle)).toMatchObject({ exitCode: 0, stdout: 'input 0\n' })
      expect(readFileSync(join(handle.folder, 'output', 'out'), 'utf8')).toBe('y\n')
    })
  })
}

/** Drivers whose programs are nothing without their supervisor. */
export function boundContract(title: string, make: MakeDriver): void {
  describe(`life of ${title}`, () => {
    const bench = new DriverBench(make)
    beforeAll(() => bench.begin())
    afterAll(() => bench.end())

    test('a program dies with its supervisor, daemon or not', async () => {
      const script =
        'trap "" TERM; echo x > beat; echo up; while :; do sleep 0.05; echo x >> beat; done'
      const handle = await bench.start({ command: ['sh', '-c', script] })
      await printed(handle, 'up')
      const { pid } = (JSON.parse(readFileSync(join(handle.folder, 'state.json'), 'utf8')) as State)
        .supervisor
      process.kill(pid, 'SIGKILL')
      while (handle.standing() !== 'orphaned') await sleep(20)
      await sleep(500)
      const beats = statSync(join(handle.folder, 'work', 'beat')).size
      await sleep(1_000)
      expect(statSync(join(handle.folder, 'work', 'beat')).size).toBe(beats)
    })
  })
}
interface State {
  readonly supervisor: { readonly pid: number }
}

/** Drivers without isolation: they say so, and refuse what they cannot do. */
export function openContract(title: string, make: MakeDriver): void {
  describe(`no isolation by ${title}`, () => {
    const bench = new DriverBench(make)
    beforeAll(() => bench.begin())
    afterAll(() => bench.end())

    test('it says so', () => {
      expect(bench.driver.isolation).toBe('none')
    })

    test('a driver without isolation refuses what it cannot do', async () => {
      const input = { path: '/data/in', digest: '00'.repeat(32), sizeBytes: 8, mode: 0o644 }
      await expect(bench.start({ inputs: [input] })).rejects.toMatchObject({ code: 'START_FAILED' })
    })
  })
}

/** Drivers whose limits the kernel keeps: they hold at every instant, for all programs together. */
export function limitContract(title: string, make: MakeDriver): void {
  describe(`limits of ${title}`, () => {
    const bench = new DriverBench(make)
    beforeAll(() => bench.begin())
    afterAll(() => bench.end())

    test('several programs share one allocation and its processor limit', async () => {
      const spin = 'end=$(($(date +%s)+2)); while [ $(date +%s) -lt $end ]; do :; done'
      const usedBefore = (await bench.driver.usage(bench.allocation)).cpuUs
      const from = monotonicMs()
      const handles = await Promise.all(
        [0, 1].map(() => bench.start({ command: ['sh', '-c', spin] })),
      )
      await Promise.all(handles.map(end))
      const used = (await bench.driver.usage(bench.allocation)).cpuUs - usedBefore
      expect(used).toBeGreaterThan(0)
      const most = (monotonicMs() - from) * 1_000 * 1.2
      expect(used).toBeLessThan(most)
    })

    test('a fork bomb stays inside the limit of its allocation', async () => {
      const small = await bench.open(3)
      const script = 'i=0; while [ $i -lt 700 ]; do sleep 300 & i=$((i+1)); done'
      expect((await bench.shell(script, small)).stderr).toMatch(/fork/i)
    })
  })
}
